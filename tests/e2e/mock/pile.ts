/* pile.ts - the pile's own display in each of its states, as the controller's view would tell them. */
const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const charge = {
	running: true, energy_wh: "21060.0", seconds: 2714, started: at(-2714), full_at: at(1920), cost: "32.01 CNY", told: true,
	price: "1.52 CNY", next: { at: at(3600), price: "1.08 CNY" },
};
const outlet = {
	no: 1, state: "available", status: "Available", light: "yellow", motion: "breathe", notice: "", plugged: false, locked: false,
	claimed: false, stopping: false, power_w: 0, limit_ma: 32000, voltage_mv: 0, current_ma: 0, register_wh: "1203290.0",
	fault: null as unknown, charge: null as unknown, url: "https://charge.example/p/A-07", code: "", refusal: "", real: true,
	sim: { ready: true, auto: false, faults: [] },
};
const state = { name: "A-07", at: at(0), online: true, offline_cut: false, unsent: 0, speed: 1, refusal: "", outlets: [outlet] };
const with_ = (changes: Partial<typeof outlet> & { soc?: number; reserved?: object }, pile: Partial<typeof state> = {}) =>
	({ ...state, ...pile, outlets: [{ ...outlet, ...changes }] });
const running = { state: "charging", status: "Charging", light: "green", motion: "rotate", plugged: true, locked: true, claimed: true,
	power_w: 45200, current_ma: 114000, voltage_mv: 398000, soc: 54, charge };
const settlement = `https://charge.example/S/${"3141592653589793".repeat(22)}`;
const ident = `https://charge.example/Q/${"2718281828459045".repeat(14)}`;

/* A to F are the steps of a charge without network. */
export const states: Record<string, object> = {
	idle: with_({}),
	plugged: with_({ state: "preparing", status: "Preparing", plugged: true }),
	authorising: with_({ state: "preparing", status: "Preparing", plugged: true, notice: "asking" }),
	claimed: with_({ state: "preparing", status: "Preparing", claimed: true, notice: "plug-in" }),
	refused: with_({ state: "preparing", status: "Preparing", plugged: true, notice: "refused" }),
	recognising: with_({ state: "preparing", status: "Preparing", plugged: true, notice: "recognising" }),
	"no-credit": with_({ state: "preparing", status: "Preparing", plugged: true, notice: "no-credit" }),
	reserved: with_({ state: "reserved", status: "Reserved", reserved: { card: "0001", until: at(900) } }),
	charging: with_(running),
	paused: with_({ ...running, state: "suspended-ev", status: "SuspendedEV", light: "yellow", motion: "breathe", power_w: 0, current_ma: 0 }),
	finished: with_({ ...running, state: "finishing", status: "Finishing", light: "yellow", motion: "breathe", charge: { ...charge, running: false } }),
	fault: with_({ state: "faulted", status: "Faulted", light: "red", motion: "split", fault: { code: "E12", word: "welded", latched: true } }),
	emergency: with_({ state: "faulted", status: "Faulted", light: "red", motion: "split", fault: { code: "E01", word: "emergency", latched: true } }),
	out: with_({ state: "unavailable", status: "Unavailable", light: "red", motion: "steady" }),
	"offline-a": with_({ code: "ident", url: ident }, { online: false }),
	"offline-b": with_({ code: "ident", url: ident, state: "preparing", status: "Preparing", plugged: true }, { online: false }),
	"offline-c": with_({ code: "ident", url: ident, refusal: "nonce" }, { online: false }),
	"offline-d": with_({ code: "ident", url: ident, state: "preparing", status: "Preparing", claimed: true, notice: "plug-in" }, { online: false }),
	"offline-e": with_({ ...running, code: "ident", url: ident, charge: { ...charge, cost_at: at(-600) } }, { online: false }),
	"offline-f": with_({ ...running, code: "settlement", url: settlement, state: "finishing", status: "Finishing", light: "yellow", motion: "breathe",
		charge: { ...charge, running: false } }, { online: false }),
	waits: with_({ url: "https://charge.example/console/approve?pile=A-07&key=K7QF-2M4X-9TWD-H3PR" }, { online: false, key: "K7QF-2M4X-9TWD-H3PR" } as object),
	none: with_({ url: "" }, { online: false }),
	messages: with_(running, { messages: [
		{ id: 1, front: "front", outlets: [1], texts: [{ lang: "en", text: "The car park closes at 22:00.\nPlease move your car in time.", code: false },
			{ lang: "de", text: "Das Parkhaus schließt um 22:00 Uhr.\nBitte fahren Sie rechtzeitig aus.", code: false }] },
		{ id: 2, front: "cycle", outlets: [1], texts: [{ lang: "", text: "https://charge.example/help", code: true }] },
		{ id: 3, front: "cycle", outlets: [1], texts: [{ lang: "", text: "x", code: false }] }] } as object),
	"message-always": { ...with_({ state: "faulted", status: "Faulted", light: "red", motion: "split", fault: { code: "E12", word: "welded", latched: true } }),
		messages: [{ id: 9, front: "always", outlets: [1], texts: [{ lang: "en", code: false,
			text: `<b onclick="x">Fire drill</b> ${"Please leave the car park by the stairs. ".repeat(12)}${"x".repeat(200)}` }] }] },
	two: { ...state, outlets: [{ ...outlet, ...running }, { ...outlet, no: 2, state: "faulted", status: "Faulted", light: "red", motion: "split", fault: { code: "E07", word: "overheat", latched: false } }] },
};
