/* screens.ts - every screen there is, by name, and how to get there: the list that looks, checks and pictures share. */
import type { Page } from "playwright-core";

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

export const screens: Screen[] = [
	driver("start", "/"),
	driver("landing", "/p/LAKE-07"),
	driver("landing-busy", "/p/LAKE-07?state=busy"),
	driver("landing-fault", "/p/LAKE-07?state=fault"),
	driver("landing-problem", "/p/LAKE-07?problem=1"),
	driver("order-created", "/o/created", ".dial"),
	driver("order-starting", "/o/starting", ".dial"),
	driver("order-charging", "/o/charging", ".dial"),
	driver("order-watching", "/o/charging-view", ".dial"),
	driver("order-paused", "/o/suspended", ".dial"),
	driver("order-failed", "/o/failed", ".dial"),
	driver("order-settled", "/o/settled", ".dial"),
	driver("order-unpaid", "/o/unpaid", ".dial"),
	driver("receipt", "/o/settled/receipt"),
	driver("wallet", "/w/demo"),
	driver("error", "/nothing"),
];
