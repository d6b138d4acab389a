/* screens.test.ts - every screen in both themes: no accessibility fault axe can find, no sideways scrolling at 320 and
 * 360 px or with text twice as large, targets large enough for a thumb, nothing in the browser's error log. */
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { Browser } from "./browser";
import { Mock } from "./mock/server";
import { screens, type Screen } from "./screens";

const axe = readFileSync(createRequire(join(process.cwd(), "package.json")).resolve("axe-core/axe.min.js"), "utf8");
const mock = new Mock(join(process.cwd(), "web"));
const browser = new Browser();
let light: Page;
let dark: Page;

before(async () => {
	await mock.listen();
	[light, dark] = await Promise.all([browser.person({ width: 1280, height: 900 }), browser.person({ width: 360, dark: true })]);
});
after(async () => {
	await browser.close();
	await mock.close();
});

async function faults(page: Page): Promise<string[]> {
	await page.evaluate(axe);
	return page.evaluate(async () => {
		const run = (window as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe;
		const result = await run.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
		return result.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.failureSummary}`).join(" | ")}`);
	});
}

/* Elements that reach beyond the right edge, outside of boxes that scroll by themselves. */
const sideways = (page: Page) => page.evaluate(() => {
	const width = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= width)
		return [];
	return [...document.querySelectorAll("body *")].filter((node) => {
		const box = node.getBoundingClientRect();
		return box.width > 0 && box.right > width + 1 && !node.closest(".scroll, pre, .away, thead");
	}).slice(0, 4).map((node) => `${node.outerHTML.slice(0, 120)} to ${Math.round(node.getBoundingClientRect().right)}`);
});

/* Controls smaller than 44 px in height that are not links in running text. */
const small = (page: Page) => page.evaluate(() => [...document.querySelectorAll<HTMLElement>("button, .button, select, input:not([type=radio]):not([type=hidden]), .pick label, summary, .langs a")]
	.filter((node) => node.offsetParent && !node.matches(".link, .chip, .slots button, .away *"))
	.filter((node) => node.getBoundingClientRect().height < 43.5)
	.map((node) => `${node.outerHTML.slice(0, 100)} ${node.getBoundingClientRect().height}`));

async function wide(screen: Screen): Promise<void> {
	await screen.open(light, mock.url, "en");
	assert.deepEqual(await faults(light), [], "light, 1280 px");
	assert.deepEqual(await sideways(light), [], "1280 px");
}

async function narrow(screen: Screen): Promise<void> {
	await dark.setViewportSize({ width: 360, height: 760 });
	await screen.open(dark, mock.url, "de");
	assert.deepEqual(await faults(dark), [], "dark, 360 px, German");
	assert.deepEqual(await small(dark), [], "targets");
	for (const width of [320, 390, 768]) {
		await dark.setViewportSize({ width, height: 760 });
		assert.deepEqual(await sideways(dark), [], `${width} px`);
	}
	await dark.setViewportSize({ width: 360, height: 760 });
	await dark.evaluate(() => {
		document.documentElement.style.fontSize = "200%";
	});
	assert.deepEqual(await sideways(dark), [], "text at 200 %");
}

/* SCREENS=word runs those whose name holds the word: for who works on one page. Two browsers, so both looks at once. */
for (const screen of screens.filter((one) => one.name.includes(process.env.SCREENS ?? "")))
	test(`${screen.name}: accessible, light and dark, wide and narrow`, async () => {
		for (const look of await Promise.allSettled([wide(screen), narrow(screen)]))
			if (look.status === "rejected")
				throw look.reason;
	});

test("nothing was written to the error log of the browser", () => {
	/* The browser notes every 401, 404 and 410 by itself: asking who is signed in, the page that does not exist, codes that are over. */
	assert.deepEqual(browser.errors.filter((line) => !/status of 401|status of 410|\/nothing\?/.test(line)), []);
});
