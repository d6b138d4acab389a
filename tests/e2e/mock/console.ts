/* console.ts - what the mock server says to operators. */
export interface Answer { status: number; body?: unknown; headers?: Record<string, string> }

export function api(method: string, url: URL, body: string, language: string, cookie: string): Answer {
	void method; void body; void language; void cookie;
	return { status: 404, body: { type: "urn:leyden:error:not_found", title: url.pathname, status: 404 } };
}
