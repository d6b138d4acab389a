/* markup.test.ts - a hostile pile, a hostile card and a clerk with a strange sense of humour: markup, SQL and formulas in every
 * text that reaches us are text on every screen, in every export and in the log. */
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { RPCClient } from "ocpp-rpc";
import { signIn, type Operator } from "../../bench/operator";
import { Platform, until } from "../support/daemons";
import { Browser } from "./browser";

/* Each of these would leave a mark on the window, or run as a formula, if it were taken for more than text. */
const script = "<script>hacked=1</script>";
const image = "<img src=x onerror=hacked=2>";
const quotes = "'; DROP TABLE orders;--\"><svg onload=hacked=3>";
const formula = "=HYPERLINK(\"http://127.0.0.1/\",\"x\")";
const tag = "<b>'\"--";

const platform = new Platform();
const browser = new Browser();
let page: Page;
let operator: Operator;
let cookie = "";
let csrf = "";
let pile: { id: string };
let member: { id: string; wallet_token?: string };
let order: { id: string; token: string };

/* bench/operator has no PATCH. */
async function send(method: string, path: string, body: object): Promise<Record<string, unknown>> {
	const answer = await fetch(platform.url + path, { method, body: JSON.stringify(body), headers: { "Cookie": cookie, "X-CSRF": csrf,
		"Content-Type": "application/json", "Idempotency-Key": `markup-${Math.random()}`.replace(".", "-") } });
	const text = await answer.text();
	assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
	return text ? JSON.parse(text) as Record<string, unknown> : {};
}
const items = async (path: string) => (await (await operator.get(path)).json() as { items: Record<string, string>[] }).items;

before(async () => {
	await platform.startSandbox();
	await platform.startServer("--demo", "--unknown-piles", "accept");
	operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
	page = await browser.person({ width: 1280, height: 900 });
	await signInPage();
	const site = (await items("/v1/sites"))[0]!;
	await send("PATCH", `/v1/sites/${site.id}`, { name: image, address: quotes, helpline: formula });
	member = await send("POST", "/v1/members", { name: formula, phone: "+1<i>" }) as unknown as typeof member;
	await send("POST", `/v1/members/${member.id}/tags`, { id_tag: tag });
	await meddle();
	pile = (await items("/v1/piles?q=HOSTILE"))[0] as unknown as typeof pile;
	await send("PATCH", `/v1/piles/${pile.id}`, { name: image });
	await refuse();
});
after(async () => {
	await browser.close();
	await platform.stop();
});

async function signInPage(): Promise<void> {
	const text = readFileSync(join(platform.dir, "data/demo-login"), "utf8");
	const answer = await fetch(`${platform.url}/v1/login`, { method: "POST", headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ login: /login:\s*(\S+)/.exec(text)![1], password: /password:\s*(\S+)/.exec(text)![1] }) });
	cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
	csrf = (await answer.json() as { csrf: string }).csrf;
	await page.context().addCookies([{ name: "session", value: cookie.split("=")[1]!, url: platform.url },
		{ name: "lang", value: "en", url: platform.url }]);
}

/* A pile whose every text is an attack, charging with a card whose number is one. */
async function meddle(): Promise<void> {
	const station = new RPCClient({ endpoint: platform.ws, identity: "HOSTILE-1", protocols: ["ocpp1.6"], reconnect: false } as never);
	await station.connect();
	await station.call("BootNotification", { chargePointVendor: script.slice(0, 20), chargePointModel: "'; DROP TABLE--",
		chargePointSerialNumber: "<svg onload=hacked=4>", firmwareVersion: image });
	await station.call("StatusNotification", { connectorId: 1, errorCode: "OtherError", status: "Preparing", info: image, vendorErrorCode: script,
		vendorId: quotes });
	await station.call("DataTransfer", { vendorId: script, messageId: image, data: quotes });
	await station.call("Authorize", { idTag: "\"><script>" });
	const timestamp = new Date().toISOString();
	const { transactionId } = await station.call("StartTransaction", { connectorId: 1, idTag: tag, meterStart: 0, timestamp }) as { transactionId: number };
	await station.call("StopTransaction", { transactionId, idTag: tag, meterStop: 0, timestamp: new Date().toISOString() });
	const answer = await fetch(`${platform.url}/v1/public/orders`, { method: "POST",
		headers: { "Content-Type": "application/json", "Idempotency-Key": "markup-order-0001" },
		body: JSON.stringify({ pile: "HOSTILE-1", connector: 1, limit: { minor: 1000 } }) });
	order = await answer.json() as typeof order;
	if (order.token) {
		await fetch(`${platform.url}/v1/public/orders/${order.token}/problem`, { method: "POST", headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ text: quotes + image }) });
		order.id = (await items("/v1/orders"))[0]!.id!;
	}
	await station.call("Nonsense" as string, {}).catch(() => undefined);
	await station.call("SecurityEventNotification" as string, { type: formula, timestamp: new Date().toISOString(), techInfo: image });
	await station.close();
}

/* A handshake under a name that is markup is refused, and the refusal is shown. */
async function refuse(): Promise<void> {
	const station = new RPCClient({ endpoint: platform.ws, identity: image, protocols: ["ocpp1.6"], reconnect: false } as never);
	await assert.rejects(station.connect());
	await until("the refusal to be kept", async () => (await items("/v1/refusals")).length > 0);
}

/* Nothing ran, and what was looked for stands there as text. */
async function look(path: string, ...texts: string[]): Promise<void> {
	await page.goto(platform.url + path);
	await page.waitForSelector("h1");
	await page.waitForFunction(() => !document.querySelector(".waiting"));
	for (const text of texts)
		await until(`${path} to show ${text}`, async () => (await page.locator("body").innerText()).includes(text));
	assert.equal(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked), undefined, `${path}: a script ran`);
	assert.equal(await page.locator("img[src=x], svg[onload], [onerror], b:text-is(\"'\\\"--\")").count(), 0, `${path}: markup became elements`);
}

test("every screen of the console shows hostile texts as texts", async () => {
	await look("/console");
	await look("/console/attention");
	await look("/console/refusals", image);
	await look("/console/alarms");
	await look("/console/piles", image, "HOSTILE-1");
	await look("/console/sites", image);
	await look(`/console/piles/${pile.id}`, image, "'; DROP TABLE--");
	await look(`/console/piles/${pile.id}/log`, "DataTransfer");
	const frame = (await items(`/v1/piles/${pile.id}/frames`)).find((one) => one.action === "DataTransfer")!;
	await look(`/console/piles/${pile.id}/log?frame=${frame.id}`, script, image);
	await look(`/console/piles/${pile.id}/config`);
	await look(`/console/piles/${pile.id}/connect`);
	for (const tab of ["care", "raw"])
		await look(`/console/piles/${pile.id}/${tab}`);
	await look("/console/security");
	await look("/console/security/piles", image);
	await look("/console/security/requests");
	await look("/console/security/events", formula, image);
	await look(`/console/sites/${(await items("/v1/sites"))[0]!.id}/load`);
	for (const screen of ["displays", "firmware", "firmware/files", "firmware/published", "setups"])
		await look(`/console/${screen}`);
	await look("/console/orders");
	await look(`/console/orders/${order.id}`, image);
	await look("/console/members", formula);
	await look(`/console/members/${member.id}`, formula, tag.toUpperCase());
	await look("/console/tariffs");
	await look("/console/ledger");
	await look("/console/ledger/transfers");
	await look("/console/payments");
	await look("/console/audit");
	await look(`/console/search?q=${encodeURIComponent(image)}`, image);
	await look(`/console/search?q=${encodeURIComponent(script)}`, script);
});

test("so do the driver's pages", async () => {
	await look("/p/HOSTILE-1?lang=en", image);
	await look(`/p/${encodeURIComponent(image)}?lang=en`);
	await page.goto(`${platform.url}/o/${order.token}?lang=en`);
	await page.evaluate(() => sessionStorage.setItem("cashier created", "1"));
	await look(`/o/${order.token}?lang=en`, image);
	await look(`/o/${encodeURIComponent(script)}?lang=${encodeURIComponent(script)}`);
});

/* Cells of a CSV text, read as a spreadsheet reads them. */
function cells(csv: string): string[] {
	return [...csv.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(?:,|\r?\n|$)/g)].map(([, cell]) => cell!.replace(/^"|"$/g, "").replaceAll("\"\"", "\""));
}

test("no export has a cell that a spreadsheet would run", async () => {
	const lists = ["piles", "orders", "members", "tags", "alarms", "audit", "refusals", "sites", "payments", "tariffs", "ledger/accounts",
		"ledger/transfers", "attention", "security-events", "security/piles", "certificates", `piles/${pile.id}/frames`];
	let all = "";

	for (const list of lists) {
		const answer = await fetch(`${platform.url}/v1/${list}?format=csv`, { headers: { Cookie: cookie, Accept: "text/csv" } });
		const text = await answer.text();
		assert.equal(answer.status, 200, `${list}: ${text.slice(0, 200)}`);
		assert.match(answer.headers.get("content-type")!, /text\/csv/, list);
		assert.deepEqual(cells(text).filter((cell) => /^[=+\-@\t\r]/.test(cell) && !/^[+-]?[\d.]+$/.test(cell)), [], list);
		all += text;
	}
	/* and yet the texts are all there */
	for (const text of [image, `'${formula}`, tag.toUpperCase()])
		assert.ok(cells(all).includes(text), `the exports hold ${text}`);
});

test("the log has one line for each event, however many a text would like to have", async () => {
	const station = new RPCClient({ endpoint: platform.ws, identity: "x\nlevel=error event=forged", protocols: ["ocpp1.6"], reconnect: false } as never);
	await assert.rejects(station.connect());
	await until("the refusal to be kept", async () => (await items("/v1/refusals")).some((one) => one.code!.includes("forged")));
	assert.deepEqual((await items("/v1/refusals")).filter((one) => /[\n\r]/.test(one.code!)), []);
	assert.deepEqual(readFileSync(platform.server.log, "utf8").split("\n").filter((line) => /^level=error event=forged/.test(line)), []);
});
