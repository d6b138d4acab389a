/* server.ts - a stand-in for the platform in page tests: every screen in every state, at once and always the same. It
 * speaks the shapes of docs/api.md; whole journeys run against the real daemons instead. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue, render, type Site, type View } from "./render";
import { common, landing, reserve, reservation, order, orderView, wallet, card } from "./driver";
import { api, type Answer } from "./console";
import { states } from "./pile";
import { renderSVG } from "uqr";
import type { OrderState } from "../../../web/shared/types";

const LANGUAGES = ["zh-CN", "en", "de"];

function languageOf(request: IncomingMessage, url: URL): string {
	const wanted = url.searchParams.get("lang") ?? /(?:^|; )lang=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
	return LANGUAGES.includes(wanted ?? "") ? wanted as string : "en";
}

const types: Record<string, string> = { js: "text/javascript", css: "text/css", html: "text/html" };

export class Mock {
	private server: Server;
	readonly seen: string[] = [];
	url = "";

	constructor(private web: string) {
		this.server = createServer((request, reply) => void this.answer(request, reply));
	}

	async listen(): Promise<string> {
		await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
		const address = this.server.address();
		this.url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
		return this.url;
	}
	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((done) => this.server.close(done));
	}

	private async answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? "/", this.url);
		const site: Site = { web: this.web, language: languageOf(request, url) };
		let body = "";
		for await (const chunk of request)
			body += String(chunk);
		this.seen.push(`${request.method ?? ""} ${url.pathname} ${body}`);
		const path = url.pathname;
		const send = (status: number, type: string, text: string) => {
			reply.writeHead(status, {
				"Content-Type": `${type}; charset=utf-8`, "Set-Cookie": `lang=${site.language}; Path=/`,
				"Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
			});
			reply.end(text);
		};
		if (path.startsWith("/assets/")) {
			const file = join(this.web, "dist", path.slice(8));
			if (existsSync(file) && !path.includes(".."))
				return send(200, types[file.split(".").pop() ?? ""] ?? "text/plain", readFileSync(file, "utf8"));
		}
		const [, kind, name = "", what = ""] = path.split("/");
		if (kind === "pile" && what === "events") {
			reply.writeHead(200, { "Content-Type": "text/event-stream" });
			reply.write(`event: state\ndata: ${JSON.stringify(states[name])}\n\n`);
			return;
		}
		if (kind === "pile" && (what === "qr.svg" || what === "message.svg")) {
			const [first] = (states[name] as { outlets: { url: string }[] }).outlets;
			return send(200, "image/svg+xml", renderSVG(first?.url ?? "", { border: 2 }));
		}
		if (kind === "pile") {
			reply.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }); /* its script and style are inside */
			return void reply.end(readFileSync(join(this.web, "dist", "display.html"), "utf8"));
		}
		if (path.startsWith("/events")) {
			reply.writeHead(200, { "Content-Type": "text/event-stream" });
			reply.write(`event: beat\ndata: {"at":"${new Date().toISOString()}"}\n\n`);
			return;
		}
		if (path.startsWith("/v1/")) {
			const answer = path.startsWith("/v1/public/") ? publicApi(request.method ?? "GET", path)
				: api(request.method ?? "GET", url, body, request.headers.cookie ?? "");
			reply.writeHead(answer.status, {
				"Content-Type": answer.status >= 400 ? "application/problem+json" : "application/json", ...answer.headers,
			});
			reply.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
			return;
		}
		const [template, view, status] = page(site, path, url);
		send(status, "text/html", render(site, template, { ...common(site.language, path), ...view }));
	}
}

function page(site: Site, path: string, url: URL): [string, View, number] {
	const texts = catalogue(site);
	const parts = path.split("/");
	if (path === "/")
		return ["start", { piles: [{ name: "A-07", site: "Lakeside", href: "/p/LAKE-07" }], console_href: "/console" }, 200];
	if (parts[1] === "p" && parts[4] === "reserve")
		return ["reserve", reserve(texts, url.searchParams.get("problem") ?? ""), 200];
	if (parts[1] === "p" && parts[5])
		return ["code_again", { pile: { code: "LAKE-07", name: "A-07", site: "Lakeside" }, word: parts[4], text: texts[`problem.code_${parts[4]}`] }, 410];
	if (parts[1] === "r")
		return ["reservation", reservation(texts, parts[2] ?? ""), 200];
	if (parts[1] === "p") {
		const asked = url.searchParams.get("state") ?? "plugged";
		const view = landing(site.language, texts, ["bound", "scan"].includes(asked) ? "plugged" : asked);
		if (asked === "bound")
			view.start = { ...view.start as View, bound: true };
		if (asked === "scan")
			Object.assign(view, { start: undefined, scan_first: true });
		return ["landing", { ...view, problem: url.searchParams.get("problem") ? texts["problem.tariff"] : undefined }, 200];
	}
	if (parts[1] === "o") {
		const [state = "charging", rights] = (parts[2] ?? "").split("-");
		const view = orderView(site.language, texts, order(parts[2] ?? "", state as OrderState, rights !== "view"));
		return [parts[3] === "receipt" ? "receipt" : "order", view, 200];
	}
	if (parts[1] === "w")
		return ["wallet", wallet(site.language, texts), 200];
	if (parts[1] === "k")
		return ["wallet", card(site.language, texts), 200];
	if (parts[1] === "console")
		return ["console", {}, 200];
	return ["error", {
		status: "404", title: texts["error.not_found.title"], detail: texts["error.not_found.detail"], back: "/",
	}, 404];
}

/* The state of an order is in its token: "charging", "failed-view". A stop moves it on. */
function publicApi(method: string, path: string): Answer {
	const match = /^\/v1\/public\/orders\/([\w-]+)(?:\/(\w+))?$/.exec(path);
	if (!match)
		return { status: 404, body: { type: "urn:leyden:error:not_found", title: "not found", status: 404 } };
	const [state = "charging", rights] = (match[1] ?? "").split("-");
	if (method === "POST" && match[2] === "problem")
		return { status: 202, body: {} };
	const next = match[2] === "stop" ? "stopping" : state;
	const view = order(match[1] ?? "", next as OrderState, rights !== "view");
	return { status: 200, body: match[2] === "stop" ? { ...view, version: 18 } : view };
}
