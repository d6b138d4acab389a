/* versions.test.ts - the same charge whatever the pile speaks: the real platform and the real pile in OCPP 1.6, 2.0.1 and 2.1. Scanned
 * and paid in advance, stopped from the page; stopped by the operator; and one begun and ended without network by a card, told when
 * the network is back. Every version ends with the same order and books that balance. */
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { signIn, Operator } from "../../bench/operator";
import { json, Platform, sleep, until } from "../support/daemons";

const versions = [["1.6", "ocpp1.6"], ["2.0.1", "ocpp2.0.1"], ["2.1", "ocpp2.1"]] as const;
const pileOf = (version: string) => `A-0${versions.findIndex(([word]) => word === version) + 1}`;

describe("one platform, piles of three versions", () => {
	const platform = new Platform();
	let operator: Operator;
	const read = (path: string) => json(operator.get(path));
	const view = (token: string) => platform.get(`/v1/public/orders/${token}`) as Promise<any>;
	const sim = (pile: string, command: object) => platform.sim(pile, command);
	const pileId = async (pile: string) => (await read(`/v1/piles?q=${pile}`)).items[0].id as string;
	let last = "";
	const state = (token: string, wanted: string) => until(wanted, async () => {
		const now = await view(token);
		last = JSON.stringify(now);
		assert.ok(!["failed", "cancelled", "unpaid"].includes(now.state) || now.state === wanted, `${now.state} ${now.reason ?? ""}`);
		return now.state === wanted && now;
	}, 90000).catch((error: Error) => { throw new Error(`${error.message}; last seen ${last}`); });

	before(async () => {
		await platform.startSandbox();
		await platform.startServer("--demo", "--sample", "5");
		await platform.server.stop();
		execFileSync(join(process.env.LEYDEN_BIN ?? "build/release/src", "bench/leyden-bench"),
			["fill", "--db", join(platform.dir, "data/leyden.db"), "--cards", "5", "--prefix", "CARD"]);
		await platform.restart();
		operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
		const more = versions.slice(1).flatMap(([word]) => ["--ocpp", `${word},1.6`, "--name", pileOf(word)]);
		await platform.startPiles(pileOf("1.6"), ...more, "--speed", "20");
		for (const [word, protocol] of versions)
			await until(`${word} to be online`, async () => (await read(`/v1/piles/${await pileId(pileOf(word))}`)).protocol === protocol);
	});
	after(() => platform.endWell(operator));

	/* An order paid in advance at the cashier, as the page after the scan makes it. */
	async function order(pile: string, minor: number): Promise<{ token: string; key: string }> {
		const place = await until("the pile to be free", async () => {
			const now = await platform.get(`/v1/public/piles/${pile}`);
			return now.tariff?.hash && now.online && now;
		});
		const answer = await fetch(`${platform.url}/v1/public/orders`, { method: "POST",
			headers: { "Content-Type": "application/json", "Idempotency-Key": `${pile}-${Date.now()}` },
			body: JSON.stringify({ pile, connector: 1, limit: { minor, currency: "CNY" }, timing: "prepay", channel: "sandbox",
				tariff_hash: place.tariff.hash, language: "en" }) });
		const made = (await answer.json()) as any;
		assert.equal(answer.status, 201, JSON.stringify(made));
		const url = await until("the cashier", async () => (await view(made.token)).pay_url);
		await fetch(url, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "action=pay" });
		return { token: made.token, key: made.owner_key };
	}
	const stop = (token: string, key: string) => fetch(`${platform.url}/v1/public/orders/${token}/stop`,
		{ method: "POST", headers: { "Content-Type": "application/json", "Owner-Key": key, "Idempotency-Key": `stop-${token.slice(0, 12)}` }, body: "{}" });

	for (const [word] of versions) {
		const pile = pileOf(word);

		test(`${word}: scanned, paid, charged, stopped on the page, unplugged`, { timeout: 150000 }, async () => {
			await sim(pile, { do: "plug" });
			const { token, key } = await order(pile, 3000);
			await state(token, "charging");
			const running = await until("energy and cost", async () => {
				const now = await view(token);
				return Number(now.energy_wh) > 100 && now.cost.minor > 0 && now;
			}, 60000);
			const stopped = await stop(token, key);
			assert.ok(stopped.ok, `${stopped.status} ${await stopped.clone().text()}`);
			await until("the end", async () => ["ended", "settled"].includes((await view(token)).state));
			await sim(pile, { do: "unplug" });
			const done = await state(token, "settled");
			assert.ok(done.bill.total.minor >= running.cost.minor && done.bill.total.minor < 3000);
			assert.ok(Number(done.energy_wh) >= Number(running.energy_wh));
		});

		test(`${word}: stopped by the operator`, { timeout: 150000 }, async () => {
			await sim(pile, { do: "plug" });
			const { token } = await order(pile, 3000);
			await state(token, "charging");
			const answer = await operator.post(`/v1/piles/${await pileId(pile)}/actions/stop`, { connector: 1 });
			assert.ok(answer.ok, `${answer.status} ${await answer.clone().text()}`);
			await until("the end", async () => ["ended", "settled"].includes((await view(token)).state));
			await sim(pile, { do: "unplug" });
			await state(token, "settled");
		});

		test(`${word}: a card without network, told later`, { timeout: 150000 }, async () => {
			const id = await pileId(pile);
			const before = (await read(`/v1/orders?pile=${id}`)).items.length;
			/* the pile knows the card: it has asked for it once */
			await sim(pile, { do: "plug" });
			await sim(pile, { do: "tap", tag: "CARD00001" });
			await until("a charge with the card", async () => (await read(`/v1/orders?pile=${id}`)).items[0].state === "charging");
			await sim(pile, { do: "tap", tag: "CARD00001" });
			await until("its end", async () => ["ended", "settled"].includes((await read(`/v1/orders?pile=${id}`)).items[0].state), 60000);
			await sim(pile, { do: "unplug" });
			await sim(pile, { do: "offline", on: true });
			await until("offline", async () => !(await read(`/v1/piles/${id}`)).online);
			await sim(pile, { do: "plug" });
			await sim(pile, { do: "tap", tag: "CARD00001" });
			await sleep(4000);
			await sim(pile, { do: "tap", tag: "CARD00001" });
			await sleep(1500);
			await sim(pile, { do: "unplug" });
			await sim(pile, { do: "offline", on: false });
			const orders = await until("the charge of the dark", async () => {
				const items = (await read(`/v1/orders?pile=${id}`)).items;
				return items.length === before + 2 && items[0].state === "settled" && items;
			}, 30000);
			assert.ok(Number(orders[0].energy_wh) > 0);
		});
	}

	test("2.1: by the code on the screen, which changes and counts once", { timeout: 150000 }, async () => {
		const pile = pileOf("2.1");
		const path = `/v1/piles/${await pileId(pile)}/web-code`;
		const screen = async () => (await platform.screen(pile)).outlets[0];
		const scan = (url: string, cookie = "") => fetch(url, { redirect: "manual", headers: { Cookie: cookie } });
		const start = async (cookie: string) => fetch(`${platform.url}/v1/public/orders`, { method: "POST",
			headers: { "Content-Type": "application/json", "Idempotency-Key": `web-${Date.now()}`, Cookie: cookie },
			body: JSON.stringify({ pile, connector: 1, limit: { minor: 3000, currency: "CNY" }, timing: "prepay", channel: "sandbox" }) });
		await until("the pile to have told of its screen", async () => (await read(path)).mode !== null);
		assert.ok((await operator.change("PUT", path, { mode: "required" })).ok);
		const shown = await until("a code on the screen", async () => {
			const now = await screen();
			return now.code === "web" && now.url.endsWith("/v1") && now;
		});
		assert.equal((await start("")).status, 403);
		const answer = await scan(shown.url);
		assert.equal(answer.status, 303, await answer.text());
		assert.equal(answer.headers.get("location"), `/p/${pile}/1`);
		assert.equal((await scan(shown.url)).status, 410); /* somebody who took a picture of it */
		const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
		await sim(pile, { do: "plug" });
		const made = await start(cookie);
		assert.equal(made.status, 201, await made.clone().text());
		const { token, owner_key } = (await made.json()) as any;
		await until("the outlet to be kept", async () => {
			await sim(pile, { do: "tap", tag: "CARD00001" });
			return (await screen()).notice === "paying";
		});
		const url = await until("the cashier", async () => (await view(token)).pay_url);
		await fetch(url, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "action=pay" });
		await state(token, "charging");
		assert.notEqual((await screen()).code, "web"); /* the running charge is found without */
		await stop(token, owner_key);
		await until("the end", async () => ["ended", "settled"].includes((await view(token)).state));
		await sim(pile, { do: "unplug" });
		await state(token, "settled");
		assert.ok((await operator.change("PUT", path, { mode: "off" })).ok);
		await until("the plain code again", async () => (await screen()).code === "");
	});
});
