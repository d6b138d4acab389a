/* hooks.ts - the few hooks every screen uses: a clock that ticks, and a title. */
import { useEffect, useState } from "preact/hooks";

/* Now in ms, again every `every` ms; `offset` is the server's clock minus ours. */
export function useNow(every = 1000, offset = 0): number {
	const [now, setNow] = useState(Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), every);
		return () => clearInterval(timer);
	}, [every]);
	return now + offset;
}

export function useTitle(title: string): void {
	useEffect(() => {
		document.title = title;
	}, [title]);
}
