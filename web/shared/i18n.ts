/* i18n.ts - words and formats: texts of the bundle's language, numbers, money and times by Intl. Money arrives as minor
 * units and is divided only here, for the eye; times are told in the zone of the station. */
import catalogue from "leyden:texts";
import type { Money } from "./types";

export const language = catalogue.language;

/* Text of a key with {words} filled in. A missing key shows itself, and the tests look for that. */
export function t(key: string, values: Record<string, string | number> = {}): string {
	const text = catalogue.texts[key];
	if (text === undefined) {
		console.error(`no text for ${key}`);
		return key;
	}
	return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/* Words that only parts loaded later speak (web/build.mjs): such a part brings them. */
export function learn(texts: Record<string, string>): void {
	Object.assign(catalogue.texts, texts);
}

export function has(key: string): boolean {
	return key in catalogue.texts;
}

/* Text of a word the server chose; unknown words show as they are. */
export function word(family: string, name: string): string {
	return has(`${family}.${name}`) ? t(`${family}.${name}`) : name;
}

/* Singular or plural by the language's rules: keys `key.one`, `key.other`. */
export function plural(key: string, count: number, values: Record<string, string | number> = {}): string {
	const form = new Intl.PluralRules(language).select(count);
	return t(has(`${key}.${form}`) ? `${key}.${form}` : `${key}.other`, { count: number(count), ...values });
}

/* Why an order ended, in words: the driver's, or the pile's own reason ("pile:EVDisconnected"). */
export function reason(text: string): string {
	if (!text)
		return "";
	const key = `reason.${text.replace(":", ".")}`;
	return has(key) ? t(key) : t("reason.other");
}

const formats = new Map<string, Intl.NumberFormat>();
function format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
	const key = JSON.stringify(options);
	let made = formats.get(key);
	if (!made) {
		try {
			made = new Intl.NumberFormat(language, options);
		} catch {
			made = new Intl.NumberFormat(language, { ...options, currencyDisplay: "symbol" });
		}
		formats.set(key, made);
	}
	return made;
}

export function number(value: number, digits = 0): string {
	return format({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

function digitsOf(currency: string): number {
	return format({ style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

export function money(amount: Money): string {
	const digits = digitsOf(amount.currency);
	return format({ style: "currency", currency: amount.currency, currencyDisplay: "narrowSymbol" })
		.format(amount.minor / 10 ** digits);
}

/* "12.34" of what somebody typed -> minor units, or null when it is no amount of this currency. */
export function parseMoney(text: string, currency: string): number | null {
	const digits = digitsOf(currency);
	const match = /^\s*(\d{1,9})(?:[.,](\d+))?\s*$/.exec(text);
	if (!match || (match[2] ?? "").length > digits)
		return null;
	return Number(match[1]) * 10 ** digits + Number((match[2] ?? "").padEnd(digits, "0") || "0");
}

/* The other way: what stands in a field to be edited, "12.34" or "500" for a currency without small change. */
export function plainMoney(amount: Money): string {
	const digits = digitsOf(amount.currency);
	const text = String(amount.minor).padStart(digits + 1, "0");
	return digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
}

/* A price text ("1.52000") with its currency; at least the digits of the currency. */
export function price(text: string, currency: string): string {
	return format({
		style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: digitsOf(currency),
		maximumFractionDigits: 5,
	}).format(Number(text));
}

/* Sum of two price texts, exact in 1/100000. */
export function addPrices(a: string, b: string): string {
	return (scaled(a) + scaled(b)).toString().padStart(6, "0").replace(/(\d{5})$/, ".$1");
}
export function scaled(text: string): number {
	const [whole, part = ""] = text.split(".");
	return Number(whole) * 100000 + Number(part.padEnd(5, "0").slice(0, 5));
}

/* Energy is shown with two decimals where it runs and where it is a headline; with four, and ungrouped, on a bill: its
 * lines, sum and registers must come out to the cent. pages_format.c has the same two for the server's pages. */
export function billed(wh: string | number): string {
	return format({ minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: false }).format(Number(wh) / 1000);
}
export function energy(wh: string | number, digits = 2): string {
	return `${number(Number(wh) / 1000, digits)} kWh`;
}
/* "350 m", "2.4 km", "38 km": as pages_format.c writes it. */
export function distance(metres: number): string {
	return metres < 1000 ? `${number(Math.round(metres / 10) * 10)} m` : `${number(metres / 1000, metres < 10_000 ? 1 : 0)} km`;
}
export function power(watt: number): string {
	return watt >= 1_000_000 ? `${number(watt / 1_000_000, 2)} MW` : `${number(watt / 1000, 1)} kW`;
}

/* The zone of lists that know no station: the operator's own place, not the browser's. */
let usual: string | undefined;
export function setUsualZone(zone: string | undefined): void {
	usual = zone;
}
function date(time: string | number, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
	return new Intl.DateTimeFormat(language, { timeZone: zone ?? usual, hourCycle: "h23", ...options }).format(new Date(time));
}
export function clock(time: string | number, zone?: string): string {
	return date(time, zone, { hour: "2-digit", minute: "2-digit" });
}
export function clockSeconds(time: string | number, zone?: string): string {
	return date(time, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
export function day(time: string | number, zone?: string): string {
	return date(time, zone, { year: "numeric", month: "short", day: "numeric" });
}
export function moment(time: string | number, zone?: string): string {
	return date(time, zone, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
}
/* "00:46" or "1:02:09": a span told like a clock. */
export function span(seconds: number): string {
	const s = Math.max(0, Math.floor(seconds));
	const two = (n: number) => String(n).padStart(2, "0");
	const minutes = Math.floor(s / 60);
	return minutes < 60 ? `${two(minutes)}:${two(s % 60)}`
		: `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`;
}
/* "3 s", "5 min", "2 h", "4 d" ago, as a length. */
export function age(seconds: number): string {
	const unit = (value: number, name: string) =>
		format({ style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 0 }).format(Math.floor(value));
	if (seconds < 60)
		return unit(Math.max(0, seconds), "second");
	if (seconds < 3600)
		return unit(seconds / 60, "minute");
	return seconds < 172800 ? unit(seconds / 3600, "hour") : unit(seconds / 86400, "day");
}
