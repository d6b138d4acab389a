/* journey.test.ts - the real programs, a real browser: a driver pays and charges, looks from a second phone, stops, and the
 * receipt adds up; a start that fails gives the money back; an operator sees it, reads the log, paints a tariff and
 * checks the books. */
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { Platform, until } from "../support/daemons";
import { Browser } from "./browser";

const platform = new Platform();
const browser = new Browser();
let driver: Page;
let operator: Page;
let login = "";
let password = "";

before(async () => {
	await platform.startSandbox();
	await platform.startServer("--demo", "--sample", "5", "--start-timeout", "6");
	await platform.startPiles("A-{01..03}", "--speed", "30", "--public", platform.url);
	const text = readFileSync(join(platform.dir, "data/demo-login"), "utf8");
	login = /login:\s*(\S+)/.exec(text)?.[1] ?? "";
	password = /password:\s*(\S+)/.exec(text)?.[1] ?? "";
	[driver, operator] = await Promise.all([browser.person({ width: 360 }), browser.person({ width: 1280, height: 900 })]);
	await until("the piles to be known", async () => (await platform.get("/v1/public/piles/A-03")).online);
});
after(async () => {
	await browser.close();
	await platform.stop();
});

const control = (pile: string, command: object) => platform.sim(pile, command);

interface Money { minor: number }
interface View {
	token: string; state: string; owner?: boolean; cost: Money;
	bill: { lines: { energy: Money; service: Money; energy_wh: string }[]; energy: Money; service: Money; idle: Money; total: Money;
		meter_start_wh: string; meter_stop_wh: string } | null;
	money: { paid: Money; captured: Money; refund: Money; refund_state: string };
}
const view = (token: string) => platform.get(`/v1/public/orders/${token}`) as Promise<View>;
const tokenOf = (page: Page) => /\/o\/([\w-]+)/.exec(page.url())?.[1] ?? "";

/* From the landing page to the live order: say that the number matches, choose an amount, pay at the cashier. */
async function pay(page: Page, pile: string): Promise<string> {
	await page.goto(`${platform.url}/p/${pile}?lang=en`);
	await page.click("label[for=match-yes]");
	await page.click(".pay .pick label >> nth=0");
	await page.click("#start");
	await page.waitForURL((url) => url.port === String(platform.sandboxPort));
	await page.click("button.go");
	const back = page.locator("a.back");
	await Promise.race([page.waitForURL(/\/o\//), back.waitFor()]);
	if (!/\/o\//.test(page.url()))
		await back.click();
	await page.waitForURL(/\/o\//);
	return tokenOf(page);
}

test("the landing page tells price and state, and works without script", async () => {
	const plain = await browser.person({ width: 360, script: false });
	await plain.goto(`${platform.url}/p/A-01?lang=de`);
	assert.match(await plain.locator(".price b").innerText(), /\d,\d\d/);
	assert.match(await plain.locator("#state strong").innerText(), /Frei|Eingesteckt/);
	assert.equal(await plain.locator(".day rect").count() >= 48, true);
	assert.equal(await plain.locator("html").getAttribute("lang"), "de");
	/* Without saying that the number matches, the form does not leave. */
	await plain.click("#start");
	assert.match(plain.url(), /\/p\/A-01/);
	await plain.click("label[for=match-no]");
	assert.equal(await plain.locator("#start").isVisible(), false);
	await plain.click("label[for=match-yes]");
	await plain.click("#start");
	await plain.waitForURL(/\/o\//);
	/* The page asks again by itself until the cashier's address is there. */
	await plain.locator("a.button.big").click({ timeout: 15_000 });
	await plain.waitForURL((url) => url.port === String(platform.sandboxPort));
});

test("a driver pays, charges, reloads, is watched from another phone, stops; the receipt adds up", async () => {
	await control("A-01", { do: "plug", soc: 40, kwh: 60 });
	const token = await pay(driver, "A-01");
	await driver.waitForSelector(".m-rotate", { timeout: 30_000 });
	await driver.waitForFunction(() => !/0\.00 kWh/.test(document.querySelector(".dial")?.textContent ?? "0.00 kWh"), undefined, { timeout: 30_000 });
	assert.match(await driver.locator(".gauges").innerText(), /kW/);

	await driver.reload();
	await driver.waitForSelector(".dial");
	assert.equal(await driver.locator("button.stop").count(), 1, "the paying phone may stop, also after a reload");

	const other = await browser.person({ width: 390, language: "de", dark: true });
	await other.goto(`${platform.url}/o/${token}?lang=de`);
	await other.waitForSelector(".dial");
	assert.equal(await other.locator("button.stop").count(), 0, "the link alone is view only");
	assert.equal((await fetch(`${platform.url}/v1/public/orders/${token}/stop`, { method: "POST",
		headers: { "Content-Type": "application/json" }, body: "{}" })).status, 403);

	await driver.click("button.stop");
	await driver.click("button.sure");
	/* Energy is final; the order closes when the plug is pulled, and the page says so. */
	await driver.waitForSelector("text=Finished, please unplug", { timeout: 30_000 });
	await control("A-01", { do: "unplug" });
	await driver.waitForSelector(".m-still .word:has-text('Finished')", { timeout: 30_000 });
	await other.waitForSelector(".bill", { timeout: 30_000 });

	const order = await until("the order to be settled", async () => {
		const now = await view(token);
		return now.state === "settled" && now;
	});
	const bill = order.bill;
	assert.ok(bill);
	const sum = (name: "energy" | "service") => bill.lines.reduce((total, line) => total + line[name].minor, 0);
	assert.equal(sum("energy"), bill.energy.minor);
	assert.equal(sum("service"), bill.service.minor);
	assert.equal(bill.energy.minor + bill.service.minor + bill.idle.minor, bill.total.minor);
	const wh = bill.lines.reduce((total, line) => total + Math.round(Number(line.energy_wh) * 10), 0);
	assert.equal(wh, Math.round((Number(bill.meter_stop_wh) - Number(bill.meter_start_wh)) * 10));
	assert.equal(order.money.paid.minor - bill.total.minor, order.money.refund.minor);

	/* The same on the screen: every line, to the cent. */
	const shown = await driver.locator(".bill tbody tr td:last-child").evaluateAll((cells) =>
		cells.map((cell) => Math.round(Number((cell.firstChild?.textContent ?? "").replace(/[^\d.]/g, "")) * 100)));
	assert.equal(shown.reduce((a, b) => a + b, 0), bill.energy.minor + bill.service.minor);
	assert.match(await driver.locator(".back").innerText(), /returned|on its way/);
	await until("the money to be back", async () => (await view(token)).money.refund_state === "done");
	await driver.waitForFunction(() => /returned/.test(document.querySelector(".back")?.textContent ?? ""));

	await driver.click("a[href$='/receipt']");
	await driver.waitForSelector(".paper .bill");
	await driver.emulateMedia({ media: "print" });
	assert.equal(await driver.locator(".screen").isVisible(), false);
	await driver.emulateMedia({ media: "screen" });
});

test("a start that does not come gives the money back by itself and says so", async () => {
	const token = await pay(driver, "A-02");
	await driver.waitForSelector(".steps");
	await driver.waitForSelector(".m-blink", { timeout: 40_000 });
	const text = await driver.locator("main").innerText();
	assert.match(text, /Not started/);
	assert.match(text, /Money back/);
	await until("the money to be back", async () => (await view(token)).money.refund_state === "done");
	const order = await view(token);
	assert.equal(order.money.refund.minor, order.money.paid.minor);
	assert.equal(await driver.locator("button:has-text('Try again')").count(), 1);
});

test("a driver reports a problem and the operator finds it", async () => {
	await driver.click("button:has-text('Report a problem')");
	await driver.fill("textarea", "The screen of the pile is dark.");
	await driver.click("button:has-text('Send to the operator')");
	await driver.waitForSelector("text=Thank you, the operator has it.");
});

test("an operator signs in and sees the day", async () => {
	await operator.goto(`${platform.url}/console?lang=en`);
	await operator.fill("input[autocomplete=username]", login);
	await operator.fill("input[type=password]", "wrong password");
	await operator.click("button.button");
	await operator.waitForSelector("[role=alert]");
	await operator.fill("input[type=password]", password);
	await operator.click("button.button");
	await operator.waitForSelector(".tiles");
	await operator.waitForSelector(".list:not(.small) tbody tr");
	assert.match(await operator.locator(".tiles").innerText(), /3 \/ \d+/);
	assert.match(await operator.locator(".needs").innerText(), /report/);
	await operator.goto(`${platform.url}/console/alarms`);
	await operator.waitForSelector("text=The screen of the pile is dark.");
});

test("the log of a pile is live, decoded, and every line has an address", async () => {
	await operator.goto(`${platform.url}/console/piles`);
	await operator.click("a:text-is('A-01')");
	const stream = operator.waitForRequest(/\/events\/console\?log=\d+/); /* told by hints */
	await operator.click(".tabs a:text-is('Log')");
	await stream;
	await operator.waitForSelector(".log li");
	const text = await operator.locator(".log").innerText();
	for (const action of ["RemoteStartTransaction", "StartTransaction", "MeterValues", "StopTransaction"])
		assert.match(text, new RegExp(action));
	await control("A-01", { do: "plug", soc: 50, kwh: 60 });
	await operator.waitForFunction(() => /StatusNotification/.test(document.querySelector(".log li")?.textContent ?? ""), undefined, { timeout: 15_000 });
	await operator.locator(".log li summary").nth(2).click();
	/* the opened line, wherever newer ones have pushed it meanwhile */
	await operator.locator(".log details[open] a:has-text('Link to this line')").first().click();
	await operator.waitForSelector(".log .marked");
});

test("a log is filtered, read raw, and taken along", async () => {
	await operator.goto(`${platform.url}/console/piles`);
	await operator.click("a:text-is('A-01')");
	await operator.click(".tabs a:text-is('Log')");
	await operator.waitForSelector(".log li");
	const base = new URL(operator.url()).pathname;
	const actions = () => operator.locator(".log li summary b").allInnerTexts();
	const show = async (filter: string, ready: string) => {
		await operator.goto(`${platform.url}${base}${filter}`);
		await operator.waitForSelector(ready);
	};
	await show("?action=StartTransaction", ".log li");
	assert.deepEqual([...new Set(await actions())], ["StartTransaction"]);
	const order = /orders\/(\d+)/.exec(await operator.locator(".log li a[href*=orders]").first().evaluate((link: HTMLAnchorElement) => link.href))?.[1] ?? "";
	await show(`?order=${order}`, ".log li");
	assert.ok((await actions()).includes("StartTransaction"), "the order's frames hold its start");
	assert.ok(!(await actions()).includes("BootNotification"), "and nothing of the pile's");
	await show("?connector=1&direction=in", ".log li");
	assert.ok((await actions()).includes("StatusNotification"));
	assert.equal(await operator.locator(".log .arrow .away", { hasText: "to the pile" }).count(), 0);
	await show("?connector=9", ".empty");
	await show("?action=StartTransaction&view=raw", ".log li details[open] pre");
	assert.match(await operator.locator(".log pre").first().innerText(), /"meterStart"/);
	for (const [format, type] of [["csv", "text/csv"], ["jsonl", "application/jsonl"]]) {
		const link = await operator.locator(`a[download][href*="format=${format}"]`).evaluate((one: HTMLAnchorElement) => one.href);
		const answer = await operator.request.get(link);
		assert.ok(answer.headers()["content-type"]?.startsWith(type!), format);
		const text = await answer.text();
		assert.match(text, /StartTransaction/);
		assert.doesNotMatch(text, /StatusNotification/, "the export keeps the filter");
	}
});

test("the pile is told something and the result comes back", async () => {
	await operator.goto(`${platform.url}/console/piles`);
	await operator.click("a:text-is('A-03')");
	await operator.click("button:has-text('Clear card cache')");
	await operator.click("dialog button:has-text('Clear card cache')");
	await operator.waitForSelector(".result.s-done", { timeout: 15_000 });
	await operator.click(".tabs a:text-is('Configuration')");
	await operator.click("button:has-text('Read from the pile') >> nth=0");
	await operator.waitForSelector("td:has-text('HeartbeatInterval')", { timeout: 15_000 });
});

test("an order shows one timeline and both legs of its money", async () => {
	await operator.goto(`${platform.url}/console/orders`);
	await operator.waitForSelector(".list:not(.small) tbody tr");
	await operator.locator(".list tbody tr", { hasText: "Finished" }).first().locator("a").first().click();
	await operator.waitForSelector(".line li");
	const text = await operator.locator("main").innerText();
	for (const word of ["Prepayment", "Energy fee", "Refund", "StartTransaction", "Charging"])
		assert.match(text, new RegExp(word), word);
});

test("a tariff is painted with mouse and keyboard, simulated and saved as a new version", async () => {
	await operator.goto(`${platform.url}/console/tariffs`);
	await operator.locator(".list a").first().click();
	await operator.waitForSelector(".slots");
	await operator.locator("input[name=brush]").last().check();
	const slots = operator.locator(".slots button");
	await slots.nth(0).click();
	await slots.nth(0).focus();
	await operator.keyboard.press("Shift+ArrowRight");
	const last = await slots.nth(0).getAttribute("data-rate");
	assert.equal(await slots.nth(1).getAttribute("data-rate"), last);
	await operator.click("button:has-text('Calculate')");
	await operator.waitForSelector(".figure");
	await operator.click("button:has-text('Save as a new version')");
	await operator.waitForFunction(() => /Version 2/.test(document.querySelector(".meta")?.textContent ?? ""));
	assert.equal(await operator.locator(".slots button").nth(1).getAttribute("data-rate") !== null, true);
});

test("the books balance on screen", async () => {
	await operator.goto(`${platform.url}/console/ledger`);
	await operator.waitForSelector(".list:not(.small) tbody tr");
	await operator.click(".tabs a:text-is('Does it add up?')");
	await operator.waitForSelector(".verdict.s-done", { timeout: 20_000 });
});

test("the search finds a pile, the language changes, and signing out closes the door", async () => {
	await operator.fill("[role=search] input", "A-02");
	await operator.keyboard.press("Enter");
	await operator.waitForSelector("a:text-is('A-02')");
	await operator.selectOption("select.lang", "zh-CN");
	await operator.waitForSelector("nav a:has-text('充电桩')");
	await operator.click("button:has-text('退出登录')");
	await operator.waitForSelector("input[type=password]");
});

test("the pile's own display turns its ring", async () => {
	const display = await browser.person({ width: 800, height: 480 });
	await display.goto(`http://127.0.0.1:${platform.pilePort}/pile/A-01/`);
	await display.waitForSelector("text=A-01");
});

test("the books verify and no page wrote an error", async () => {
	const books = await platform.verify();
	assert.equal(books.code, 0, books.out);
	assert.deepEqual(browser.errors.filter((line) => !/status of 40[13]/.test(line)), []);
});
