/* autocharge.test.ts - the car as the key, with the real platform and the real pile in OCPP 1.6, 2.0.1 and 2.1: a known car charges, nobody
 * touching anything; an unknown one is refused, its driver's card is taken, consent asked in the wallet, and from then on it charges; the
 * same car at two piles at once is a copy. The books balance. */
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signIn, Operator } from "../../bench/operator";
import { json, Platform, until } from "../support/daemons";
import { Browser } from "./browser";

const versions = [["1.6", "A-01", "ocpp1.6"], ["2.0.1", "A-02", "ocpp2.0.1"], ["2.1", "A-03", "ocpp2.1"]] as const;
const KNOWN = "02000000A007"; /* of the demo's first member */
const STRANGE = "0200000000B1";

describe("cars that start by themselves", () => {
	const platform = new Platform();
	const browser = new Browser();
	let operator: Operator;
	const read = (path: string) => json(operator.get(path));
	const sim = (pile: string, command: object) => platform.sim(pile, command);
	const outlet = async (pile: string) => (await platform.screen(pile)).outlets[0];
	const pileId = async (pile: string) => (await read(`/v1/piles?q=${pile}`)).items[0].id as string;
	const newest = async (pile: string) => (await read(`/v1/orders?pile=${await pileId(pile)}`)).items[0];
	const order = (pile: string, state: string, but = "") => until(`an order ${state} at ${pile}`, async () => {
		const now = await newest(pile);
		return now && now.id !== but && now.state === state && now;
	}, 60000);
	const shows = (pile: string, notice: string) => until(`${pile} to show ${notice}`, async () => (await outlet(pile)).notice === notice);
	const free = (pile: string) => until(`${pile} to be free`, async () => (await outlet(pile)).state === "available");

	before(async () => {
		await platform.startSandbox();
		await platform.startServer("--demo", "--sample", "5");
		operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
		const more = versions.slice(1).flatMap(([word, name]) => ["--ocpp", `${word},1.6`, "--name", name]);
		await platform.startPiles(versions[0][1], ...more, "--speed", "20", "--autocharge");
		for (const [word, name, protocol] of versions)
			await until(`${word} to be online`, async () => (await read(`/v1/piles/${await pileId(name)}`)).protocol === protocol);
	});
	after(async () => {
		await browser.close();
		await platform.endWell(operator);
	});

	for (const [word, pile] of versions)
		test(`${word}: a known car charges, nobody touching anything`, async () => {
			await sim(pile, { do: "plug", mac: KNOWN, soc: 30 });
			const running = await order(pile, "charging");
			assert.equal(running.starter, "vehicle");
			assert.equal(running.member, "Member 1");
			await until("energy to flow", async () => Number((await newest(pile)).energy_wh) > 50, 60000);
			await sim(pile, { do: "tear" });
			const done = await order(pile, "settled");
			assert.equal(done.paid.minor, done.total.minor);
			await free(pile);
		});

	for (const [word, pile] of versions)
		test(`${word}: an unknown car, its driver's card, the wallet's question, and then the car alone`, async () => {
			const mac = STRANGE.slice(0, -1) + versions.findIndex(([one]) => one === word);
			const before = (await newest(pile))?.id ?? "";
			await sim(pile, { do: "plug", mac, soc: 30 });
			await shows(pile, "no-credit");
			await sim(pile, { do: "tap", tag: "LAKE0002" });
			const byCard = await order(pile, "charging", before);
			assert.equal(byCard.starter, "rfid");
			await sim(pile, { do: "tear" });
			await order(pile, "settled", before);
			await free(pile);

			const car = (await read("/v1/vehicles?state=suspended")).items.find((one: { vid: string }) => one.vid === `VID:${mac}`);
			assert.equal(car.member, "Member 2");
			assert.equal(car.second_kind, "battery");
			const member = await read(`/v1/members/${car.member_id}`);
			const wallet = new URL(member.wallet_url).pathname;
			assert.match(await (await fetch(platform.url + wallet)).text(), new RegExp(`${mac.slice(-4)}.*waits for you`));
			const driver = await browser.person({ width: 360 });
			await driver.goto(`${platform.url}${wallet}?lang=en`);
			const asked = driver.locator(".car.warn");
			await asked.locator("input[name=charge]").fill("20");
			await asked.locator("input[name=day]").fill("40,50");
			await asked.getByRole("button", { name: "Yes, it may" }).click();
			await driver.getByText("Saved.").waitFor();
			const own = await read(`/v1/vehicles/${car.id}`);
			assert.deepEqual([own.state, own.charge_cap.minor, own.day_cap.minor], ["active", 2000, 4050]);
			await driver.close();

			await sim(pile, { do: "plug", mac, soc: 30 });
			const alone = await order(pile, "charging", byCard.id);
			assert.equal(alone.starter, "vehicle");
			assert.equal(alone.member, "Member 2");
			await sim(pile, { do: "tear" });
			await order(pile, "settled", byCard.id);
			await free(pile);
		});

	test("the same car at two piles at once is a copy: refused, and people are told", async () => {
		const before = (await newest("A-01")).id;
		await sim("A-01", { do: "plug", mac: KNOWN });
		await order("A-01", "charging", before);
		await sim("A-02", { do: "plug", mac: KNOWN });
		await shows("A-02", "no-credit");
		await until("an alarm", async () => (await read("/v1/alarms")).items.some((alarm: { kind: string }) => alarm.kind === "vehicle_twice"));
		const car = (await read("/v1/vehicles")).items.find((one: { vid: string }) => one.vid === `VID:${KNOWN}`);
		assert.notEqual(car.contradicted, null);
		await sim("A-02", { do: "unplug" });
		await sim("A-01", { do: "tear" });
		await order("A-01", "settled", before);
		await free("A-01");
		/* its address alone starts nothing more until somebody has looked */
		await sim("A-01", { do: "plug", mac: KNOWN });
		await shows("A-01", "no-credit");
		await sim("A-01", { do: "unplug" });
		await free("A-01");
		assert.equal((await operator.post(`/v1/vehicles/${car.id}/unblock`, {})).status, 200);
		const last = (await newest("A-01")).id;
		await sim("A-01", { do: "plug", mac: KNOWN });
		await order("A-01", "charging", last);
		await sim("A-01", { do: "tear" });
		await order("A-01", "settled", last);
	});

	test("an operator sees the cars, blocks one, lets it go, deletes it, and says what an address is worth", async () => {
		const text = readFileSync(join(platform.dir, "data/demo-login"), "utf8");
		const page = await browser.person({ width: 1280, height: 900 });
		await page.goto(`${platform.url}/console?lang=en`);
		await page.fill("input[autocomplete=username]", /login:\s*(\S+)/.exec(text)?.[1] ?? "");
		await page.fill("input[type=password]", /password:\s*(\S+)/.exec(text)?.[1] ?? "");
		await page.click("button.button");
		await page.waitForSelector(".tiles");
		await page.goto(`${platform.url}/console/vehicles`);
		const row = page.locator("tr", { hasText: `VID:${STRANGE.slice(0, -1)}0` });
		const press = async (name: string) => {
			await row.getByRole("button", { name, exact: true }).click();
			await page.locator("dialog[open]").getByRole("button", { name, exact: true }).click();
		};
		await press("Block");
		await row.getByText("blocked").waitFor();
		await press("Unblock");
		await row.getByText("waits for driver").waitFor();
		await press("Delete");
		await row.waitFor({ state: "detached" });
		await page.locator("section select").selectOption("both");
		await page.getByRole("button", { name: "Save" }).click();
		await page.getByText("Saved.").waitFor();
		assert.equal((await read("/v1/vehicle-policy")).mode, "both");
		await page.locator("section select").selectOption("capped");
		await page.getByRole("button", { name: "Save" }).click();
		await until("the policy to be back", async () => (await read("/v1/vehicle-policy")).mode === "capped");
	});

	test("a car that says nothing, or contradicts itself, starts nothing", async () => {
		await sim("A-03", { do: "plug", mac: KNOWN, other: "0200000000FF" });
		await shows("A-03", "no-credit");
		await sim("A-03", { do: "unplug" });
		await until("an alarm", async () => (await read("/v1/alarms")).items.some((alarm: { kind: string }) => alarm.kind === "vehicle_clone"));
		await free("A-03");
		const slow = { component: "AutoCharge", variable: "Timeout", value: "3" };
		assert.equal((await operator.post(`/v1/piles/${await pileId("A-03")}/actions/change-variable`, slow)).status, 202);
		await sim("A-03", { do: "plug" });
		await shows("A-03", "no-vehicle");
		await sim("A-03", { do: "unplug" });
	});
});
