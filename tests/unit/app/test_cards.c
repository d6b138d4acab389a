/* test_cards.c - cards of both kinds through the API and on their page: filled at the desk, topped
 * up by a driver, shown to who may see them; and everything that must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/payments.h"
#include "store/member.h"
#include "store/payment.h"

static const char *path_of(struct world *w, const char *before, int64_t id, const char *after)
{
	return str_dup_z(
		&w->arena, str_format(&w->arena, "%s%lld%s", before, (long long)id, after));
}

/* A new card of the member; its id, and the path of its page in *ret_page (commercial). */
static int64_t new_card(struct world *w, const char *body, const char **ret_page)
{
	struct answer answer =
		world_post(w, path_of(w, "/v1/members/", w->member, "/tags"), body, 201);
	struct str host = STR("http://localhost:8080");
	struct str url;
	int64_t id = 0;

	assert_true(str_to_i64(world_text(w, answer, "id"), &id));
	if (ret_page) {
		url = world_text(w, answer, "page_url");
		assert_true(str_starts(url, STR("http://localhost:8080/k/")));
		*ret_page = str_dup_z(&w->arena, str_slice(url, host.len, url.len));
	}
	return id;
}

static struct answer post_form(
	struct world *w, const char *page, const char *what, const char *body)
{
	w->content_type = STR("application/x-www-form-urlencoded");
	return world_ask(
		w, "POST", str_dup_z(&w->arena, str_format(&w->arena, "%s/%s", page, what)), body);
}

static void test_kinds(void **state)
{
	struct world w;
	struct answer answer;
	const char *page;
	int64_t personal, commercial;

	world_open(&w, state);
	world_as(&w, "operator");
	world_post(&w, path_of(&w, "/v1/members/", w.member, "/tags"),
		"{\"id_tag\":\"F1\",\"kind\":\"gold\"}", 422);
	personal = new_card(&w, "{\"id_tag\":\"P1\",\"kind\":\"personal\"}", NULL);
	commercial = new_card(&w, "{\"id_tag\":\"F1\",\"kind\":\"commercial\"}", &page);
	world_post(&w, path_of(&w, "/v1/members/", w.member, "/tags"),
		"{\"id_tag\":\"f1\",\"kind\":\"commercial\"}", 409);
	answer = world_get(&w, path_of(&w, "/v1/tags/", personal, ""));
	assert_true(world_has(answer, "\"kind\":\"personal\""));
	assert_true(world_has(answer, "\"balance\":null"));
	assert_true(world_has(answer, "\"page_url\":null"));
	answer = world_get(&w, path_of(&w, "/v1/tags/", commercial, ""));
	assert_true(str_is(world_text(&w, answer, "kind"), "commercial"));
	assert_int_equal(world_int(&w, answer, "balance.minor"), 0);
	/* who only reads does not get the link that moves money */
	world_as(&w, "auditor");
	answer = world_get(&w, path_of(&w, "/v1/tags/", commercial, ""));
	assert_true(world_has(answer, "\"page_url\":null"));
	assert_int_equal(world_get(&w, "/v1/ledger/check").status, 200);
	assert_true(world_has(world_get(&w, "/v1/ledger/check"), "\"ok\":true"));
	/* a refused number leaves no account behind */
	assert_int_equal(world_int(&w, world_get(&w, "/v1/ledger/accounts?kind=card"),
				 "items.0.balance.minor"),
		0);
	assert_false(world_has(world_get(&w, "/v1/ledger/accounts"), "\"kind\":\"card\""));
	world_close(&w);
}

static void test_desk(void **state)
{
	struct world w;
	struct answer answer;
	int64_t personal, card;
	const char *path;

	world_open(&w, state);
	world_as(&w, "operator");
	personal = new_card(&w, "{\"id_tag\":\"P1\"}", NULL);
	card = new_card(&w, "{\"id_tag\":\"F1\",\"kind\":\"commercial\"}", NULL);
	path = path_of(&w, "/v1/tags/", card, "/topup");
	world_post(&w, path, "{\"amount\":{\"minor\":0}}", 422);
	world_post(&w, path, "{\"amount\":{\"minor\":-5}}", 422);
	world_post(&w, path, "{\"amount\":{\"minor\":100,\"currency\":\"EUR\"}}", 422);
	world_post(&w, path, "{}", 422);
	world_post(&w, path_of(&w, "/v1/tags/", personal, "/topup"), "{\"amount\":{\"minor\":100}}",
		409);
	w.idempotency = STR("desk-0000-0000-0000-1");
	answer = world_post(&w, path, "{\"amount\":{\"minor\":5000}}", 200);
	assert_int_equal(world_int(&w, answer, "balance.minor"), 5000);
	/* told twice, filled once */
	answer = world_post(&w, path, "{\"amount\":{\"minor\":5000}}", 200);
	assert_int_equal(world_int(&w, answer, "balance.minor"), 5000);
	w.idempotency = STR("desk-0000-0000-0000-2");
	answer = world_post(&w, path, "{\"amount\":{\"minor\":250}}", 200);
	assert_int_equal(world_int(&w, answer, "available.minor"), 5250);
	world_as(&w, "auditor");
	world_post(&w, path, "{\"amount\":{\"minor\":100}}", 403);
	assert_true(world_has(world_get(&w, "/v1/audit"), "tag.topup"));
	world_as(&w, "other");
	world_post(&w, path, "{\"amount\":{\"minor\":100}}", 404);
	assert_int_equal(world_get(&w, path_of(&w, "/v1/tags/", card, "")).status, 404);
	world_close(&w);
}

static void channel_says(struct world *w, struct str key, int64_t minor)
{
	struct payment_news news = {.key = key,
		.state = PAYMENT_SUCCEEDED,
		.channel_ref = STR("ref"),
		.currency = STR("CNY"),
		.amount_minor = minor};
	struct payment payment;
	bool changed;

	assert_int_equal(payments_apply(world_ctx(w), &news, &payment, &changed), 0);
}

static void test_page(void **state)
{
	struct world w;
	struct answer answer;
	struct payment payment;
	const char *page, *wait;
	int64_t card, payment_id = 0;

	world_open(&w, state);
	world_as(&w, "operator");
	card = new_card(&w, "{\"id_tag\":\"F1\",\"kind\":\"commercial\"}", &page);
	world_post(
		&w, path_of(&w, "/v1/tags/", card, "/topup"), "{\"amount\":{\"minor\":1234}}", 200);
	world_as(&w, NULL);
	answer = world_get(&w, page);
	assert_int_equal(answer.status, 200);
	assert_true(world_has(answer, "F1"));
	assert_true(world_has(answer, "12.34"));
	assert_true(world_has(answer, "Commercial card"));
	assert_false(world_has(answer, "Member 1")); /* the card's page says nothing of its owner */
	/* the member's own page shows it with its balance */
	answer = world_get(
		&w, str_dup_z(&w.arena, str_format(&w.arena, "/w/%.*s", STR_FMT(w.wallet_token))));
	assert_true(world_has(answer, page));
	assert_true(world_has(answer, "12.34"));
	/* a top-up by the driver */
	assert_int_equal(post_form(&w, page, "topup", "amount=99&channel=sandbox").status, 422);
	assert_int_equal(post_form(&w, page, "topup", "amount=1e9&channel=sandbox").status, 422);
	assert_int_equal(post_form(&w, page, "topup", "amount=5000&channel=gold").status, 409);
	answer = post_form(&w, page, "topup", "amount=5000&channel=sandbox");
	assert_int_equal(answer.status, 303);
	wait = strstr(str_dup_z(&w.arena, answer.headers), "payment=");
	assert_non_null(wait);
	assert_true(sscanf(wait, "payment=%ld", &payment_id) == 1);
	assert_int_equal(store_payment_get(w.test->db, &w.arena, payment_id, &payment), 0);
	assert_int_equal(payment.tag_id, card);
	channel_says(&w, payment.key, 5000);
	channel_says(&w, payment.key, 5000);
	assert_true(world_has(world_get(&w, page), "62.34"));
	/* unknown links, and a wallet's link where a card's belongs */
	assert_int_equal(world_get(&w, "/k/none").status, 404);
	assert_int_equal(world_get(&w, str_dup_z(&w.arena, str_format(&w.arena, "/k/%.*s",
								   STR_FMT(w.wallet_token))))
				 .status,
		404);
	assert_int_equal(post_form(&w, "/k/none", "pay", "").status, 404);
	/* nothing is owed: paying changes nothing */
	assert_int_equal(post_form(&w, page, "pay", "").status, 303);
	assert_true(world_has(world_get(&w, page), "62.34"));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_kinds),
		ON_BOTH_ENGINES(test_desk),
		ON_BOTH_ENGINES(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
