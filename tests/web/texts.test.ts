/* texts.test.ts - the catalogues: every key in every language, every key used, every use known. Keys put together at run
 * time count as used by their family (`order.${state}`). */
import { test } from "node:test";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const languages = ["en", "zh-CN", "de"];
const read = (language: string) =>
	JSON.parse(readFileSync(join("web/i18n", `${language}.json`), "utf8")) as Record<string, string>;
const catalogues = Object.fromEntries(languages.map((language) => [language, read(language)]));
const english = catalogues.en ?? {};

function files(folder: string, ends: string[]): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory())
			return entry.name === "dist" ? [] : files(path, ends);
		return ends.some((end) => entry.name.endsWith(end)) ? [path] : [];
	});
}

interface Uses { keys: Map<string, string>; families: Set<string> }
function uses(): Uses {
	const keys = new Map<string, string>();
	const families = new Set<string>();
	const each = (text: string, pattern: RegExp, act: (match: RegExpMatchArray) => void) => [...text.matchAll(pattern)].forEach(act);
	for (const path of files("web/templates", [".html"]))
		each(readFileSync(path, "utf8"), /\{\{t\.([\w.]+)\}\}/g, (m) => keys.set(m[1] ?? "", path));
	for (const path of files("web", [".ts", ".tsx"])) {
		const text = readFileSync(path, "utf8");
		const before = path.startsWith("web/pile") ? "display." : "";
		each(text, /\b(?:t|known)\(\s*"([\w.]+)"/g, (m) => keys.set(before + m[1], path));
		each(text, /\bt\([^()]*\? "([\w.]+)" : "([\w.]+)"/g, (m) => [m[1], m[2]].forEach((key) => keys.set(before + key, path)));
		each(text, /`([\w.]+[._])\$\{/g, (m) => families.add(before + m[1]));
		each(text, /\bword\("([\w.]+)"/g, (m) => families.add(`${m[1]}.`));
		each(text, /\bword\([^()"]*(?:\([^()]*\))?[^()"]*\? "([\w.]+)" : "([\w.]+)"/g, (m) => [m[1], m[2]].forEach((key) => families.add(`${key}.`)));
	}
	families.add("display."); /* states, hints and faults are looked up by what the pile says */
	for (const path of files("src", [".c"])) {
		const text = readFileSync(path, "utf8");
		each(text, /\bpages_text\(\s*\w+,\s*"([\w.]+)",\s*"(\w+)"/g, (m) => keys.set(`${m[1]}${m[2]}`, path));
		each(text, /\bpages_text\(\s*\w+,\s*"([\w.]+[._])",\s*[a-z]/g, (m) => families.add(m[1] ?? ""));
		each(text, /"((?:brand|connector|order|reason|refund|wallet|pricetext|error|problem|field|reserve)\.(?:[\w]+\.)?)"/g, (m) => families.add(m[1] ?? ""));
	}
	return { keys, families };
}

for (const language of languages)
	test(`${language} has every key of English and no other`, () => {
		const own = Object.keys(catalogues[language] ?? {}).sort();
		assert.deepEqual(own, Object.keys(english).sort());
		for (const [key, text] of Object.entries(catalogues[language] ?? {}))
			assert.ok(text.trim().length > 0, `${language} ${key} is empty`);
	});

test("the same {words} stand in every language", () => {
	const words = (text: string) => [...text.matchAll(/\{([\w.]+)\}/g)].map((match) => match[1]).sort();
	for (const language of languages)
		for (const [key, text] of Object.entries(catalogues[language] ?? {}))
			assert.deepEqual(words(text), words(english[key] ?? ""), `${language} ${key}`);
});

test("every key that is used is in the catalogue", () => {
	for (const [key, path] of uses().keys)
		assert.ok(key in english || `${key}.other` in english, `${key} of ${path}`);
});

test("every key of the catalogue is used", () => {
	const { keys, families } = uses();
	const bare = (key: string) => key.replace(/\.(one|other)$/, "");
	const unused = Object.keys(english).filter((key) =>
		!keys.has(key) && !keys.has(bare(key)) && key !== "brand" && ![...families].some((family) => key.startsWith(family)));
	assert.deepEqual(unused, []);
});

test("languages are not mixed up", () => {
	for (const [key, text] of Object.entries(catalogues["zh-CN"] ?? {}))
		assert.ok(/[\u4e00-\u9fff]/.test(text) || text === english[key], `zh-CN ${key}: ${text}`);
	for (const language of ["en", "de"])
		for (const [key, text] of Object.entries(catalogues[language] ?? {}))
			assert.ok(!/[\u4e00-\u9fff]/.test(text), `${language} ${key}: ${text}`);
});

/* The pile's tables are where a new protection begins: here it is held that people get its sentence too. */
test("every protection has its sentence, every fault of the simulation its name", () => {
	const rows = [...readFileSync("src/pile/protect.c", "utf8").matchAll(/\{"(E\d+)",\s*"([\w-]+)"/g)];
	const faults = [...readFileSync("src/pile/hal/sim.c", "utf8").matchAll(/\{SIM_FAULT_\w+, "([\w-]+)"\}/g)];
	assert.ok(rows.length >= 21 && faults.length >= 23, `${rows.length} protections, ${faults.length} faults`);
	assert.equal(new Set(rows.map((row) => row[1])).size, rows.length);
	for (const language of languages) {
		for (const row of rows)
			assert.ok((catalogues[language]?.[`display.fault.${row[2]}`] ?? "").length > 5, `${language} ${row[2]}`);
		for (const fault of faults)
			assert.ok(catalogues[language]?.[`display.sim.fault.${fault[1]}`], `${language} ${fault[1]}`);
	}
});

/* Every word under which net and gateway turn a pile away. */
function refusals(): string[] {
	const source = (path: string) => readFileSync(path, "utf8");
	const sources: [string, RegExp][] = [
		["src/app/devices.c", /\{DEVICES_E_\w+, \d{3}, "(\w+)"\}|return STR\("(server)"\)/g],
		["src/net/tls.c", /\{SSL_R_\w+, "(\w+)"|\.reason = STR\("(\w+)"\)/g],
		["src/net/tls_context.c", /return "(certificate_\w+)"/g],
		["src/net/conn.c", /\.reason = STR\("(\w+)"\)/g],
		["src/server/links.c", /keep_refusal\([^;]*?, STR\("(\w+)"\),/g],
		["src/server/gateway.c", /\? STR\("(protocol\w*)"\)|: STR\("(protocol\w*)"\)/g],
	];
	return sources.flatMap(([path, pattern]) => {
		const found = [...source(path).matchAll(pattern)].map((match) => match[1] ?? match[2] ?? "");
		assert.ok(found.length > 0, `${path} names its reasons in another way than this test knows`);
		return found;
	});
}

test("every reason for which a pile is refused has a name and says what to do", () => {
	const reasons = new Set(refusals());
	reasons.delete("request"); /* a browser's mistakes: logged, not kept */
	for (const one of ["protocol", "protocol_missing", "credentials", "rate", "certificate_expired", "certificate_revoked", "certificate_foreign",
		"certificate_name", "tls", "evicted", "upgrade", "server"])
		assert.ok(reasons.has(one), `${one} is no longer found in the sources`);
	for (const language of languages)
		for (const reason of reasons) {
			assert.ok(catalogues[language]?.[`c.refusal.${reason}`], `${language}: c.refusal.${reason}`);
			assert.ok((catalogues[language]?.[`c.doctor.${reason}`] ?? "").length > 10, `${language}: c.doctor.${reason}`);
		}
	const known = Object.keys(english).filter((key) => key.startsWith("c.refusal.")).map((key) => key.slice("c.refusal.".length)).sort();
	assert.deepEqual(Object.keys(english).filter((key) => key.startsWith("c.doctor.")).map((key) => key.slice("c.doctor.".length)).sort(), known);
	assert.deepEqual(known, [...reasons].sort(), "and no name is left of a reason that is gone");
});
