/* http.ts - JSON over fetch. A problem answer (RFC 9457) becomes an exception that carries its words. */
import { t } from "./i18n";
import type { Problem } from "./types";

export class Refused extends Error {
	constructor(readonly status: number, readonly problem: Problem | null) {
		super(problem?.detail || problem?.title || t("net.failed"));
	}
}

let csrf = "";
export function setCsrf(token: string): void {
	csrf = token;
}

export async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
	const all: Record<string, string> = { Accept: "application/json", ...headers };
	if (body !== undefined)
		all["Content-Type"] = "application/json";
	if (csrf && method !== "GET")
		all["X-CSRF"] = csrf;
	let reply: Response;
	try {
		reply = await fetch(path, {
			method, headers: all, body: body === undefined ? undefined : JSON.stringify(body), credentials: "same-origin",
		});
	} catch {
		throw new Refused(0, null);
	}
	const text = await reply.text();
	let data: unknown = null;
	if (text) {
		try {
			data = JSON.parse(text);
		} catch {
			throw new Refused(reply.status, null);
		}
	}
	if (!reply.ok)
		throw new Refused(reply.status, data as Problem);
	return data as T;
}
export const get = <T>(path: string) => call<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}, headers?: Record<string, string>) =>
	call<T>("POST", path, body, headers);

/* A fresh key for a call that must happen at most once. */
export function onceKey(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
