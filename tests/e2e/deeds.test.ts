/* deeds.test.ts - what an operator does to piles, clicked in a real browser and done by the real pile: a call as it stands,
 * a firmware campaign started, paused and gone on with, a reservation made and given up, a message shown and taken away, the
 * site's limit changed, a certificate renewed, a variable watched, a customer's data asked for, a log asked for. */
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { signIn, type Operator } from "../../bench/operator";
import { Platform, until } from "../support/daemons";
import { Browser } from "./browser";

const platform = new Platform();
const browser = new Browser();
let page: Page;
let operator: Operator;
let id = "";
let site = "";

const read = async (path: string) => (await (await operator.get(path)).json()) as any;
const open = async (path: string) => {
	await page.goto(`${platform.url}/console${path}`);
	await page.waitForSelector("main h1");
	await page.waitForFunction(() => !document.querySelector(".waiting"));
};
const section = (name: string) => page.locator(`section[aria-labelledby=${name}]`);
const button = (within: Page | Locator, name: string) => within.getByRole("button", { name, exact: true });
/* A deed that is asked for once more in words. */
async function confirm(within: Page | Locator, name: string): Promise<void> {
	await button(within, name).first().click();
	const dialog = page.locator("dialog[open]");
	await button(dialog, name).click();
	await dialog.waitFor({ state: "detached" }).catch(async () => {
		throw new Error(`${name}: ${await dialog.innerText()}`);
	});
}

/* The car at its first outlet; hands wait while a plug is locked. */
const sim = (command: object) => until(JSON.stringify(command), async () => {
	const answer = await fetch(`http://127.0.0.1:${platform.pilePort}/pile/A-01/control`,
		{ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(command) });
	return answer.ok && ((await answer.json()) as { ok: boolean }).ok;
});

before(async () => {
	const data = join(platform.dir, "data");
	execFileSync(join(process.env.LEYDEN_BIN ?? "build/release/src", "server/leyden"), ["ca", "init", "--data", data]);
	await platform.startServer("--demo", "--sample", "5");
	operator = await signIn(String(platform.port), join(data, "demo-login"));
	await platform.startPiles("A-02", "--ocpp", "2.1,2.0.1", "--name", "A-01", "--speed", "20");
	page = await browser.person({ width: 1280, height: 900 });
	const login = readFileSync(join(data, "demo-login"), "utf8");
	await page.goto(`${platform.url}/console`);
	await page.locator("input").nth(0).fill(/login:\s*(\S+)/.exec(login)?.[1] ?? "");
	await page.locator("input").nth(1).fill(/password:\s*(\S+)/.exec(login)?.[1] ?? "");
	await page.locator("form button").click();
	await page.waitForSelector("aside nav");
	await until("A-01 to be online", async () => {
		const pile = (await read("/v1/piles?q=A-01")).items[0];
		[id, site] = [pile.id, pile.site_id];
		return pile.online && pile.protocol === "ocpp2.1" && pile.connectors.some((one: any) => one.status === "Available");
	});
});
after(async () => {
	await browser.close();
	await platform.server.stop();
	const verified = await platform.verify();
	const codes = await platform.stop();
	assert.equal(verified.code, 0, verified.out);
	assert.ok(Object.values(codes).every((code) => code === 0), JSON.stringify(codes));
});

test("a call as it stands: the pile's own answer beside it, a wrong one told by its field", async () => {
	await open(`/piles/${id}/raw?action=GetBaseReport`);
	await page.waitForSelector(".raw textarea");
	await page.locator(".raw textarea").fill("{\"requestId\":\"seven\"}");
	await confirm(page.locator(".raw"), "Send");
	await page.waitForSelector(".raw .wrong");
	await page.locator(".raw textarea").fill("{\"requestId\":71,\"reportBase\":\"SummaryInventory\"}");
	await confirm(page.locator(".raw"), "Send");
	await page.waitForSelector(".raw figure pre");
	assert.match(await page.locator(".raw figure").innerText(), /Accepted|EmptyResultSet|NotSupported/);
	assert.match(await section("told").innerText(), /GetBaseReport/);
});

test("a reservation is made, held by the pile, and given up", async () => {
	await open(`/piles/${id}/care`);
	await section("reserved").getByLabel("Card").fill("LAKE0001");
	await confirm(section("reserved"), "Reserve");
	await section("reserved").locator("tbody tr", { hasText: "held" }).waitFor();
	await confirm(section("reserved").locator("tbody"), "End the reservation");
	await section("reserved").locator("tbody tr", { hasText: "cancelled" }).waitFor();
	await until("the connector to be free", async () => (await read(`/v1/piles/${id}`)).connectors.some((one: any) => one.status === "Available"));
});

test("a message is shown, told back by the pile, and taken away", async () => {
	await open(`/piles/${id}/care`);
	await section("displays").locator("textarea").fill("Closed from ten");
	await section("displays").locator("form .button").click();
	const row = section("displays").locator("tbody tr", { hasText: "Closed from ten" });
	await row.filter({ hasText: "shown" }).waitFor();
	await button(section("displays"), "Ask what it shows").click();
	await section("displays").locator("ul.dim li", { hasText: "Closed from ten" }).waitFor();
	await row.locator("button.danger").click();
	await page.locator("dialog[open] button.danger").click();
	await row.filter({ hasText: "taken away" }).waitFor();
});

test("the driver of a charge is told something, as long as it runs", async () => {
	await sim({ do: "plug" });
	await open(`/piles/${id}`);
	await button(page.locator(".card").first(), "Start").click();
	await page.locator("dialog[open]").getByLabel("At most (kW)").fill("4.2");
	await button(page.locator("dialog[open]"), "Start").click();
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	await page.locator(".card .result a").first().click();
	await section("at-pile").waitFor();
	assert.match(await page.locator(".facts").first().innerText(), /4\.2 kW/);
	await until("the pile to keep to the power it was started with", async () => {
		const told = await operator.post(`/v1/piles/${id}/ocpp/GetCompositeSchedule`, { evseId: 1, duration: 60, chargingRateUnit: "W" });
		const period = ((await told.json()) as any).answer?.schedule?.chargingSchedulePeriod?.[0];
		return period && period.limit <= 4200;
	});
	await section("at-pile").locator("textarea").fill("Please come to the gate");
	await section("at-pile").locator("form .button").click();
	const row = section("at-pile").locator("tbody tr", { hasText: "Please come to the gate" });
	await row.filter({ hasText: "shown" }).waitFor();
	await confirm(page.locator("header.title"), "Stop");
	await row.filter({ hasText: "over" }).waitFor();
	await sim({ do: "unplug" });
});

test("the pile is asked for its log, and it is here", async () => {
	await open(`/piles/${id}/care`);
	await confirm(section("logs"), "Ask for diagnostics");
	const link = section("logs").locator("tbody a");
	await until("the log", async () => {
		await button(section("logs"), "Look again").click();
		return await link.count() > 0;
	});
	const file = await page.context().request.get(new URL(await link.first().getAttribute("href") ?? "", platform.url).href);
	assert.equal(file.status(), 200);
	assert.ok((await file.body()).length > 0);
});

test("a variable is watched, and watched no more", async () => {
	await open(`/piles/${id}/watch`);
	await button(section("monitors"), "Watch a variable").click();
	const form = page.locator("dialog[open] form");
	await form.getByLabel("Component").fill("EVSE");
	await form.locator("input").nth(1).fill("1");
	await form.getByLabel("Variable").fill("Power");
	await form.getByLabel("Value").fill("5000");
	await form.locator("button").click();
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	await section("monitors").locator("tbody tr", { hasText: "5000" }).waitFor();
	await confirm(section("monitors").locator("tbody tr", { hasText: "5000" }), "Watch no more");
	await section("monitors").locator("tbody tr", { hasText: "5000" }).waitFor({ state: "detached" });
});

test("a limit of what is given back is set, told back by the pile, and taken away; a profile likewise", async () => {
	await open(`/piles/${id}/energy`);
	await button(section("grid"), "Set a control").click();
	await page.locator("dialog[open]").getByLabel("Given back at most").fill("40");
	await page.locator("dialog[open] form > button").click();
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	const control = section("grid").locator("tbody tr", { hasText: "40 %" });
	await control.waitFor();
	await confirm(control, "Take away");
	await control.waitFor({ state: "detached" });
	await button(section("limits"), "Set a limit").click();
	await page.locator("dialog[open]").getByLabel("At most (kW)").fill("7.5");
	await page.locator("dialog[open] form > button").click();
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	await button(section("limits"), "Ask which it has").click();
	const limit = section("limits").locator("tbody tr", { hasText: "7.5 kW" });
	await limit.waitFor();
	await confirm(limit, "Take back");
	await limit.waitFor({ state: "detached" });
	await button(section("limits"), "What it will allow").click();
	await button(page.locator("dialog[open]"), "Ask the pile").click();
	await page.waitForSelector("dialog[open] .steps svg");
});

test("what the pile keeps of a customer is told", async () => {
	await open(`/piles/${id}/watch`);
	await section("customers").locator("input").nth(0).fill("LAKE0001");
	await button(section("customers"), "Ask for it").click();
	await section("customers").locator("[role=status]").waitFor();
	const row = section("reports").locator("tbody tr", { hasText: "complete" }).first();
	await until("the report", async () => {
		await button(section("reports"), "Look again").click();
		return await section("reports").locator("tbody tr button", { hasText: "Read" }).count() > 0 || await row.count() > 0;
	});
	await section("reports").locator("tbody tr button", { hasText: "Read" }).first().click();
	await page.waitForSelector("dialog[open] pre");
});

test("the site's limit is set and changed; the pile confirms its share without network", async () => {
	await open(`/sites/${site}/load`);
	await page.locator("header.title button").click();
	await page.locator("dialog[open] form button.button").first().click();
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	await page.waitForSelector(".phases .phase");
	const outlet = async () => (await read(`/v1/sites/${site}/power`)).outlets.find((one: any) => one.pile_id === id);
	await until("the default", async () => (await outlet()).default_ma === 6000);
	await page.locator("header.title button").click();
	await page.locator("dialog[open] input").nth(0).fill("40");
	await page.locator("dialog[open]").getByLabel("Share without network").fill("8");
	await page.locator("dialog[open] form button.button").first().click();
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	assert.match(await page.locator(".phases").first().innerText(), /of 40 A/);
	await until("the new default", async () => (await outlet()).default_ma === 8000);
	/* a circuit, the pile on it, and a signal for an hour */
	await button(page, "Add a circuit").click();
	await page.locator("dialog[open] input").nth(0).fill("Garage");
	await page.locator("dialog[open] form > button").click();
	await section("circuits").locator(".card", { hasText: "Garage" }).waitFor();
	await button(section("circuits").locator(".card"), "Piles").click();
	await button(page.locator("dialog[open] li", { hasText: "A-01" }), "Put in").click();
	await button(page.locator("dialog[open] li", { hasText: "A-01" }), "Take out").waitFor();
	await page.locator("dialog[open] header button").click();
	await section("circuits").locator(".card", { hasText: "1 outlet" }).waitFor();
	await button(section("signals"), "Add a signal").click();
	await page.locator("dialog[open] form > button").click();
	await section("signals").locator("li", { hasText: "50 % of the limit" }).waitFor();
	assert.match(await page.locator(".phases").first().innerText(), /of 20 A/);
	await confirm(section("signals"), "End it");
	await section("signals").locator("li").waitFor({ state: "detached" });
});

test("a certificate is renewed", async () => {
	await open("/security/piles");
	await confirm(page.locator("tbody tr", { hasText: "A-01" }), "Renew certificate");
	await page.locator("tbody tr", { hasText: "A-01" }).filter({ hasText: "asked" }).waitFor();
	await until("the certificate", async () => (await read(`/v1/certificates?pile=${id}`)).items.some((one: any) => ["installed", "active"].includes(one.state)));
});

test("a campaign is started, paused and gone on with", async () => {
	const file = join(platform.dir, "firmware.bin");
	writeFileSync(file, Buffer.alloc(4096, 7));
	await open("/firmware/files");
	await page.locator("main .button").first().click();
	await page.locator("dialog[open] input").nth(0).fill("Update");
	await page.locator("dialog[open] input").nth(1).fill("9.9");
	await page.locator("dialog[open] input[type=file]").setInputFiles(file);
	await page.locator("dialog[open] form > button").click();
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	await page.locator("tbody tr", { hasText: "9.9" }).waitFor();
	await open("/firmware");
	await page.locator("main .button").first().click();
	await page.locator("dialog[open] input").nth(0).fill("First of all");
	await page.locator("dialog[open] form > button").click();
	await page.waitForURL(/\/firmware\/campaigns\/\d+/);
	await confirm(page.locator("main"), "Pause");
	await page.locator(".facts", { hasText: "paused" }).waitFor();
	await confirm(page.locator("main"), "Go on");
	await page.locator(".facts", { hasText: /running|stopped|done/ }).waitFor();
});

test("nothing was written to the error log of the browser", () => {
	/* who is signed in is asked before anybody is; the wrong call was meant */
	assert.deepEqual(browser.errors.filter((line) => !/status of (401|422)/.test(line)), []);
});
