/* test_signed.c - signed readings of both registers, compared with what a charge was told besides:
 * genuine ones count, numbers that differ do not, whichever register they are of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/ocpp_signed.h"
#include "money_world.h"
#include "store/exported.h"
#include "store/session.h"
#include "wire/ocmf.h"

struct meter {
	struct money_world w;
	struct sign_secret secret;
	struct sign_key key;
	uint64_t counter;
};

static struct session charged(struct meter *m, int64_t back_dwh)
{
	struct session session = {.id = CTX_ID(&m->w.ctx),
		.tenant_id = WORLD_TENANT,
		.pile_id = 1,
		.connector_no = 1,
		.transaction_id = ++m->w.next_no,
		.start_key = str_format(&m->w.arena, "k%lld", (long long)m->w.next_no),
		.meter_start_dwh = 10000,
		.meter_last_dwh = 30000,
		.meter_stop_dwh = 30000,
		.version = 1};
	struct exported row = {.session_id = session.id,
		.tenant_id = WORLD_TENANT,
		.start_dwh = 5000,
		.last_dwh = 5000 + back_dwh,
		.last_us = 1};

	assert_int_equal(store_session_add(m->w.ctx.db, &session), 0);
	if (back_dwh >= 0)
		assert_int_equal(store_exported_put(m->w.ctx.db, &row), 0);
	return session;
}

static void add(struct ocmf *ocmf, bool back, char why, int64_t dwh)
{
	ocmf->readings[ocmf->readings_len++] = (struct ocmf_reading){.at_us = WORLD_START_US,
		.time_status = 'S',
		.why = why,
		.back = back,
		.register_dwh = dwh};
}

/* Signs it and gives it to the server; what the server says of it. */
static struct str judged(
	struct meter *m, const struct session *session, const char *why, struct ocmf *ocmf)
{
	struct arena *arena = &m->w.arena;
	struct meter_record told = {.why = str_from(why),
				    .at_us = WORLD_START_US,
				    .format = STR("OCMF"),
				    .method = STR("")},
			    *rows;
	uint8_t signature[SIGN_LEN];
	struct str payload;
	size_t len;

	ocmf->counter = ++m->counter;
	payload = ocmf_payload(arena, ocmf);
	assert_true(sign_with(&m->secret, payload, signature));
	told.line = ocmf_line(arena, payload, m->secret.kind, signature);
	told.public_key = ocmf_key_text(arena, &m->key);
	assert_int_equal(ocpp_signed_keep(&m->w.ctx, session, &told), 0);
	assert_int_equal(store_meter_record_list(m->w.ctx.db, arena, session->id, &rows, &len), 0);
	return rows[len - 1].state;
}

static struct str end_of(struct meter *m, int64_t told_dwh, int64_t start_dwh, int64_t stop_dwh)
{
	struct session session = charged(m, told_dwh);
	struct ocmf ocmf = {.point = STR("A-07*1")};

	add(&ocmf, false, 'B', 10000);
	if (start_dwh >= 0)
		add(&ocmf, true, 'B', start_dwh);
	add(&ocmf, false, 'E', 30000);
	if (stop_dwh >= 0)
		add(&ocmf, true, 'E', stop_dwh);
	return judged(m, &session, "end", &ocmf);
}

static void test_both_registers(void **state)
{
	struct ocmf only_back = {.point = STR("A-07*1")}, begin = {.point = STR("A-07*1")};
	struct session session;
	struct rng rng;
	struct meter m = {0};

	world_open(&m.w, state);
	rng_init_seeded(&rng, 5);
	sign_make(SIGN_P256, &rng, &m.secret);
	assert_true(sign_key_of(&m.secret, &m.key));
	assert_true(str_is(end_of(&m, 12000, 5000, 17000), "valid"));
	assert_true(str_is(end_of(&m, 12000, 5000, 17009), "valid")); /* cut off to Wh */
	assert_true(str_is(end_of(&m, 12000, -1, -1), "valid"));      /* not signed at all */
	assert_true(str_is(end_of(&m, -1, 5000, 17000), "valid"));    /* signed, not told */
	assert_true(str_is(end_of(&m, 12000, 5000, 17010), "differs"));
	assert_true(str_is(end_of(&m, 12000, 4000, 17000), "differs"));
	assert_true(str_is(end_of(&m, 12000, 5000, -1), "differs")); /* begun, and not ended */
	assert_true(str_is(end_of(&m, 0, 5000, 5000), "valid"));
	session = charged(&m, 12000);
	add(&begin, false, 'B', 10000);
	add(&begin, true, 'B', 5000);
	assert_true(str_is(judged(&m, &session, "begin", &begin), "valid"));
	session = charged(&m, 12000);
	add(&only_back, true, 'B', 5000);
	add(&only_back, true, 'E', 17000);
	assert_true(str_is(judged(&m, &session, "end", &only_back), "differs"));
	world_close(&m.w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {ON_BOTH_ENGINES(test_both_registers)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
