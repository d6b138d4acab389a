/* display.ts - the pile's own screen: one ring per outlet in the motion of its state, the words for it, and the code to
 * scan. Asks the pile once a second; when the pile does not answer it says so instead of showing old figures. */
import { encode } from "uqr";

declare const WORDS: Record<string, Record<string, string>>;

interface Outlet {
	no: number; state: string; notice: string; fault: string; power_w: number | null; energy_wh: string | null;
	seconds: number | null; soc: number | null; cost: string; last: { energy_wh: string; seconds: number } | null;
}
interface State {
	name: string; language: string; online: boolean; refusal: string; time: string; page: string; outlets: Outlet[];
}

const MOTION: Record<string, string> = {
	free: "still", plugged: "breathe", starting: "breathe", charging: "rotate", paused: "breathe", finishing: "still",
	fault: "blink", unavailable: "quiet",
};
const SILENT_MS = 5_000;
let language = "en";
let heard = 0;

function t(key: string, values: Record<string, string> = {}): string {
	const text = WORDS[language]?.[key] ?? key;
	return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
const known = (key: string) => key in (WORDS[language] ?? {});

function node(name: string, className = "", text = ""): HTMLElement {
	const made = document.createElement(name);
	made.className = className;
	made.textContent = text;
	return made;
}

const NS = "http://www.w3.org/2000/svg";
function drawn(name: string, attributes: Record<string, string>): SVGElement {
	const made = document.createElementNS(NS, name);
	for (const [key, value] of Object.entries(attributes))
		made.setAttribute(key, value);
	return made;
}

function ring(outlet: Outlet): SVGElement {
	const round = 2 * Math.PI * 90;
	const svg = drawn("svg", { viewBox: "0 0 200 200", "aria-hidden": "true" });
	svg.append(drawn("circle", { class: "ring", cx: "100", cy: "100", r: "90" }));
	if (outlet.state === "charging") {
		svg.append(drawn("circle", { class: "spin", cx: "100", cy: "100", r: "90", "stroke-dasharray": `${round * 0.22} ${round}` }));
		if (outlet.soc !== null)
			svg.append(drawn("circle", {
				class: "part", cx: "100", cy: "100", r: "78", transform: "rotate(-90 100 100)",
				"stroke-dasharray": `${(2 * Math.PI * 78 * outlet.soc) / 100} 600`,
			}));
	}
	return svg;
}

function figures(outlet: Outlet): string[] {
	const number = (value: number, digits: number) =>
		new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
	const span = (seconds: number) => `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}`;
	const list: string[] = [];
	if (outlet.power_w !== null && outlet.state === "charging")
		list.push(`${number(outlet.power_w / 1000, 1)} kW`);
	if (outlet.energy_wh !== null)
		list.push(`${number(Number(outlet.energy_wh) / 1000, 2)} kWh`);
	if (outlet.soc !== null)
		list.push(`${number(outlet.soc, 0)} %`);
	if (outlet.seconds !== null)
		list.push(`${span(outlet.seconds)} h`);
	if (list.length === 0 && outlet.last && outlet.state === "finishing")
		list.push(`${number(Number(outlet.last.energy_wh) / 1000, 2)} kWh`, `${span(outlet.last.seconds)} h`);
	return list;
}

/* What to do now, in one sentence. */
function advice(outlet: Outlet, online: boolean): string {
	if (outlet.notice && known(`notice.${outlet.notice}`))
		return t(`notice.${outlet.notice}`);
	if (outlet.state === "fault")
		return t(known(`fault.${outlet.fault}`) ? `fault.${outlet.fault}` : "fault.other", { code: outlet.fault });
	if ((outlet.state === "free" || outlet.state === "plugged") && !online)
		return t("offline_hint");
	return known(`${outlet.state}.hint`) ? t(`${outlet.state}.hint`) : "";
}

function outletView(outlet: Outlet, online: boolean, several: boolean): HTMLElement {
	const box = node("section", `outlet m-${MOTION[outlet.state] ?? "quiet"}`);
	const dial = node("div", "dial");
	const words = node("div", "words");
	if (several)
		words.append(node("p", "no", String(outlet.no)));
	words.append(node("h2", "", t(outlet.state)));
	if (outlet.state === "fault" && outlet.fault)
		words.append(node("p", "big", outlet.fault));
	else if (outlet.cost)
		words.append(node("p", "big", outlet.cost));
	dial.append(ring(outlet), words);
	const facts = node("p", "facts");
	for (const figure of figures(outlet))
		facts.append(node("span", "", figure));
	box.append(dial, facts, node("p", "advice", advice(outlet, online)));
	return box;
}

/* One path of squares: crisp at any size. */
function code(page: string): SVGElement {
	const { data, size } = encode(page, { ecc: "M", border: 2 });
	let path = "";
	data.forEach((row, y) => row.forEach((dark, x) => {
		if (dark)
			path += `M${x} ${y}h1v1h-1z`;
	}));
	const svg = drawn("svg", { viewBox: `0 0 ${size} ${size}`, class: "qr", role: "img", "aria-label": page });
	svg.append(drawn("path", { d: path }));
	return svg;
}

let shown = "";
function show(state: State): void {
	const wanted = new URLSearchParams(location.search).get("outlet");
	const outlets = state.outlets.filter((outlet) => !wanted || String(outlet.no) === wanted);
	language = WORDS[state.language] ? state.language : "en";
	/* The rings keep turning evenly when nothing but figures changed: only changed parts are put in again. */
	const text = JSON.stringify({ ...state, outlets });
	if (text === shown)
		return;
	shown = text;
	document.documentElement.lang = language;
	document.title = state.name;
	const app = document.getElementById("app") as HTMLElement;
	const head = node("header");
	head.append(node("h1", "", state.name), node("p", state.online ? "link" : "link off", state.online ? "" : t("offline")), node("p", "time", state.time));
	const rings = node("div", `outlets n${Math.min(outlets.length, 2)}`);
	rings.append(...outlets.map((outlet) => outletView(outlet, state.online, outlets.length > 1)));
	const side = node("aside");
	if (state.online && state.page)
		side.append(code(state.page), node("p", "", t("scan")), node("p", "host", `${new URL(state.page).host} · ${state.name}`));
	else
		side.append(node("p", "quiet", t("offline_card")));
	const body = node("div", "body");
	body.append(rings, side);
	const old = app.querySelectorAll<HTMLElement>(".outlet");
	const now = rings.querySelectorAll<HTMLElement>(".outlet");
	old.forEach((was, i) => {
		const next = now[i];
		if (next && was.className === next.className)
			next.querySelectorAll<SVGElement>(".ring, .spin").forEach((part) => {
				part.style.animationDelay = `${-(performance.now() % 12_000)}ms`;
			});
	});
	app.replaceChildren(head, body);
}

function silent(): void {
	if (Date.now() - heard < SILENT_MS)
		return;
	shown = "";
	document.getElementById("app")?.replaceChildren(node("p", "lost", t("lost")));
}

async function ask(): Promise<void> {
	try {
		const reply = await fetch("state", { cache: "no-store" });
		if (!reply.ok)
			throw new Error(String(reply.status));
		show(await reply.json() as State);
		heard = Date.now();
	} catch {
		silent();
	}
	setTimeout(() => void ask(), 1000);
}
void ask();
