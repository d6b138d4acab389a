/* offline.test.ts - a pile without network, the platform, and a driver's phone between them: the phone's browser scans
 * the pile's screen with a (played) camera, pays, shows the start code, which the pile reads from a picture of the
 * phone's screen; at the end any phone opens the settlement code. Days later the pile has network again, and what it
 * tells changes nothing. And the other order: the pile's own report first. A-06 speaks OCPP 2.1, A-05 2.0.1, A-04 1.6. */
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { encode } from "uqr";
import { signIn } from "../../bench/operator";
import { Daemon, Platform, until } from "../support/daemons";
import { Browser } from "./browser";

const platform = new Platform();
const browser = new Browser();
let piles: Daemon;
let socket = "";

interface Outlet { state: string; code: string; url: string; refusal: string; charge: { running: boolean; energy_wh: string } | null }
interface View { token: string; state: string; cost: { minor: number }; energy_wh: string; bill: { total: { minor: number } } | null }
const view = (token: string) => platform.get(`/v1/public/orders/${token}`) as Promise<View>;

/* One line to the control socket, one back. */
function say(command: object): Promise<{ ok: boolean; error?: string; outlets?: Outlet[] }> {
	return new Promise((resolve, reject) => {
		let text = "";
		const line = connect(socket, () => line.write(`${JSON.stringify(command)}\n`));
		line.on("error", reject);
		line.on("data", (bytes) => {
			text += bytes;
			if (text.endsWith("\n")) {
				line.end();
				resolve(JSON.parse(text));
			}
		});
	});
}
async function outlet(pile: string): Promise<Outlet> {
	const state = await say({ do: "state", pile });
	assert.ok(state.outlets?.[0]);
	return state.outlets[0];
}

async function startPiles(withNetwork: boolean): Promise<void> {
	socket = join(platform.dir, `piles-${Date.now()}.sock`);
	/* whatever version a pile speaks when there is network, it charges without one, tells of it later, and changes keys */
	const args = ["--ocpp", "1.6", "--name", "A-04", "--ocpp", "2.0.1", "--name", "A-05", "--ocpp", "2.1", "--name", "A-06", "--place", "31.23040,121.47370", "--data", join(platform.dir, "piles"), "--public", platform.url, "--control", socket];
	piles = platform.start("piles", "pile/leyden-pile", withNetwork ? [...args, "--server", platform.ws] : args);
	await until("the piles", async () => (await say({ do: "list" })).ok !== false);
}

/* A camera that sees this code: one frame of raw video, played again and again. */
function video(text: string, path: string): void {
	const { data, size } = encode(text, { ecc: "M", border: 4 });
	const side = 720;
	const scale = Math.floor(side / size);
	const edge = Math.floor((side - scale * size) / 2);
	const luma = Buffer.alloc(side * side, 200);
	for (let y = 0; y < scale * size; y++)
		for (let x = 0; x < scale * size; x++)
			luma[(y + edge) * side + x + edge] = data[Math.floor(y / scale)]?.[Math.floor(x / scale)] ? 20 : 230;
	writeFileSync(path, Buffer.concat([
		Buffer.from(`YUV4MPEG2 W${side} H${side} F10:1 Ip A1:1 C420jpeg\nFRAME\n`), luma, Buffer.alloc(side * side / 2, 128),
	]));
}

/* A phone whose camera looks at the screen of a pile. */
const phones: BrowserContext[] = [];
async function phone(text: string): Promise<Page> {
	const film = join(platform.dir, `camera-${phones.length}.y4m`);
	video(text, film);
	const context = await chromium.launchPersistentContext(join(platform.dir, `phone-${phones.length}`), {
		executablePath: process.env.LEYDEN_CHROMIUM ?? "/usr/bin/chromium", headless: true,
		args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
			"--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`],
		viewport: { width: 360, height: 760 }, locale: "en", permissions: ["camera"], deviceScaleFactor: 2,
	});
	phones.push(context);
	const page = context.pages()[0] ?? await context.newPage();
	page.setDefaultTimeout(20_000);
	page.on("pageerror", (error) => browser.errors.push(error.message));
	return page;
}

async function scanWith(page: Page): Promise<void> {
	await page.goto(`${platform.url}/scan?lang=en`);
	await page.click("#scan-start");
}

/* From the scanned screen to the start code: choose, pay at the cashier, come back. */
async function order(page: Page, timing: "credit" | "prepay"): Promise<string> {
	await page.waitForURL(/\/q\//);
	assert.match(await page.locator(".price b").innerText(), /\d[.,]\d\d/);
	await page.click("label[for=a3000]");
	await page.click(timing === "credit" ? "label[for=pay-after]" : "label[for=pay-now]");
	await page.click("#start");
	if (timing === "prepay") {
		await page.waitForURL((url) => url.port === String(platform.sandboxPort));
		await page.click("button.go");
		const back = page.locator("a.back");
		await Promise.race([page.waitForURL(/\/[oc]\//), back.waitFor()]);
		if (!/\/[oc]\//.test(page.url()))
			await back.click();
		await until("the start code", async () => {
			if (/\/c\//.test(page.url()))
				return true;
			await page.reload();
			return false;
		}, 20_000);
	}
	await page.waitForURL(/\/c\//);
	return /\/c\/([\w-]+)/.exec(page.url())?.[1] ?? "";
}

/* Holds the phone's screen to the pile's camera; the milliseconds until the contactor is closed. */
async function show(page: Page, pile: string): Promise<number> {
	const picture = join(platform.dir, `screen-${Date.now()}.png`);
	await page.locator("#qr").screenshot({ path: picture });
	const started = Date.now();
	const answer = await say({ do: "show", pile, image: picture });
	assert.equal(answer.error ?? "", "");
	await until("the charge", async () => (await outlet(pile)).state === "charging", 5000);
	return Date.now() - started;
}

async function charged(pile: string, wh: number): Promise<void> {
	await until("some energy", async () => Number((await outlet(pile)).charge?.energy_wh) >= wh, 30_000);
}

before(async () => {
	await platform.startSandbox();
	await platform.startServer("--demo", "--offline-credit", "10000", "--offline-max", "20000");
	/* provisioning: keys are exchanged once, then the network is gone for good */
	await startPiles(true);
	await until("the keys", async () => /"kid"|offline/.test((await outlet("A-06")).code) || (await platform.get("/v1/public/piles/A-06")).online);
	await new Promise((done) => setTimeout(done, 2500));
	await piles.stop();
	await startPiles(false);
	await until("the identification", async () => (await outlet("A-06")).code === "ident");
});
after(async () => {
	for (const context of phones)
		await context.close();
	await browser.close();
	await platform.stop();
});

test("a driver charges at a pile without network, pays first, and settles by a second scan", async () => {
	await say({ do: "plug", pile: "A-06", soc: 40 });
	await until("the plug", async () => (await outlet("A-06")).state === "preparing");
	const page = await phone((await outlet("A-06")).url);
	await scanWith(page);
	const token = await order(page, "prepay");
	assert.equal((await view(token)).state, "starting");

	/* the code stays through a reload, and through one without network */
	const svg = await page.locator("#qr svg").innerHTML();
	await page.waitForSelector("#code[data-kept=true]");
	await page.reload();
	assert.equal(await page.locator("#qr svg").innerHTML(), svg);
	await page.context().setOffline(true);
	await page.reload();
	assert.equal(await page.locator("#qr svg").innerHTML(), svg);
	await page.context().setOffline(false);

	const ms = await show(page, "A-06");
	assert.ok(ms < 2000, `${ms} ms from showing the code to the contactor`);
	await charged("A-06", 3);
	assert.equal((await say({ do: "stop", pile: "A-06" })).ok, true);
	const settlement = await until("the settlement", async () => {
		const now = await outlet("A-06");
		return now.code === "settlement" && now;
	});

	/* any phone: a stranger's opens the address, in one request */
	const stranger = await phone(settlement.url);
	let requests = 0;
	stranger.on("request", (request) => {
		if (/\/(s|o|back)\//i.test(request.url()))
			requests++;
	});
	await scanWith(stranger);
	await stranger.waitForURL(/\/s\//);
	await stranger.waitForSelector(".bill");
	assert.match(await stranger.locator("h1").innerText(), /Settled/);
	assert.equal(requests, 1);
	const settled = await view(token);
	assert.equal(settled.state, "settled");
	assert.ok(Number(settled.energy_wh) >= 3);
	/* told again it is the same */
	await stranger.reload();
	assert.match(await stranger.locator("h1").innerText(), /Settled/);

	/* no digit of it may be another one */
	const digits = /\/S\/(\d+)$/i.exec(settlement.url)?.[1] ?? "";
	for (let at = 0; at < digits.length; at += 7) {
		const changed = digits.slice(0, at) + String((Number(digits[at]) + 1) % 10) + digits.slice(at + 1);
		const answer = await fetch(`${platform.url}/s/${changed}`, { headers: { Accept: "text/html" } });
		assert.equal(answer.status, 422, `digit ${at}`);
	}
	assert.deepEqual(await view(token), settled);
	assert.equal((await platform.verify()).code, 0);
});

test("charge first, pay after: two steps from the scan to the cashier; unsettled blocks the next offline start only", async (context) => {
	await say({ do: "plug", pile: "A-05", soc: 30 });
	await until("the plug", async () => (await outlet("A-05")).state === "preparing");
	const page = await phone((await outlet("A-05")).url);
	await scanWith(page);
	const token = await order(page, "credit");
	const ms = await show(page, "A-05");
	context.diagnostic(`from the code to energy: ${ms} ms`);
	assert.ok(ms < 2000, `${ms} ms`);
	await charged("A-05", 8);

	/* the same driver at another pile: first settle this */
	await page.goto((await outlet("A-06")).url.replace(/^HTTPS?:\/\/[^/]+/, platform.url));
	if (await page.locator("#start").count() > 0) {
		await page.click("#start");
		await page.waitForURL(new RegExp(`/o/${token}`));
	}

	/* the code shown again ends the charge */
	await page.goto(`${platform.url}/c/${token}`);
	const picture = join(platform.dir, "again.png");
	await page.locator("#qr").screenshot({ path: picture });
	assert.equal((await say({ do: "show", pile: "A-05", image: picture })).ok, true);
	const settlement = await until("the settlement", async () => {
		const now = await outlet("A-05");
		return now.code === "settlement" && now;
	});
	/* from the scan to the cashier two requests, redirects counted: the code's page, and the cashier itself */
	const asked: string[] = [];
	page.on("request", (request) => {
		if (request.isNavigationRequest())
			asked.push(`${request.method()} ${new URL(request.url()).pathname.slice(0, 3)}`);
	});
	await page.goto(settlement.url.replace(/^HTTPS?:\/\/[^/]+/, platform.url));
	assert.match(await page.locator("h1").innerText(), /Please pay/);
	assert.equal((await view(token)).state, "unpaid");
	/* looked at again, it is the same payment */
	const cashier = await page.locator("a#pay").getAttribute("href");
	const again = await fetch(settlement.url.replace(/^HTTPS?:\/\/[^/]+/, platform.url));
	assert.ok((await again.text()).includes(cashier ?? "-"));
	await page.click("#pay");
	await page.waitForURL((url) => url.port === String(platform.sandboxPort));
	assert.equal(asked.length, 2, asked.join(", "));
	await page.click("button.go");
	await until("the payment", async () => (await view(token)).state === "settled");
	assert.equal((await platform.verify()).code, 0);
});

test("days later the pile has network again, and its own report changes nothing", async () => {
	const list = await fetch(`${platform.url}/v1/public/piles/A-06`);
	assert.equal(list.status, 200);
	const before = (await platform.verify()).out;
	await piles.stop();
	await startPiles(true);
	await until("everything to be told", async () => {
		const state = await say({ do: "state", pile: "A-06" }) as unknown as { online: boolean; unsent: number };
		const other = await say({ do: "state", pile: "A-05" }) as unknown as { online: boolean; unsent: number };
		return state.online && state.unsent === 0 && other.online && other.unsent === 0;
	}, 30_000);
	const check = await platform.verify();
	assert.equal(check.code, 0, check.out);
	assert.equal(typeof before, "string");
	assert.equal((await outlet("A-06")).code, "");
});

test("the pile's own report first: the settlement code then changes nothing", async () => {
	await piles.stop();
	await startPiles(false);
	await until("the identification", async () => (await outlet("A-04")).code === "ident");
	await say({ do: "plug", pile: "A-04", soc: 40 });
	await until("the plug", async () => (await outlet("A-04")).state === "preparing");
	const page = await phone((await outlet("A-04")).url);
	await scanWith(page);
	const token = await order(page, "prepay");
	await show(page, "A-04");
	await charged("A-04", 3);
	await say({ do: "stop", pile: "A-04" });
	const settlement = await until("the settlement", async () => {
		const now = await outlet("A-04");
		return now.code === "settlement" && now;
	});
	await piles.stop();
	await startPiles(true);
	await until("the report", async () => ["ended", "settled"].includes((await view(token)).state), 30_000);
	await say({ do: "unplug", pile: "A-04" });
	const told = await until("the bill", async () => {
		const now = await view(token);
		return now.state === "settled" && now;
	}, 20_000);
	await page.goto(settlement.url.replace(/^HTTPS?:\/\/[^/]+/, platform.url));
	assert.match(await page.locator("h1").innerText(), /Settled/);
	const after = await view(token);
	assert.equal(after.bill?.total.minor, told.bill?.total.minor);
	assert.equal((await platform.verify()).code, 0);
});

/* The operator has the keys renewed while there is network, at piles of all three versions: the pile makes one, the present
 * key vouches for it, the server believes it, the pile uses it, and the old one counts no more. Without network the next
 * codes are taken like those before. */
test("the server's command renews the keys of piles of every version, and their next codes are taken", async () => {
	const operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
	const read = async (path: string) => (await operator.get(path)).json() as Promise<{ items: Array<{ id: string; key: string; state: string }> }>;
	for (const pile of ["A-04", "A-05", "A-06"]) {
		await until(`${pile} to be online`, async () => (await platform.get(`/v1/public/piles/${pile}`)).online);
		const keys = `/v1/piles/${(await read(`/v1/piles?q=${pile}`)).items[0]?.id}/offline-keys`;
		const used = async () => (await read(keys)).items.filter((key) => key.state === "believed");
		const before = await used();
		assert.equal(before.length, 1);
		const answer = await operator.post(`${keys}/renew`, {});
		assert.equal(answer.status, 202, await answer.text());
		await until(`the new key of ${pile}`, async () => {
			const now = await used();
			return now.length === 1 && now[0]?.key !== before[0]?.key;
		}, 20_000);
		assert.notEqual((await read(keys)).items.find((key) => key.key === before[0]?.key)?.state, "believed");
	}
	await piles.stop();
	await startPiles(false);
	for (const pile of ["A-04", "A-05", "A-06"]) {
		await until("the identification", async () => (await outlet(pile)).code === "ident");
		const answer = await fetch((await outlet(pile)).url.replace(/^HTTPS?:\/\/[^/]+/, platform.url));
		assert.equal(answer.status, 200);
	}
});

test("nothing went wrong on the pages", () => {
	assert.deepEqual(browser.errors, []);
});
