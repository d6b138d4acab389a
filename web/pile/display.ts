/* display.ts - the pile's own screen: one ring per outlet in the colour and motion the pile's lamp has, the words for it,
 * and the code to scan. Live by server-sent events; when the pile falls silent it says so instead of showing old
 * figures. On simulated hardware a strip below lets the visitor play the car. */
import { Board, type Message } from "./board";
import { node, say } from "./dom";

declare const WORDS: Record<string, Record<string, string>>;

interface Charge {
	running: boolean; energy_wh: string; seconds: number; started?: string; full_at?: string; cost?: string; told: boolean;
	cost_at?: string; price?: string; next?: { at: string; price: string };
}
interface Fault { code: string; word: string; latched: boolean }
interface Outlet {
	no: number; state: string; status: string; light: string; motion: string; notice: string; plugged: boolean;
	locked: boolean; claimed: boolean; stopping: boolean; power_w: number; limit_ma: number; voltage_mv: number;
	current_ma: number; register_wh: string; soc?: number; fault: Fault | null; charge: Charge | null; url: string;
	reserved?: { card: string; until: string };
	code: "" | "ident" | "settlement" | "web"; refusal: string;
	real: boolean; sim: { ready: boolean; auto: boolean; faults: string[] };
}
interface State {
	name: string; at: string; online: boolean; key?: string; offline_cut: boolean; unsent: number; speed: number; refusal: string;
	outlets: Outlet[]; messages?: Message[];
}

const LANGUAGES: [string, string][] = [["zh-CN", "中文"], ["en", "EN"], ["de", "DE"]];
const FAULTS = ["emergency", "residual", "residual-dc", "residual-test", "insulation", "surge", "water", "door",
	"overcurrent", "overheat", "cabinet-heat", "welded", "contactor-dead", "lock", "meter-frozen", "meter-backwards",
	"meter-jump", "meter-silent", "sensors", "source", "car-silent", "diode", "pilot", "stubborn"];
const SILENT_MS = 5_000;
const FACTS = 7;
const LONG = 7; /* characters that fit the ring in the largest size */
const base = location.pathname.replace(/\/$/, "");
const query = new URLSearchParams(location.search);

function stored(key: string): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}
function store(key: string, value: string): void {
	try {
		localStorage.setItem(key, value);
	} catch {
		/* a screen without storage only forgets its language */
	}
}

function firstLanguage(): string {
	const wishes = [query.get("lang"), stored("display.lang"), ...navigator.languages];
	for (const wish of wishes)
		for (const [code] of LANGUAGES)
			if (wish && (wish === code || wish.slice(0, 2) === code.slice(0, 2)))
				return code;
	return "en";
}
let language = firstLanguage();

function t(key: string, values: Record<string, string> = {}): string {
	const text = WORDS[language]?.[key] ?? key;
	return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
const known = (key: string) => key in (WORDS[language] ?? {});
const number = (value: number, digits: number) =>
	new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

const NS = "http://www.w3.org/2000/svg";
function circle(className: string, r: number): SVGElement {
	const made = document.createElementNS(NS, "circle");
	for (const [key, value] of Object.entries({ class: className, cx: 100, cy: 100, r }))
		made.setAttribute(key, String(value));
	return made;
}

/* ---- words ---- */

function title(outlet: Outlet, key: string | undefined): string {
	if (key && outlet.state === "available")
		return t("waits.title");
	switch (outlet.state) {
	case "available": return t("free");
	case "preparing": return t(outlet.claimed && !outlet.plugged ? "claimed" : "plugged");
	case "suspended-ev": return t("paused");
	case "suspended-evse": return t("held");
	case "faulted": return t("fault");
	default: return t(outlet.state);
	}
}

/* What to do now, in one sentence. */
function advice(outlet: Outlet, { online, key }: State): string {
	if (outlet.notice && known(`notice.${outlet.notice}`))
		return t(`notice.${outlet.notice}`);
	if (outlet.fault) {
		const key = `fault.${outlet.fault.word}`;
		return t(known(key) ? key : "fault.other", { code: outlet.fault.code });
	}
	const waiting = outlet.state === "available" || (outlet.state === "preparing" && !outlet.claimed);
	if (key && waiting)
		return t("waits.hint", { key });
	if (waiting && !online)
		return t(outlet.code === "ident" ? "offline_start" : "offline_hint");
	if (outlet.state === "reserved" && outlet.reserved)
		return t("reserved.until", { card: outlet.reserved.card, time: clock(outlet.reserved.until) });
	switch (outlet.state) {
	case "available": return t("free.hint");
	case "preparing": return t(outlet.claimed ? "notice.plug-in" : "plugged.hint");
	case "suspended-ev": return t(outlet.soc === 100 ? "full.hint" : "paused.hint");
	case "suspended-evse": return t("held.hint");
	default: return known(`${outlet.state}.hint`) ? t(`${outlet.state}.hint`) : "";
	}
}

const clock = (at: string) =>
	new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
function span(seconds: number): string {
	const two = (value: number) => String(value).padStart(2, "0");
	return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/* ---- one outlet ---- */

class OutletView {
	readonly box = node("section", "outlet");
	private readonly part = circle("part", 78);
	private readonly state = node("h2");
	private readonly big = node("p", "big");
	private readonly unit = node("p", "unit");
	private readonly facts: HTMLElement[] = [];
	private readonly advice = node("p", "advice");
	private readonly live = node("p", "away");

	constructor(no: number, several: boolean) {
		const dial = node("div", "dial"), words = node("div", "words"), list = node("p", "facts");
		const svg = document.createElementNS(NS, "svg");
		svg.setAttribute("viewBox", "0 0 200 200");
		svg.setAttribute("aria-hidden", "true");
		this.part.setAttribute("transform", "rotate(-90)"); /* about the middle: the style sets the origin */
		svg.append(circle("ring", 90), circle("spin", 90), this.part);
		if (several)
			words.append(node("p", "no", String(no)));
		words.append(this.state, this.big, this.unit);
		dial.append(svg, words);
		for (let i = 0; i < FACTS; i++)
			list.append(this.facts[i] = node("span"));
		this.live.setAttribute("role", "status");
		this.box.append(dial, list, this.advice, this.live);
	}

	show(outlet: Outlet, pile: State): void {
		const look = `outlet l-${outlet.light} m-${outlet.motion}`;
		const charge = outlet.charge;
		const charging = outlet.state === "charging";
		const words = title(outlet, pile.key);
		if (this.box.className !== look)
			this.box.className = look;
		say(this.state, words);
		say(this.live, `${words}. ${advice(outlet, pile)}`);
		say(this.advice, advice(outlet, pile));
		this.showBig(outlet, charge);
		const soc = outlet.soc !== undefined && (charge?.running ?? false) ? outlet.soc : 0;
		this.part.setAttribute("stroke-dasharray", `${(2 * Math.PI * 78 * soc) / 100} 600`);
		const list = [
			charging ? `${number(outlet.power_w / 1000, 1)} kW` : "",
			outlet.soc !== undefined && outlet.plugged ? `${number(outlet.soc, 0)} %` : "",
			charge && (charge.running || outlet.state === "finishing") ? span(charge.seconds) : "",
			charge?.running && charge.full_at ? t("full_at", { time: clock(charge.full_at) }) : "",
			charge?.running && charge.price ? t("price", { price: charge.price }) : "",
			charge?.running && charge.next ? t("next_price", { time: clock(charge.next.at), price: charge.next.price }) : "",
			charge?.running && charge.cost && charge.cost_at ? t("cost_at", { time: clock(charge.cost_at) }) : "",
		];
		list.forEach((text, i) => say(this.facts[i] as HTMLElement, text));
	}

	private showBig(outlet: Outlet, charge: Charge | null): void {
		const energy = charge ? number(Number(charge.energy_wh) / 1000, 2) : "";
		if (outlet.fault) {
			say(this.big, outlet.fault.code);
			say(this.unit, "");
		} else if (charge && (charge.running || outlet.state === "finishing")) {
			say(this.big, charge.cost || energy);
			this.big.classList.toggle("long", this.big.textContent.length > LONG);
			say(this.unit, charge.cost ? `${energy} kWh` : "kWh");
		} else {
			say(this.big, "");
			say(this.unit, "");
		}
	}
}

/* ---- playing the car ---- */

class Strip {
	readonly box = node("details", "strip");
	private readonly answer = node("p", "answer");
	private readonly code = node("input");
	private readonly card = node("input");
	private readonly soc = node("input");
	private readonly mac = node("input");
	private readonly fault = node("select");
	private readonly buttons: Record<string, HTMLButtonElement> = {};
	private outlet: Outlet | null = null;
	private state: State | null = null;

	constructor() {
		const row = node("div", "row");
		this.card.value = stored("display.card") ?? "04A2B3C4D5E6";
		this.card.maxLength = 20;
		this.code.maxLength = 600;
		this.soc.type = "number";
		this.soc.min = "0";
		this.soc.max = "100";
		this.soc.value = "42";
		this.mac.maxLength = 12;
		for (const name of FAULTS) {
			const option = node("option", "", t(`sim.fault.${name}`));
			option.value = name;
			this.fault.append(option);
		}
		const label = (text: string, input: HTMLElement) => {
			const made = node("label", "", text);
			made.append(input);
			return made;
		};
		row.append(
			label(t("sim.soc"), this.soc), label(t("sim.mac"), this.mac),
			this.button("plug", () => ({ do: "plug", soc: Number(this.soc.value) || 0, ...(this.mac.value ? { mac: this.mac.value } : {}) })),
			this.button("unplug", () => ({ do: "unplug" })),
			label(t("sim.card"), this.card), this.button("tap", () => this.tap()),
			this.button("ready", () => ({ do: "ready", on: !this.outlet?.sim.ready })),
			label(t("sim.code"), this.code), this.button("show", () => ({ do: "show", code: this.code.value })),
			this.button("stop", () => ({ do: "stop" })),
			label(t("sim.part"), this.fault), this.button("fault", () => this.breakOrMend()),
			this.button("offline", () => ({ do: "offline", on: !this.state?.offline_cut })),
			this.button("auto", () => ({ do: "auto", on: !this.outlet?.sim.auto })),
		);
		this.answer.setAttribute("role", "status");
		this.box.append(node("summary", "", t("sim.title")), row, this.answer);
		this.fault.addEventListener("change", () => this.name());
		if (query.get("sim") === "1" || stored("display.sim") === "1")
			this.box.open = true;
		this.box.addEventListener("toggle", () => store("display.sim", this.box.open ? "1" : "0"));
	}

	private tap(): object {
		store("display.card", this.card.value);
		return { do: "tap", tag: this.card.value };
	}

	private breakOrMend(): object {
		return { do: "fault", fault: this.fault.value, on: !this.broken() };
	}

	private broken(): boolean {
		return this.outlet?.sim.faults.includes(this.fault.value) ?? false;
	}

	private button(name: string, command: () => object): HTMLButtonElement {
		const made = node("button", "", t(`sim.${name}`));
		made.type = "button";
		made.addEventListener("click", () => void this.send(command()));
		this.buttons[name] = made;
		return made;
	}

	private async send(command: object): Promise<void> {
		try {
			const reply = await fetch(`${base}/control`, {
				method: "POST", headers: { "Content-Type": "application/json" },
				body: JSON.stringify({ ...command, outlet: this.outlet?.no ?? 1 }),
			});
			const told = await reply.json() as { ok?: boolean; error?: string };
			this.answer.textContent = told.ok ? "" : told.error ?? String(reply.status);
		} catch {
			this.answer.textContent = t("lost");
		}
	}

	/* Two-way switches are named by what pressing them does now. */
	private name(): void {
		const set = (name: string, key: string) => {
			const button = this.buttons[name];
			if (button)
				say(button, t(key));
		};
		set("ready", this.outlet?.sim.ready ? "sim.ready" : "sim.ready_again");
		set("fault", this.broken() ? "sim.mend" : "sim.fault");
		set("offline", this.state?.offline_cut ? "sim.online" : "sim.offline");
		set("auto", this.outlet?.sim.auto ? "sim.auto_off" : "sim.auto");
	}

	show(state: State, outlet: Outlet): void {
		this.box.hidden = outlet.real; /* nothing to play with */
		this.state = state;
		this.outlet = outlet;
		if (this.buttons["plug"])
			this.buttons["plug"].disabled = outlet.plugged;
		if (this.buttons["unplug"])
			this.buttons["unplug"].disabled = !outlet.plugged;
		this.name();
	}
}

/* ---- the whole screen ---- */

class Face {
	private readonly views = new Map<number, OutletView>();
	private readonly link = node("p", "link");
	private readonly time = node("p", "time");
	private readonly code = node("img", "qr");
	private readonly scan = node("p");
	private readonly host = node("p", "host");
	private readonly strip = new Strip();
	private readonly board = new Board(base, t);
	private codeFor = "";

	constructor(state: State, outlets: Outlet[]) {
		const head = node("header"), rings = node("div", `outlets n${Math.min(outlets.length, 2)}`);
		const body = node("div", "body"), side = node("aside");
		head.append(node("h1", "", state.name), this.link, this.languages(), this.time);
		for (const outlet of outlets) {
			const view = new OutletView(outlet.no, outlets.length > 1);
			this.views.set(outlet.no, view);
			rings.append(view.box);
		}
		/* whoever sits before the screen instead of a phone follows the code by hand */
		this.code.addEventListener("click", () => void window.open(this.codeFor));
		side.append(this.code, this.scan, this.host);
		body.append(rings, side);
		document.getElementById("app")?.replaceChildren(head, this.board.box, body, this.strip.box);
		document.documentElement.lang = language;
		document.title = state.name;
	}

	private languages(): HTMLElement {
		const nav = node("nav");
		for (const [code, name] of LANGUAGES) {
			const button = node("button", "", name);
			button.type = "button";
			button.lang = code;
			button.setAttribute("aria-pressed", String(code === language));
			button.addEventListener("click", () => {
				language = code;
				store("display.lang", code);
				face = null;
				if (last)
					show(last);
			});
			nav.append(button);
		}
		return nav;
	}

	show(state: State, outlets: Outlet[]): void {
		const first = outlets[0];
		say(this.link, state.online ? "" : t(state.key ? "waits" : "offline"));
		say(this.time, clock(state.at));
		this.board.show(state.messages ?? [], outlets.map((outlet) => outlet.no), language);
		for (const outlet of outlets)
			this.views.get(outlet.no)?.show(outlet, state);
		if (!first)
			return;
		this.showCode(state, first);
		this.strip.show(state, first);
	}

	private showCode(state: State, outlet: Outlet): void {
		/* nobody can start here now: an identification would only lead astray */
		const busy = outlet.charge?.running ?? false;
		const url = state.online || state.key || (outlet.code && !(busy && outlet.code === "ident")) ? outlet.url : "";
		this.code.hidden = url === "";
		/* the signed codes have three times the modules of an address: they need the room */
		this.code.parentElement?.classList.toggle("dense", outlet.code !== "");
		if (url && this.codeFor !== url) {
			this.codeFor = url;
			this.code.src = `${base}/qr.svg?outlet=${outlet.no}`;
			this.code.alt = url;
		}
		const words = { "": "scan", ident: "scan_offline", settlement: "scan_settle", web: "scan_code" } as const;
		const offline = outlet.code !== "" && outlet.code !== "web";
		const refused = outlet.refusal && (known(`refusal.${outlet.refusal}`) ? `refusal.${outlet.refusal}` : "refusal.form");
		const about = busy ? "scan_follow" : outlet.fault || outlet.state === "unavailable" ? "scan_help" : words[outlet.code];
		say(this.scan, state.key ? t("scan_approve") : refused ? t(refused) : url ? t(offline ? words[outlet.code] : about) : busy ? "" : t("offline_card"));
		this.scan.className = url ? "" : "quiet";
		say(this.host, url ? `${new URL(url).host} · ${state.name}` : "");
	}
}

let face: Face | null = null;
let shape = "";
let last: State | null = null;
let heard = Date.now();

function show(state: State): void {
	const wanted = query.get("outlet");
	const outlets = state.outlets.filter((outlet) => !wanted || String(outlet.no) === wanted);
	const form = outlets.map((outlet) => outlet.no).join();
	last = state;
	if (!face || shape !== form)
		face = new Face(state, outlets);
	shape = form;
	face.show(state, outlets);
}

function listen(): void {
	const events = new EventSource(`${base}/events`);
	events.addEventListener("state", (event) => {
		heard = Date.now();
		show(JSON.parse((event as MessageEvent<string>).data) as State);
	});
	events.addEventListener("error", () => {
		/* the browser tries again by itself, except after an HTTP refusal */
		if (events.readyState === EventSource.CLOSED)
			setTimeout(listen, 2000);
	});
}

setInterval(() => {
	if (Date.now() - heard < SILENT_MS)
		return;
	face = null;
	document.getElementById("app")?.replaceChildren(node("h1", "lost", t("lost")));
}, 1000);
listen();

export {};
