/* browser.ts - one Chromium for a test file: pages with a theme and a language, errors of the page collected. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";

export interface Look { width?: number; height?: number; dark?: boolean; language?: string; script?: boolean }

export class Browser {
	private contexts: BrowserContext[] = [];
	private folders: string[] = [];
	readonly errors: string[] = [];

	/* A fresh person: own profile, own cookies. */
	async person(look: Look = {}): Promise<Page> {
		const folder = mkdtempSync(join(tmpdir(), "leyden-e2e-"));
		this.folders.push(folder);
		const context = await chromium.launchPersistentContext(folder, {
			executablePath: process.env.LEYDEN_CHROMIUM ?? "/usr/bin/chromium", headless: true,
			args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync"],
			viewport: { width: look.width ?? 360, height: look.height ?? 760 }, locale: look.language ?? "en",
			colorScheme: look.dark ? "dark" : "light", javaScriptEnabled: look.script ?? true, reducedMotion: "reduce",
		});
		this.contexts.push(context);
		const page = context.pages()[0] ?? await context.newPage();
		page.setDefaultTimeout(8000);
		page.on("console", (message) => {
			if (message.type() === "error")
				this.errors.push(`${page.url()}: ${message.text()}`);
		});
		page.on("pageerror", (error) => this.errors.push(`${page.url()}: ${error.message}`));
		return page;
	}

	async close(): Promise<void> {
		for (const context of this.contexts)
			await context.close();
		for (const folder of this.folders)
			rmSync(folder, { recursive: true, force: true });
	}
}
