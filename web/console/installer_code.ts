/* installer_code.ts - the code a new pile is provisioned with, as `leyden-pile provision` reads it. */
const DAYS = 14;
const KEY = /^[!-9<-~]{16,64}$/; /* what the pile takes: no blank, colon or semicolon */

export interface Installing { url: string; password: string; code: string }

/* The address is told with the pile's name at its end; the code names both apart. Null when the pile would not take it. */
export function installerCode({ url, password, code }: Installing, now: Date): { text: string; until: Date } | null {
	const end = `/${encodeURIComponent(code)}`;
	if (!url.endsWith(end) || !KEY.test(password) || !/^[\w-][\w.-]*$/.test(code))
		return null;
	const until = new Date(now.getTime() + DAYS * 86400_000);
	const stamp = until.toISOString().slice(0, 10).replace(/-/g, "");
	return { text: `LEYDEN1;N=${code};S=${url.slice(0, -end.length)};K=${password};E=${stamp}`, until };
}
