/* seed.c - first rows. The demo's names are plain and nobody's: Lakeside, Member 1, A-01. */
#include "server/seed.h"
#include "app/books.h"
#include "app/vehicles.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"
#include "store/member.h"
#include "store/pile.h"
#include "store/power.h"
#include "store/site.h"
#include "store/staff.h"
#include "store/tariff.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEMO_LOGIN "operator"
#define DEMO_PILES 6
#define DEMO_MEMBERS 5
#define DEMO_MONEY_MINOR 20000
#define DEMO_LIMIT_MINOR 5000
#define DEMO_OFFLINE_MA 6000
#define DEMO_TURN_S 900
#define DEMO_CAR "02000000A007" /* of the first member */

struct demo {
	struct str password_hash;
	int64_t tenant_id, site_id, series_id;
	int64_t limit_ma; /* of the site, 0 none */
};

int seed_operator(struct ctx *ctx, int64_t *ret_tenant_id, int64_t *ret_site_id)
{
	int64_t tenant_id, site_id;
	int outcome = store_site_first(ctx->db, &tenant_id, &site_id);

	TRY(outcome);
	if (outcome == STORE_E_MISSING) {
		tenant_id = CTX_ID(ctx);
		site_id = 0;
		TRY(store_tenant_add(ctx->db, tenant_id, STR("Operator"),
			ctx->config->default_currency, ctx->now_us));
	}
	*ret_tenant_id = tenant_id;
	if (ret_site_id != NULL)
		*ret_site_id = site_id;
	return 0;
}

/* --- the demo --- */

/* Night, day and evening, in 1/100000 of a unit per kWh. */
static void fill_prices(struct tariff *tariff)
{
	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++) {
		int hour = slot / 2;
		int64_t energy = 80000;

		if (hour < 7 || hour >= 23)
			energy = 36000;
		else if ((hour >= 10 && hour < 12) || (hour >= 17 && hour < 21))
			energy = 122000;
		tariff->energy_e5[slot] = energy;
		tariff->service_e5[slot] = hour < 7 || hour >= 23 ? 30000 : 45000;
	}
	tariff->idle_e5 = 50000;
	tariff->idle_grace_s = 15 * 60;
	tariff->idle_cap_minor = 3000;
	tariff->vat_bp = 1300;
}

static int add_tariff(struct ctx *ctx, struct demo *demo)
{
	struct tariff *tariff = ARENA_NEW(ctx->arena, struct tariff);

	if (tariff == NULL)
		return FAULT(FAULT_NOMEM, "arena");
	*tariff = (struct tariff){.tenant_id = demo->tenant_id,
		.name = STR("Time of use"),
		.currency = ctx->config->default_currency};
	fill_prices(tariff);
	TRY(store_tariff_add(
		ctx->db, ctx->arena, CTX_ID(ctx), ctx->now_us, 0, ctx->now_us, tariff));
	demo->series_id = tariff->series_id;
	return 0;
}

static int add_site(struct ctx *ctx, struct demo *demo)
{
	struct site site = {.id = CTX_ID(ctx),
		.tenant_id = demo->tenant_id,
		.name = STR("Lakeside"),
		.address = STR("1 Lakeside Road"),
		.zone = STR("Asia/Shanghai"),
		.currency = ctx->config->default_currency,
		.tariff_series_id = demo->series_id,
		.timing = STR("prepay"),
		.default_limit_minor = DEMO_LIMIT_MINOR,
		.created_us = ctx->now_us,
		.version = 1};

	TRY(store_site_add(ctx->db, &site));
	demo->site_id = site.id;
	return 0;
}

/* Less than all piles could take together, so that the load page has something to share. */
static int add_limit(struct ctx *ctx, const struct demo *demo)
{
	struct site_power power = {.site_id = demo->site_id,
		.tenant_id = demo->tenant_id,
		.limit_ma = {demo->limit_ma, demo->limit_ma, demo->limit_ma},
		.offline_ma = DEMO_OFFLINE_MA,
		.turn_s = DEMO_TURN_S,
		.hours = STR(""),
		.revision = 1};

	return demo->limit_ma > 0 ? store_site_power_add(ctx->db, &power) : 0;
}

static int add_pile(struct ctx *ctx, const struct demo *demo, int number)
{
	struct str code = str_format(ctx->arena, "A-%02d", number);
	struct pile pile = {.id = CTX_ID(ctx),
		.tenant_id = demo->tenant_id,
		.site_id = demo->site_id,
		.code = code,
		.name = code,
		.state = PILE_APPROVED,
		.created_us = ctx->now_us,
		.version = 1};
	struct connector plate = {.pile_id = pile.id,
		.no = 1,
		.plug = number % 2 ? STR("GB/T DC") : STR("CCS2"),
		.max_w = number % 2 ? 60000 : 120000};
	int outcome = store_pile_add(ctx->db, &pile);

	TRY(outcome);
	if (outcome == 0)
		TRY(store_connector_plate(ctx->db, &plate));
	return 0;
}

/* The first member's car starts by itself, for as much as its address alone is worth. */
static int add_car(struct ctx *ctx, const struct demo *demo, int64_t member_id)
{
	struct vid_policy policy = {VID_CAPPED, VEHICLES_SINGLE_MINOR};
	int64_t id;
	int outcome = vehicles_set_policy(ctx, demo->tenant_id, &policy);

	TRY(outcome);
	outcome = vehicles_add(ctx, demo->tenant_id, member_id, STR(DEMO_CAR), &id);
	TRY(outcome);
	return outcome == 0 ? vehicles_agree(ctx, member_id, id, 0, 0) : 0;
}

static int add_member(struct ctx *ctx, const struct demo *demo, int number)
{
	struct member member = {.id = CTX_ID(ctx),
		.tenant_id = demo->tenant_id,
		.name = str_format(ctx->arena, "Member %d", number),
		.wallet_token = rng_token(ctx->rng, ctx->arena, 16),
		.created_us = ctx->now_us,
		.version = 1};
	struct token token = {.id = CTX_ID(ctx),
		.tenant_id = demo->tenant_id,
		.id_tag = str_format(ctx->arena, "LAKE%04d", number),
		.member_id = member.id,
		.created_us = ctx->now_us};
	struct transfer gift = {.tenant_id = demo->tenant_id,
		.kind = TRANSFER_POSTED,
		.code = TRANSFER_TOPUP,
		.amount_minor = DEMO_MONEY_MINOR,
		.currency = ctx->config->default_currency};

	token.state = STR("active");
	TRY(store_member_add(ctx->db, gift.currency, CTX_ID(ctx), &member));
	TRY(store_member_tag_add(ctx->db, &token));
	TRY(books_account(ctx, demo->tenant_id, ACCOUNT_BONUS, 0, STR_NULL, gift.currency,
		&gift.debit_account));
	gift.credit_account = member.account_id;
	gift.key = books_key(ctx, "member", member.id, "welcome");
	TRY(books_must_post(ctx, gift, NULL));
	return number == 1 ? add_car(ctx, demo, member.id) : 0;
}

static int add_person(struct ctx *ctx, const struct demo *demo)
{
	struct staff staff = {.id = CTX_ID(ctx),
		.tenant_id = demo->tenant_id,
		.login = STR(DEMO_LOGIN),
		.name = STR("Demo operator"),
		.role = STR("admin"),
		.password_hash = demo->password_hash,
		.created_us = ctx->now_us};
	struct staff old;
	int outcome = store_staff_add(ctx->db, &staff);

	TRY(outcome);
	if (outcome != STAFF_E_TAKEN)
		return 0;
	/* The file was lost: the person gets the new password. */
	TRY(store_staff_by_login(ctx->db, staff.login, ctx->arena, &old));
	TRY(store_staff_password(ctx->db, old.id, demo->password_hash));
	return 0;
}

static int seed(struct ctx *ctx, void *arg)
{
	struct demo *demo = arg;

	TRY(seed_operator(ctx, &demo->tenant_id, &demo->site_id));
	if (demo->site_id == 0) {
		TRY(add_tariff(ctx, demo));
		TRY(add_site(ctx, demo));
		TRY(add_limit(ctx, demo));
		for (int i = 1; i <= DEMO_PILES; i++)
			TRY(add_pile(ctx, demo, i));
		for (int i = 1; i <= DEMO_MEMBERS; i++)
			TRY(add_member(ctx, demo, i));
	}
	TRY(add_person(ctx, demo));
	return 0;
}

static int write_login(const char *path, struct str password)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int written;

	if (fd < 0)
		return FAULT(FAULT_IO, "cannot write %s: %s", path, strerror(errno));
	written = dprintf(fd, "login: " DEMO_LOGIN "\npassword: %.*s\n", STR_FMT(password));
	if (close(fd) != 0 || written < 0)
		return FAULT(FAULT_IO, "cannot write %s: %s", path, strerror(errno));
	return 0;
}

int seed_demo(struct direct *direct, const struct config *config)
{
	struct arena *arena = direct_arena(direct);
	struct str path = str_format(arena, "%.*s/demo-login", STR_FMT(config->data)), password;
	const char *name = str_dup_z(arena, path);
	struct demo demo = {.limit_ma = config->demo_limit * 1000};
	struct rng rng;
	uint8_t salt[16];

	if (access(name, F_OK) == 0)
		return 0;
	rng_init_system(&rng);
	password = rng_token(&rng, arena, 12);
	rng.fill(&rng, salt, sizeof(salt));
	TRY(password_hash(arena, password, salt, &demo.password_hash));
	TRY(direct_run(direct, seed, &demo));
	TRY(write_login(name, password));
	LOG_INFO("demo data ready", "login_file=%s", name);
	return 0;
}
