/* router.ts - where the operator is: the address is the whole state (screen, filters, tab), so every view can be kept,
 * shared and gone back to. */
import { createContext, h, type ComponentChildren } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

export interface Place { path: string; parts: string[]; query: URLSearchParams }

function read(): Place {
	const path = location.pathname.replace(/\/+$/, "") || "/console";
	return { path, parts: path.split("/").slice(2).map(decodeURIComponent), query: new URLSearchParams(location.search) };
}

export const PlaceContext = createContext<Place>({ path: "/console", parts: [], query: new URLSearchParams() });
export const usePlace = () => useContext(PlaceContext);

export function useRouter(): Place {
	const [place, setPlace] = useState(read);
	useEffect(() => {
		const moved = () => setPlace(read());
		addEventListener("popstate", moved);
		addEventListener("leyden:go", moved);
		return () => {
			removeEventListener("popstate", moved);
			removeEventListener("leyden:go", moved);
		};
	}, []);
	return place;
}

export function go(href: string, replace = false): void {
	if (replace)
		history.replaceState(null, "", href);
	else
		history.pushState(null, "", href);
	dispatchEvent(new Event("leyden:go"));
	if (!replace)
		scrollTo(0, 0);
}

/* The present address with some query words set, changed or (empty) taken away. */
export function withQuery(place: Place, changes: Record<string, string>): string {
	const query = new URLSearchParams(place.query);
	for (const [name, value] of Object.entries(changes)) {
		if (value)
			query.set(name, value);
		else
			query.delete(name);
	}
	const text = query.toString();
	return text ? `${place.path}?${text}` : place.path;
}

interface LinkProps { href: string; class?: string; current?: boolean; label?: string; children: ComponentChildren }
/* A real link that a plain click opens without loading the page again. */
export function Link({ href, class: name, current, label, children }: LinkProps) {
	const click = (event: MouseEvent) => {
		if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
			return;
		if (!href.startsWith("/console"))
			return;
		event.preventDefault();
		go(href);
	};
	return h("a", { href, class: name, onClick: click, "aria-current": current ? "page" : undefined, "aria-label": label }, children);
}
