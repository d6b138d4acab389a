/* screens.ts - every screen there is, by name, and how to get there: the list that looks, checks and pictures share. */
import type { Page } from "playwright-core";
import { states } from "./mock/pile";

export interface Screen { name: string; side: "driver" | "console" | "pile"; open(page: Page, url: string, language: string): Promise<void> }

function driver(name: string, path: string, ready = "h1"): Screen {
	return {
		name, side: "driver",
		async open(page, url, language) {
			await page.goto(`${url}${path}${path.includes("?") ? "&" : "?"}lang=${language}`);
			await page.waitForSelector(ready);
		},
	};
}

/* Signed in by cookie; ready when the title stands and nothing loads any more. */
function console(name: string, path: string, then?: (page: Page) => Promise<void>): Screen {
	return {
		name: `console-${name}`, side: "console",
		async open(page, url, language) {
			await page.context().addCookies([{ name: "session", value: "yes", url }, { name: "lang", value: language, url }]);
			await page.goto(`${url}/console${path}`);
			await page.waitForSelector("main h1");
			await page.waitForFunction(() => !document.querySelector(".waiting"));
			await then?.(page);
		},
	};
}

function pile(name: string): Screen {
	return {
		name: `pile-${name}`, side: "pile",
		async open(page, url, language) {
			await page.goto(`${url}/pile/${name}?lang=${language}`);
			await page.waitForSelector(".dial");
		},
	};
}

export const screens: Screen[] = [
	...Object.keys(states).map(pile),
	driver("start", "/"),
	driver("landing", "/p/LAKE-07"),
	driver("landing-busy", "/p/LAKE-07?state=busy"),
	driver("landing-fault", "/p/LAKE-07?state=fault"),
	driver("landing-problem", "/p/LAKE-07?problem=1"),
	driver("landing-free", "/p/LAKE-07?state=free"),
	driver("landing-bound", "/p/LAKE-07?state=bound", "#bound"),
	driver("landing-scan", "/p/LAKE-07?state=scan", "#scan-first"),
	driver("code-again", "/p/LAKE-07/1/old/v1"),
	driver("code-again-used", "/p/LAKE-07/1/used/v1"),
	driver("landing-reserved", "/p/LAKE-07?state=reserved"),
	driver("reserve", "/p/LAKE-07/1/reserve"),
	driver("reserve-many", "/p/LAKE-07/1/reserve?problem=many"),
	driver("reserve-off", "/p/LAKE-07/1/reserve?problem=off"),
	driver("reservation-asked", "/r/asked"),
	driver("reservation-held", "/r/held"),
	driver("reservation-spent", "/r/spent"),
	driver("reservation-used", "/r/used"),
	driver("reservation-refused", "/r/refused"),
	driver("reservation-expired", "/r/expired"),
	{
		name: "order-created", side: "driver",
		async open(page, url, language) {
			/* As somebody who came back from the cashier: the page does not go there again by itself. */
			await page.goto(`${url}/o/failed?lang=${language}`);
			await page.evaluate(() => sessionStorage.setItem("cashier created", "1"));
			await page.goto(`${url}/o/created?lang=${language}`);
			await page.waitForSelector(".dial");
		},
	},
	driver("order-starting", "/o/starting", ".dial"),
	driver("order-charging", "/o/charging", ".dial"),
	driver("order-watching", "/o/charging-view", ".dial"),
	driver("order-paused", "/o/suspended", ".dial"),
	driver("order-failed", "/o/failed", ".dial"),
	driver("order-settled", "/o/settled", ".dial"),
	driver("order-unpaid", "/o/unpaid", ".dial"),
	driver("receipt", "/o/settled/receipt"),
	driver("wallet", "/w/demo"),
	driver("card", "/k/demo"),
	driver("error", "/nothing"),
	{
		name: "console-signin", side: "console",
		async open(page, url, language) {
			await page.context().clearCookies();
			await page.context().addCookies([{ name: "lang", value: language, url }]);
			await page.goto(`${url}/console`);
			await page.waitForSelector("form");
		},
	},
	console("dashboard", "", async (page) => void await page.waitForSelector(".chart canvas")),
	console("attention", "/attention"),
	console("refusals", "/refusals"),
	console("alarms", "/alarms"),
	console("piles", "/piles"),
	console("piles-empty", "/piles?q=nothing"),
	console("pile-add", "/piles", async (page) => {
		await page.click(".title-acts button");
		await page.waitForSelector("dialog[open]");
	}),
	console("pile-added", "/piles", async (page) => {
		await page.click(".title-acts button");
		await page.locator("dialog input").nth(0).fill("LAKE-08");
		await page.locator("dialog input").nth(1).fill("A-08");
		await page.click("dialog form .button");
		await page.waitForSelector("dialog .installer img");
	}),
	console("pile", "/piles/7"),
	console("pile-start", "/piles/22", async (page) => {
		await page.click(".card:nth-child(2) .row button");
		await page.waitForSelector("dialog[open] form");
	}),
	console("pile-pending", "/piles/9"),
	console("log", "/piles/7/log"),
	console("log-open", "/piles/7/log?frame=996"),
	console("config", "/piles/7/config"),
	console("connect", "/piles/7/connect"),
	console("care", "/piles/7/care"),
	console("raw", "/piles/21/raw?action=Reset", async (page) => void await page.waitForSelector(".raw textarea")),
	console("watch", "/piles/21/watch"),
	console("watch-add", "/piles/21/watch", async (page) => {
		await page.click("main section .button");
		await page.waitForSelector("dialog[open]");
	}),
	console("watch-stream", "/piles/22/watch", async (page) => {
		await page.click("section[aria-labelledby=streams] tbody button");
		await page.waitForSelector("dialog[open] form");
	}),
	console("energy", "/piles/22/energy", async (page) => void await page.waitForSelector("section[aria-labelledby=limits] tbody")),
	console("energy-16", "/piles/7/energy"),
	console("energy-limit", "/piles/22/energy", async (page) => {
		await page.click("section[aria-labelledby=limits] .row button");
		await page.click("dialog[open] form .row button");
	}),
	console("energy-curve", "/piles/22/energy", async (page) => {
		await page.click("section[aria-labelledby=grid] .row button");
		await page.selectOption("dialog[open] select >> nth=0", "VoltVar");
		await page.waitForSelector("dialog[open] textarea");
	}),
	console("care-modern", "/piles/21/care"),
	console("displays", "/displays"),
	console("firmware", "/firmware"),
	console("firmware-start", "/firmware", async (page) => {
		await page.click("main .button");
		await page.waitForSelector("dialog[open] form");
	}),
	console("firmware-files", "/firmware/files"),
	console("firmware-add", "/firmware/files", async (page) => {
		await page.click("main .button");
		await page.waitForSelector("dialog[open] form");
	}),
	console("firmware-published", "/firmware/published"),
	console("firmware-campaign", "/firmware/campaigns/1"),
	console("setups", "/setups"),
	console("setup", "/setups/1"),
	console("setup-change", "/setups/1", async (page) => {
		await page.click(".title-acts button");
		await page.waitForSelector("dialog[open] form");
	}),
	console("security", "/security"),
	console("security-piles", "/security/piles"),
	console("security-renew", "/security/piles", async (page) => {
		await page.click("tbody tr:first-child button");
		await page.waitForSelector("dialog[open]");
	}),
	console("security-requests", "/security/requests"),
	console("security-events", "/security/events"),
	console("anchor-install", "/piles/7/connect", async (page) => {
		await page.click("section[aria-labelledby=anchors] > .row > button:last-child");
		await page.waitForSelector("dialog[open] form");
	}),
	console("sites", "/sites"),
	console("site", "/sites/1", async (page) => void await page.waitForSelector("dialog[open]")),
	console("orders", "/orders"),
	console("order", "/orders/1"),
	console("order-running", "/orders/6", async (page) => void await page.waitForSelector("section[aria-labelledby=at-pile] tbody")),
	console("order-running-16", "/orders/8", async (page) => void await page.waitForSelector("section[aria-labelledby=at-pile] textarea")),
	console("load", "/sites/1/load", async (page) => void await page.waitForSelector(".phases")),
	console("load-limit", "/sites/1/load", async (page) => {
		await page.click("header.title button");
		await page.waitForSelector("dialog[open]");
	}),
	console("load-hours", "/sites/1/load", async (page) => {
		await page.click("section[aria-labelledby=hours] button");
		await page.waitForSelector("dialog[open] .week");
	}),
	console("load-circuit", "/sites/1/load", async (page) => {
		await page.click("section[aria-labelledby=circuits] .card button:first-child");
		await page.waitForSelector("dialog[open] .picks li");
	}),
	console("load-signal", "/sites/1/load", async (page) => {
		await page.click("section[aria-labelledby=signals] > .row > button");
		await page.waitForSelector("dialog[open] form");
	}),
	console("load-schedule", "/sites/1/load", async (page) => {
		await page.click("tbody tr:first-child td:last-child button:last-child");
		await page.click("dialog[open] > button.button");
		await page.waitForSelector(".steps svg");
	}),
	console("tariffs", "/tariffs"),
	console("tariff", "/tariffs/5"),
	console("members", "/members"),
	console("member", "/members/1"),
	console("vehicles", "/vehicles"),
	console("card", "/cards/3"),
	console("card-fill", "/cards/3", async (page) => {
		await page.click(".title-acts button");
		await page.waitForSelector("dialog[open]");
	}),
	console("ledger", "/ledger"),
	console("transfers", "/ledger/transfers"),
	console("surplus", "/ledger/surplus"),
	console("surplus-give", "/ledger/surplus", async (page) => {
		await page.click("tbody tr:first-child button");
		await page.waitForSelector("dialog[open] form");
	}),
	console("check", "/ledger/check"),
	console("payments", "/payments"),
	console("audit", "/audit"),
	console("search", "/search?q=A-07"),
];
