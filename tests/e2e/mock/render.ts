/* render.ts - the template language of web/README.md again in few lines, for the mock server of the page tests. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type View = Record<string, unknown>;
export interface Site { web: string; language: string }

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;" };
const escape = (text: string) => text.replace(/[&<>"']/g, (c) => escapes[c] as string);
const read = (site: Site, ...path: string[]) => readFileSync(join(site.web, ...path), "utf8");

export function catalogue(site: Site): Record<string, string> {
	return JSON.parse(read(site, "i18n", `${site.language}.json`)) as Record<string, string>;
}
export function manifest(site: Site): Record<string, string> {
	return JSON.parse(read(site, "dist", "manifest.json")) as Record<string, string>;
}

function find(stack: unknown[], name: string): unknown {
	const parts = name.split(".");
	for (let i = stack.length - 1; i >= 0; i--) {
		let value: unknown = stack[i];
		if (typeof value !== "object" || value === null || !(parts[0]! in value))
			continue;
		for (const part of parts)
			value = typeof value === "object" && value !== null ? (value as View)[part] : undefined;
		return value;
	}
	return undefined;
}

function value(site: Site, stack: unknown[], name: string): string {
	if (name.startsWith("asset."))
		return `/assets/${manifest(site)[name.slice(6).replace("LANG", site.language)] ?? ""}`;
	if (name.startsWith("inline."))
		return read(site, "dist", manifest(site)[name.slice(7)] ?? "");
	if (name.startsWith("t.")) {
		const text = catalogue(site)[name.slice(2)];
		if (text === undefined)
			throw new Error(`no text ${name}`);
		return text.replace(/\{([\w.]+)\}/g, (whole, word: string) => {
			const found = find(stack, word);
			return found === undefined ? whole : String(found);
		});
	}
	const found = find(stack, name);
	return found === undefined || found === null || found === false ? "" : String(found);
}

const TAG = /\{\{\{([\w.-]+)\}\}\}|\{\{([#^/>]?)([\w.-]+)\}\}/g;

function block(site: Site, text: string, stack: unknown[]): string {
	let out = "";
	let at = 0;
	TAG.lastIndex = 0;
	for (let match = TAG.exec(text); match; match = TAG.exec(text)) {
		out += text.slice(at, match.index);
		at = TAG.lastIndex;
		const [, raw, kind, name = ""] = match;
		if (raw)
			out += value(site, stack, raw);
		else if (kind === "")
			out += escape(value(site, stack, name));
		else if (kind === ">")
			out += block(site, read(site, "templates", `${name}.html`).trimEnd(), stack);
		else {
			const end = closing(text, at, name);
			const inner = text.slice(at, end.start);
			const found = find(stack, name);
			const items = Array.isArray(found) ? found : found ? [found] : [];
			if (kind === "#")
				out += items.map((item) => block(site, inner, [...stack, item])).join("");
			else if (items.length === 0)
				out += block(site, inner, stack);
			at = end.after;
		}
		TAG.lastIndex = at;
	}
	return out + text.slice(at);
}

function closing(text: string, from: number, name: string): { start: number; after: number } {
	const tag = new RegExp(`\\{\\{([#^/])${name.replace(/\./g, "\\.")}\\}\\}`, "g");
	tag.lastIndex = from;
	for (let depth = 1, match = tag.exec(text); match; match = tag.exec(text)) {
		depth += match[1] === "/" ? -1 : 1;
		if (depth === 0)
			return { start: match.index, after: tag.lastIndex };
	}
	throw new Error(`{{#${name}}} is not closed`);
}

export function render(site: Site, template: string, view: View): string {
	if (!existsSync(join(site.web, "templates", `${template}.html`)))
		throw new Error(`no template ${template}`);
	return block(site, read(site, "templates", `${template}.html`), [view]);
}
