/* parse.ts - data parsing module: what a scanned text means. Only addresses of this very site are followed, and only
 * those of a pile: a sticker must not lead anybody elsewhere. */
const PLACES = /^\/([qs])\/([0-9]{20,600}|[\w-]{20,600})$/i;
const PILE = /^\/p\/[^/]{1,144}(\/[0-9]{1,2})?$/;

/* The path to open, or null when the text is none of ours. */
export function parse(text: string, origin: string): string | null {
	let url: URL;
	try {
		url = new URL(text.trim());
	} catch {
		return null;
	}
	if (url.origin !== origin)
		return null;
	const place = PLACES.exec(url.pathname);
	if (place?.[1] && place[2])
		return `/${place[1].toLowerCase()}/${place[2]}`;
	return PILE.test(url.pathname) ? url.pathname : null;
}
