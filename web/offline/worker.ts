/* worker.ts - keeps start codes: each page under /c/ is fetched when there is network and shown from the last time when
 * there is none. Its script and nothing else is kept beside it. */
interface Waiting { waitUntil(work: Promise<unknown>): void }
interface Asked extends Waiting { request: Request; respondWith(answer: Promise<Response>): void }
interface Told extends Waiting { data: { keep?: string } }
interface Worker {
	addEventListener(name: "install" | "activate", act: (event: Waiting) => void): void;
	addEventListener(name: "fetch", act: (event: Asked) => void): void;
	addEventListener(name: "message", act: (event: Told) => void): void;
	skipWaiting(): Promise<void>;
	clients: { claim(): Promise<void> };
}
const worker = self as unknown as Worker;
const SHELF = "codes-1";
const KEPT_MOST = 8;

/* Puts a page and the scripts it names on the shelf. */
async function keep(path: string): Promise<void> {
	const shelf = await caches.open(SHELF);
	const page = await fetch(path, { credentials: "same-origin" });
	if (!page.ok || page.redirected)
		return;
	const text = await page.clone().text();
	await shelf.put(path, page);
	for (const [, source] of text.matchAll(/src="(\/assets\/[\w.-]+)"/g))
		if (source && !(await shelf.match(source)))
			await shelf.add(source);
	const pages = (await shelf.keys()).filter((request) => new URL(request.url).pathname.startsWith("/c/"));
	for (const old of pages.slice(0, Math.max(0, pages.length - KEPT_MOST)))
		await shelf.delete(old);
}

async function answer(request: Request): Promise<Response> {
	const shelf = await caches.open(SHELF);
	try {
		const fresh = await fetch(request);
		if (fresh.ok && !fresh.redirected)
			await shelf.put(request, fresh.clone());
		return fresh;
	} catch (fault) {
		const kept = await shelf.match(request, { ignoreVary: true });
		if (kept)
			return kept;
		throw fault;
	}
}

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => {
	if (event.data.keep?.startsWith("/c/"))
		event.waitUntil(keep(event.data.keep));
});
worker.addEventListener("fetch", (event) => {
	const url = new URL(event.request.url);
	const ours = url.pathname.startsWith("/c/") || url.pathname.startsWith("/assets/");
	if (event.request.method === "GET" && url.origin === self.location.origin && ours)
		event.respondWith(answer(event.request));
});
