/* receive.ts - receive module: keeps the start code that came on the phone, so that reloading the page shows it also
 * where there is no network. A worker holds this one page and nothing else; prices are never kept. */
export function receive(): void {
	const page = document.getElementById("code");
	const worker = page?.dataset.worker;
	if (!worker || !("serviceWorker" in navigator))
		return; /* an open page stays as it is; only a reload needs the worker */
	navigator.serviceWorker.register(worker, { scope: "/c/" })
		.then(() => navigator.serviceWorker.ready)
		.then((ready) => ready.active?.postMessage({ keep: location.pathname }))
		.then(() => page.setAttribute("data-kept", "true"))
		.catch(() => page.setAttribute("data-kept", "false"));
}
