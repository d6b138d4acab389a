/* live.ts - one server-sent stream that closes while the page is hidden and comes back when it is seen again. The server
 * beats every 15 s; three missed beats mean that what is shown is old. */

export const BEAT_MS = 15_000;

export interface Live { close(): void }
export interface LiveOptions {
	events: string[];
	onEvent(name: string, data: unknown): void;
	/* Called when the stream (re)opens: whatever was missed meanwhile should be fetched. */
	onOpen?(again: boolean): void;
	/* Called with true when beats are missing or the line is cut, false when it is fine again. */
	onStale?(stale: boolean): void;
	/* Difference between the server's clock and ours, in ms. */
	onClock?(offset: number): void;
}

export function live(url: string, options: LiveOptions): Live {
	let source: EventSource | null = null;
	let heard = Date.now();
	let stale = false;
	let opened = false;
	let beats = false;
	let retry = 0;

	const tell = (now: boolean) => {
		if (now !== stale)
			options.onStale?.(stale = now);
	};
	const hear = () => {
		heard = Date.now();
		tell(false);
	};
	const open = () => {
		source?.close();
		source = new EventSource(url);
		source.onopen = () => {
			hear();
			options.onOpen?.(opened);
			opened = true;
		};
		source.addEventListener("beat", (event) => {
			beats = true;
			hear();
			try {
				const at = Date.parse((JSON.parse((event as MessageEvent<string>).data) as { at: string }).at);
				if (!Number.isNaN(at))
					options.onClock?.(at - Date.now());
			} catch {
				/* a beat without a time is still a beat */
			}
		});
		for (const name of options.events)
			source.addEventListener(name, (event) => {
				hear();
				options.onEvent(name, JSON.parse((event as MessageEvent<string>).data));
			});
	};
	const seen = () => {
		if (document.visibilityState === "visible") {
			heard = Date.now();
			open();
		} else {
			source?.close();
			source = null;
		}
	};
	const watch = setInterval(() => {
		if (!source)
			return;
		const silent = Date.now() - heard;
		const cut = source.readyState !== EventSource.OPEN;
		if ((cut && silent > 5_000) || (beats && silent > 3 * BEAT_MS))
			tell(true);
		/* A browser gives up after a refused reconnect; we do not. */
		if (source.readyState === EventSource.CLOSED && Date.now() > retry) {
			retry = Date.now() + 5_000;
			open();
		}
	}, 1_000);
	document.addEventListener("visibilitychange", seen);
	if (document.visibilityState === "visible")
		open();
	return {
		close() {
			clearInterval(watch);
			document.removeEventListener("visibilitychange", seen);
			source?.close();
		},
	};
}
