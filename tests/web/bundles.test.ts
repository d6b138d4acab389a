/* bundles.test.ts - what is sent to a phone stays small: the landing page with everything it needs, and the live order. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { render, catalogue, manifest, type Site } from "../e2e/mock/render";
import { common, landing, order, orderView } from "../e2e/mock/driver";

const KB = 1024;
const languages = ["zh-CN", "en", "de"];
const zipped = (text: string | Buffer) => gzipSync(text, { level: 9 }).length;
const asset = (site: Site, name: string) => readFileSync(join("web/dist", manifest(site)[name] ?? `no ${name}`));

/* The scripts a bundle needs at once: its own file and the parts it imports without waiting. */
function scripts(site: Site, name: string): number {
	const seen = new Set<string>();
	const walk = (file: string): number => {
		if (seen.has(file))
			return 0;
		seen.add(file);
		const text = readFileSync(join("web/dist", file), "utf8");
		const parts = [...text.matchAll(/(?:from|^import|;import)\s*"\.\/([\w.-]+\.js)"/g)].map((match) => match[1] ?? "");
		return zipped(text) + parts.reduce((sum, part) => sum + walk(part), 0);
	};
	return walk(manifest(site)[name] ?? "");
}

for (const language of languages) {
	const site: Site = { web: "web", language };
	const texts = catalogue(site);

	test(`${language}: the landing page is under 30 KB in all`, (context) => {
		const html = render(site, "landing", { ...common(language, "/p/x"), ...landing(language, texts, "plugged") });
		const total = zipped(html) + zipped(asset(site, "landing.js"));
		context.diagnostic(`${language} landing: html ${zipped(html)} + script ${zipped(asset(site, "landing.js"))} = ${total} bytes`);
		assert.ok(total < 30 * KB, `${total} bytes`);
		assert.ok(total < 16 * KB, `our own aim: ${total} bytes`);
	});

	test(`${language}: the price stands in the HTML before any script`, () => {
		const html = render(site, "landing", { ...common(language, "/p/x"), ...landing(language, texts, "plugged") });
		const body = html.slice(html.indexOf("<body"), html.indexOf("<script"));
		assert.match(body, /1[.,]52/);
		assert.ok(!/\sstyle=/.test(html), "no style attributes: the content policy forbids them");
		assert.ok(!/<script(?![^>]*\ssrc=)[^>]*>\s*[^<\s]/.test(html), "no inline scripts");
		assert.ok(!/\{\{/.test(html), "nothing left unfilled");
	});

	test(`${language}: the live order is under 30 KB in all`, (context) => {
		const html = render(site, "order", { ...common(language, "/o/x"), ...orderView(language, texts, order("x", "charging", true)) });
		const total = zipped(html) + scripts(site, `driver.${language}.js`);
		context.diagnostic(`${language} order: html ${zipped(html)} + scripts ${scripts(site, `driver.${language}.js`)} = ${total} bytes`);
		assert.ok(total < 30 * KB, `${total} bytes`);
	});
}

test("the chart library is not part of the console's first load", (context) => {
	const site: Site = { web: "web", language: "en" };
	const first = scripts(site, "console.en.js");
	context.diagnostic(`console first load ${first} bytes`);
	assert.ok(first < 60 * KB, `${first} bytes`);
	const parts = readdirSync("web/dist").filter((name) => name.endsWith(".js"));
	assert.ok(parts.some((name) => readFileSync(join("web/dist", name), "utf8").includes("uplot")), "uPlot is in a part of its own");
});

test("names carry a hash and the manifest knows every entry", () => {
	const names = manifest({ web: "web", language: "en" });
	for (const key of ["driver", "console"].flatMap((name) => languages.map((language) => `${name}.${language}.js`)).concat("landing.js", "page.css", "console.css"))
		assert.match(names[key] ?? "", /-[\w]{8,}\.(js|css)$/, key);
	assert.ok(readFileSync("web/dist/display.html", "utf8").includes("<script>"), "the display is one file");
});
