/* driver.ts - what the mock server says to drivers: a pile with a day of prices, and one order in every state. */
import type { Bill, Money, Order, OrderState } from "../../../web/shared/types";
import type { View } from "./render";

export const NOW = Date.parse("2026-11-21T05:36:20Z"); /* 13:36 in Shanghai */
export const ZONE = "Asia/Shanghai";
const iso = (ms: number) => new Date(ms).toISOString();
const cny = (minor: number): Money => ({ minor, currency: "CNY" });

const prices = Array.from({ length: 48 }, (_, slot) => {
	const hour = slot / 2;
	const base = hour < 7 ? 0.42 : hour < 10 ? 0.86 : hour < 15 ? 1.12 : hour < 18 ? 0.68 : hour < 21 ? 1.12 : hour < 23 ? 0.68 : 0.42;
	return { energy: base, service: 0.4, total: base + 0.4 };
});

export function amount(language: string, minor: number): string {
	return new Intl.NumberFormat(language, { style: "currency", currency: "CNY", currencyDisplay: "narrowSymbol" }).format(minor / 100);
}
const half = (slot: number) => `${String(Math.floor(slot / 2)).padStart(2, "0")}:${slot % 2 ? "30" : "00"}`;

export function common(language: string, path: string): View {
	const names: Record<string, string> = { "zh-CN": "中文", en: "EN", de: "DE" };
	return {
		lang: language, brand: "Leyden", helpline: "400 000 0000", helpline_tel: "4000000000",
		langs: Object.entries(names).map(([code, name]) => ({
			code, name, current: code === language, href: `${path}?lang=${code}`,
		})),
	};
}

export function landing(language: string, texts: Record<string, string>, state: string): View {
	const now = 27;
	const text = (value: number) => amount(language, Math.round(value * 100));
	const low = Math.min(...prices.map((p) => p.total));
	const high = Math.max(...prices.map((p) => p.total));
	const rows: View[] = [];
	for (let from = 0; from < 48;) {
		let to = from;
		while (to < 48 && prices[to]!.total === prices[from]!.total)
			to++;
		const p = prices[from]!;
		rows.push({
			from: half(from), to: to === 48 ? "24:00" : half(to), energy: text(p.energy), service: text(p.service),
			total: text(p.total), now: now >= from && now < to,
		});
		from = to;
	}
	const ready = state === "free" || state === "plugged" || state === "reserved";
	const connector = (no: number, s: string): View => ({
		no, plug: "GB/T DC", max_kw: "120", state: s === "reserved" ? "free" : s,
		state_text: texts[s === "reserved" ? "connector.reserved_own" : `connector.${s}`],
		hint_text: texts[s === "reserved" ? "connector.reserved_own.hint" : `connector.${s}.hint`], last_good: "13:02", ready, href: `?c=${no}`, current: no === 1,
	});
	return {
		pile: { code: "LAKE-07", name: "A-07", site: "Lakeside", address: "1 Lake Road" },
		connector: connector(1, state), connectors: [connector(1, state), connector(2, "busy")], many: true,
		price: { total: text(1.52), energy: text(1.12), service: text(0.4) },
		next: { at: "15:00", total: text(1.08), cheaper: true, dearer: false, tomorrow: false },
		bars: prices.map((p, slot) => {
			const h = Math.round(10 + 54 * (p.total - low) / (high - low) * 0.9 + 3);
			return {
				x: slot * 10, y: 64 - h, h, level: 1 + Math.round(3 * (p.total - low) / (high - low)), now: slot === now,
				from: half(slot), to: half(slot + 1), total: text(p.total),
			};
		}),
		reserve: state === "free" ? { href: "/p/LAKE-07/1/reserve", most_min: "30" } : undefined,
		own_reservation: state === "reserved" ? { href: "/r/held", until: "13:51" } : undefined,
		now_x: 272, rows, idle: { price: text(0.5), grace_min: "15", cap: text(30) },
		start: ready ? {
			action: "/p/LAKE-07/start", tariff_hash: "0f".repeat(32), timing: "prepay", timing_hold: false,
			timing_prepay: true, channel: "sandbox", button_amount: text(100),
		} : undefined,
		amounts: [3000, 5000, 10000, 20000].map((minor) => ({
			minor: String(minor), text: amount(language, minor), energy: `≈ ${Math.round(minor / 152)} kWh`, checked: minor === 10000,
		})),
	};
}

const seat = {
	pile: { code: "LAKE-07", name: "A-07", site: "Lakeside", address: "1 Lake Road" }, connector: { no: "1", plug: "GB/T DC", max_kw: "120" },
};

/* The form that keeps a connector; with a problem, as it comes back. */
export function reserve(texts: Record<string, string>, problem: string): View {
	const closed = ["off", "offline", "many"].includes(problem);
	return {
		...seat, back: "/p/LAKE-07/1", problem: problem ? texts[`reserve.problem.${problem}`] : undefined,
		held: problem === "many" ? { href: "/r/held" } : undefined,
		form: closed ? undefined : {
			action: "/p/LAKE-07/1/reserve",
			times: [[5, "13:41"], [10, "13:46"], [15, "13:51"], [30, "14:06"]].map(([minutes, until]) => ({
				minutes: String(minutes), until, checked: minutes === 30 })),
		},
	};
}

/* A reservation; its state is its token. */
export function reservation(texts: Record<string, string>, state: string): View {
	const looks: Record<string, string> = { asked: "waiting", held: "free", spent: "free", cancelling: "waiting", used: "busy", refused: "fault" };
	const word = state === "spent" ? "held" : state;
	return {
		...seat, no: "1", until: "13:51", made: "11-21 13:36", left_min: "15", look: looks[state] ?? "unavailable",
		state_text: texts[`reserve.state.${word}`],
		hint_text: texts[word === "refused" ? "reserve.why.occupied" : `reserve.state.${word}.hint`],
		lasting: word === "held", spent: state === "spent", landing: "/p/LAKE-07/1", can_start: state === "held",
		order: state === "used" || state === "spent" ? { href: "/o/charging" } : undefined,
		cancel: word === "asked" || word === "held" ? { action: `/r/${state}/cancel` } : undefined,
		again: ["cancelled", "expired", "refused"].includes(word),
	};
}

export const bill: Bill = {
	lines: [
		{ start: "2026-11-21T05:30:00Z", slot: 27, energy_wh: "20100.0", energy_price: "1.12000", service_price: "0.40000",
			energy: cny(2251), service: cny(804), estimated: false },
		{ start: "2026-11-21T06:00:00Z", slot: 28, energy_wh: "8840.5", energy_price: "1.12000", service_price: "0.40000",
			energy: cny(990), service: cny(354), estimated: true },
	],
	energy: cny(3241), service: cny(1158), idle: cny(150), total: cny(4549), vat: cny(523), vat_bp: 1300,
	back: [], back_wh: "0.0", credit: cny(0), credit_vat: cny(0), due: cny(4549), over: cny(0), back_vat_bp: 0,
	meter_start_wh: "1182230.0", meter_stop_wh: "1211170.5", tariff_hash: "0f".repeat(32),
};
/* The same of a car that gave some back. */
export const backBill: Bill = {
	...bill, back: [{ start: "2026-11-21T06:30:00Z", slot: 29, energy_wh: "3120.5", price: "0.60000", amount: cny(187), estimated: true }],
	back_wh: "3120.5", credit: cny(187), due: cny(4362),
};

/* An order as it looks in a state; times are relative to the real clock so that ages and deadlines are sensible. */
export function order(token: string, state: OrderState, owner: boolean): Order {
	const now = Date.now();
	const at = (seconds: number) => iso(now + seconds * 1000);
	const reached = ["created", "authorised", "starting", "charging"].indexOf(state === "failed" ? "starting" : state);
	const step = reached < 0 ? 4 : reached;
	const started = step >= 4 || state === "charging";
	const over = ["ended", "settled", "unpaid", "written_off"].includes(state);
	const failed = state === "failed";
	return {
		token, state, reason: failed ? "start_timeout" : over ? "driver" : "", owner,
		pile: { code: "LAKE-07", name: "A-07", site: "Lakeside", address: "1 Lake Road", helpline: "400 000 0000", connector: 1 },
		zone: ZONE,
		steps: (["paid", "sent", "accepted", "current"] as const).map((name, i) => ({
			name, at: i < step + (state === "charging" ? 1 : 0) && !(failed && i > 1) ? at(-40 + i * 3) : null,
		})),
		start_deadline: state === "starting" ? at(48) : null,
		secured: cny(10000), timing: "prepay", source: "channel",
		energy_wh: started ? "21060.0" : "0.0", power_w: state === "charging" ? 45200 : null,
		voltage_v: state === "charging" ? "398.0" : null, current_a: state === "charging" ? "114.0" : null,
		soc: state === "charging" ? 54 : null, cost: cny(started ? 3201 : 0),
		credit: cny(state === "suspended" || state === "settled" ? 187 : 0), due: cny(started ? state === "suspended" ? 3014 : 3201 : 0),
		parts: { energy: cny(started ? 2359 : 0), service: cny(started ? 842 : 0), idle: cny(state === "suspended" ? 150 : 0) },
		full_at: state === "charging" ? at(56 * 60) : null, limit_at: state === "charging" ? at(95 * 60) : null,
		price_now: { energy: "1.12000", service: "0.40000", total: "1.52000", back: "0.60000" },
		next_price: { at: at(84 * 60), total: "1.08000" },
		idle: { price_per_min: "0.50000", grace_s: 900, from: state === "suspended" ? at(-180) : null, past_s: 0, cap: cny(3000),
			billed_s: over ? 300 : 0 },
		data_at: started ? at(-3) : null, bill: state === "settled" ? backBill : over && state !== "ended" ? bill : null,
		money: {
			paid: cny(state === "created" ? 0 : state === "unpaid" ? 4000 : 10000),
			captured: cny(state === "unpaid" ? 4000 : state === "settled" ? 4362 : over ? 4549 : 0), open: cny(state === "unpaid" ? 549 : 0),
			refund: cny(failed ? 10000 : state === "settled" ? 5638 : 0),
			refund_state: failed ? "sent" : state === "settled" ? "done" : "none", refund_at: failed || over ? at(-20) : null,
			surplus: state === "settled" ? { amount: cny(700), kind: "terminal", way: "wallet", at: at(-10) } : null,
		},
		exported_wh: state === "suspended" || state === "settled" ? "3120.5" : null,
		exported: state === "suspended" || state === "settled" ? { payable_wh: "3120.5", start_wh: "88120.0", last_wh: "91240.5", odd: [] } : null,
		priority: state === "charging" ? "off" : state === "suspended" ? "on" : "none",
		nearby: failed ? [
			{ code: "LAKE-08", name: "A-08", site: "Lakeside", connector: 1, plug: "CCS2", max_w: 120000, total: "1.52000", currency: "CNY", distance_m: null },
			{ code: "HILL-02", name: "B-02", site: "Hillside", connector: 2, plug: "GB/T DC", max_w: 60000, total: "1.08000", currency: "CNY", distance_m: 2430 },
		] : [],
		pay_url: state === "created" ? "/cashier" : null,
		created: at(state === "charging" || over ? -2760 : -44), started: started ? at(-2740) : null,
		stopped: over ? at(-60) : null, settled: state === "settled" ? at(-20) : null, version: 17,
	};
}

/* The display view of an order, as the C server writes it into its pages. */
export function orderView(language: string, texts: Record<string, string>, o: Order): View {
	const money = (m: Money) => amount(language, m.minor);
	const kwh = (wh: string) => new Intl.NumberFormat(language, { minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: false }).format(Number(wh) / 1000);
	const clock = (time: string, plus = 0) => new Intl.DateTimeFormat(language, {
		timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
	}).format(Date.parse(time) + plus);
	const live = !["settled", "failed", "cancelled", "written_off"].includes(o.state);
	return {
		order_json: JSON.stringify(o).replace(/</g, "\\u003c"), token: o.token, owner: o.owner, state: o.state,
		state_text: texts[`order.${o.state}`], reason_text: o.reason ? texts[`reason.${o.reason}`] : "",
		pile: o.pile, live, running: live && o.state !== "unpaid",
		open: o.money.open.minor ? { amount: money(o.money.open), action: o.pay_url ? "" : `/o/${o.token}/pay` } : undefined, cost: money(o.cost), energy: `${kwh(o.energy_wh)} kWh`, pay_url: o.pay_url ?? undefined,
		can_stop: o.owner && o.state === "charging", stop_action: `/o/${o.token}/stop`,
		created: clock(o.created), started: o.started ? clock(o.started) : undefined,
		stopped: o.stopped ? clock(o.stopped) : undefined, duration: "00:46",
		bill: o.bill ? {
			lines: o.bill.lines.map((line) => ({
				from: clock(line.start), to: clock(line.start, 1800000), energy: kwh(line.energy_wh), estimated: line.estimated,
				energy_price: Number(line.energy_price).toFixed(2), service_price: Number(line.service_price).toFixed(2),
				energy_fee: money(line.energy), service_fee: money(line.service),
				amount: money({ ...line.energy, minor: line.energy.minor + line.service.minor }),
			})),
			energy: kwh("28940.5"), energy_fee: money(o.bill.energy), service_fee: money(o.bill.service),
			idle_fee: money(o.bill.idle), idle_min: "5", total: money(o.bill.total), vat: money(o.bill.vat), vat_rate: "13 %",
			meter_start: kwh(o.bill.meter_start_wh), meter_stop: kwh(o.bill.meter_stop_wh), tariff_hash: o.bill.tariff_hash,
			estimated: true,
			back: o.bill.back.length === 0 ? undefined : { lines: o.bill.back.map((line) => ({ from: clock(line.start), to: clock(line.start, 1800000), energy: kwh(line.energy_wh),
				price: Number(line.price).toFixed(2), amount: money(line.amount), estimated: line.estimated })),
				energy: kwh(o.bill.back_wh), credit: money(o.bill.credit), due: money(o.bill.due), meter_start: kwh("88120.0"), meter_stop: kwh("91240.5") },
		} : undefined,
		money: { paid: money(o.money.paid), refund: o.money.refund.minor ? money(o.money.refund) : undefined,
			refund_text: texts[`refund.${o.money.refund_state}`], refund_at: o.money.refund_at ? clock(o.money.refund_at) : undefined,
			...(o.money.surplus ? { surplus: money(o.money.surplus.amount), surplus_text: texts["surplus.wallet"] } : {}) },
	};
}

export function wallet(language: string, texts: Record<string, string>): View {
	const money = (minor: number) => amount(language, minor);
	return {
		title: texts["page.wallet"], member: { name: "Member 1" }, balance: money(18250), available: money(8250), held: money(10000),
		open: [{ token: "unpaid", amount: money(549), pile: "A-03", at: "11-21 13:02", href: "/o/unpaid", action: "/w/demo/pay" }],
		topup: { action: "/w/demo/topup", channel: "sandbox", amounts: [5000, 10000, 20000].map((minor) => ({
			minor: String(minor), text: money(minor), checked: minor === 10000 })) },
		own: { cards: [{ tag: "CARD0001", blocked: false }, { tag: "CARD0002", blocked: true },
			{ tag: "FLEET001", blocked: false, href: "/k/demo", money: money(29000) }] },
		cars: { action: "/w/demo/vehicle", open: true, list: [
			{ id: "2", tail: "3F2A", state: texts["page.car_suspended"], seen: "11-21 13:02", pile: "A-03", asks: true, active: false, blocked: false, alarm: false, charge: "", day: "", currency: "CNY" },
			{ id: "1", tail: "00C1", state: texts["page.car_active"], seen: "11-20 08:11", pile: "A-07", asks: false, active: true, blocked: false, alarm: true, charge: "50.00", day: "100.00", currency: "CNY" },
			{ id: "3", tail: "77B0", state: texts["page.car_blocked"], seen: "", pile: "", asks: false, active: false, blocked: true, alarm: false, charge: "", day: "", currency: "CNY" }] },
		history: [
			{ at: "11-21 13:02", text: `${texts["wallet.charge"]} · A-03`, amount: `−${money(3175)}`, link: "/o/settled" },
			{ at: "11-20 08:11", text: texts["wallet.topup"], amount: `+${money(20000)}`, link: "" },
		],
	};
}

/* A commercial card: the same page about its own balance. */
export function card(language: string, texts: Record<string, string>): View {
	const { own, open, cars, ...rest } = wallet(language, texts);
	return { ...rest, title: texts["page.commercial_card"], member: { name: "FLEET001" }, balance: amount(language, 32000),
		available: amount(language, 29000), held: amount(language, 3000) };
}
