/* data.ts - how screens get what they show: fetched by path, fetched again when the one live connection hints that it
 * changed, never faster than once a second. */
import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { get, Refused } from "../shared/http";
import { live, type Live } from "../shared/live";
import type { Page } from "../shared/types";
import type { Me } from "./types";

export const MeContext = createContext<Me>({ name: "", role: "", csrf: "", tenant: { name: "", currency: "CNY" } });
export const useMe = () => useContext(MeContext);

export type HintKind = "site" | "pile" | "order" | "frame" | "alarm" | "open";
export interface Hint { id?: string }
type Listener = (kind: HintKind, hint: Hint) => void;
const listeners = new Set<Listener>();
const staleListeners = new Set<(stale: boolean) => void>();
let connection: Live | null = null;
let openLog = ""; /* the pile whose log is looked at */

/* The operator's single stream; screens only listen to its hints. A log that is open is part of it: a second stream would
 * take one of the six connections that all tabs of a browser share. */
function open(instead: boolean): Live {
	return live(`/events/console${query({ log: openLog })}`, {
		events: ["site", "pile", "order", "frame", "alarm"],
		onEvent: (name, data) => listeners.forEach((listener) => listener(name as HintKind, (data ?? {}) as Hint)),
		onOpen: (again) => (again || instead) && listeners.forEach((listener) => listener("open", {})),
		onStale: (stale) => staleListeners.forEach((listener) => listener(stale)),
	});
}
export function connect(): void {
	connection ??= open(false);
}
function follow(log: string): void {
	if (log === openLog)
		return;
	openLog = log;
	if (!connection)
		return;
	connection.close();
	connection = open(true);
}
export function disconnect(): void {
	connection?.close();
	connection = null;
}

export function useStale(): boolean {
	const [stale, setStale] = useState(false);
	useEffect(() => {
		staleListeners.add(setStale);
		return () => void staleListeners.delete(setStale);
	}, []);
	return stale;
}

/* While the screen stands and `pile` is not empty, "frame" hints tell when that pile's log grew: one a second at most. */
export function useLogHint(pile: string, act: () => void): void {
	useEffect(() => {
		follow(pile);
		return () => follow("");
	}, [pile]);
	useHint(pile ? ["frame"] : [], act);
}

export function useHint(kinds: HintKind[], act: (hint: Hint) => void): void {
	const kept = useRef(act);
	kept.current = act;
	useEffect(() => {
		const listener: Listener = (kind, hint) => {
			if (kinds.length > 0 && (kind === "open" || kinds.includes(kind)))
				kept.current(hint);
		};
		listeners.add(listener);
		return () => void listeners.delete(listener);
	}, [kinds.join()]);
}

export interface Data<T> { data: T | null; error: Refused | null; reload(): void; set(data: T): void }

export function useData<T>(path: string | null, kinds: HintKind[] = []): Data<T> {
	const [state, setState] = useState<{ path: string | null; data: T | null; error: Refused | null }>(
		{ path: null, data: null, error: null });
	const latest = useRef(path);
	const timer = useRef(0);
	const last = useRef(0);
	latest.current = path;
	const load = () => {
		if (!path)
			return;
		last.current = Date.now();
		get<T>(path).then(
			(data) => latest.current === path && setState({ path, data, error: null }),
			(error: Refused) => {
				if (latest.current === path)
					setState((old) => ({ path, data: old.path === path ? old.data : null, error }));
				if (error.status === 401)
					dispatchEvent(new Event("leyden:signed-out"));
			});
	};
	useEffect(() => {
		load();
		return () => clearTimeout(timer.current);
	}, [path]);
	useHint(kinds, () => {
		clearTimeout(timer.current);
		timer.current = window.setTimeout(load, Math.max(50, 1000 - (Date.now() - last.current)));
	});
	const mine = state.path === path;
	return {
		data: mine ? state.data : null, error: mine ? state.error : null, reload: load,
		set: (data) => setState({ path, data, error: null }),
	};
}

export interface Listing<T> { items: T[] | null; error: Refused | null; more: (() => void) | null; reload(): void }

/* A list that grows by pages. The first page follows hints as long as nobody asked for more. */
export function useList<T>(path: string, kinds: HintKind[] = []): Listing<T> {
	const [extra, setExtra] = useState<{ path: string; items: T[]; next: string | null } | null>(null);
	const grown = extra?.path === path ? extra : null;
	const first = useData<Page<T>>(path, grown ? [] : kinds);
	const next = grown ? grown.next : first.data?.next ?? null;
	const more = () => {
		if (!next)
			return;
		const at = `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(next)}`;
		void get<Page<T>>(at).then((page) => setExtra({ path, items: [...grown?.items ?? [], ...page.items], next: page.next }));
	};
	return {
		items: first.data ? [...first.data.items, ...grown?.items ?? []] : null, error: first.error,
		more: next ? more : null, reload: first.reload,
	};
}

/* Query text of the filters that are set. */
export function query(filters: Record<string, string | null | undefined>): string {
	const set = Object.entries(filters).filter((entry): entry is [string, string] => !!entry[1]);
	return set.length ? `?${new URLSearchParams(set).toString()}` : "";
}
