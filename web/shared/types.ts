/* types.ts - what travels between server and pages, as docs/api.md writes it. */

export interface Money { minor: number; currency: string }

export interface BillLine {
	start: string; slot: number; energy_wh: string; energy_price: string; service_price: string;
	energy: Money; service: Money; estimated: boolean;
}
/* Energy given back in a half hour, and its share of the credit. */
export interface BackLine { start: string; slot: number; energy_wh: string; price: string; amount: Money; estimated: boolean }
export interface Bill {
	lines: BillLine[]; energy: Money; service: Money; idle: Money; total: Money; vat: Money; vat_bp: number;
	back: BackLine[]; back_wh: string; credit: Money; credit_vat: Money; due: Money; over: Money; back_vat_bp: number;
	meter_start_wh: string; meter_stop_wh: string; tariff_hash: string;
}
export type OrderState = "created" | "authorised" | "starting" | "charging" | "suspended" | "stopping" | "ended"
	| "settled" | "failed" | "cancelled" | "unpaid" | "written_off";

/* A free connector elsewhere; distance null: at the same place. */
export interface Nearby {
	code: string; name: string; site: string; connector: number; plug: string; max_w: number; total: string; currency: string;
	distance_m: number | null;
}

/* The public order view. */
export interface Order {
	token: string; state: OrderState; reason: string; owner: boolean;
	pile: { code: string; name: string; site: string; address: string; helpline: string; connector: number };
	zone: string;
	steps: { name: "paid" | "sent" | "accepted" | "current"; at: string | null }[];
	start_deadline: string | null;
	secured: Money; timing: "prepay" | "hold" | "credit"; source: "channel" | "wallet" | "house";
	energy_wh: string; power_w: number | null; voltage_v: string | null; current_a: string | null; soc: number | null;
	cost: Money; parts: { energy: Money; service: Money; idle: Money };
	credit: Money; due: Money;
	full_at: string | null; limit_at: string | null;
	price_now: { energy: string; service: string; total: string; back: string } | null;
	next_price: { at: string; total: string } | null;
	idle: { price_per_min: string; grace_s: number; from: string | null; past_s: number; cap: Money | null; billed_s: number };
	data_at: string | null;
	bill: Bill | null;
	money: {
		paid: Money; captured: Money; refund: Money; open: Money;
		refund_state: "none" | "sent" | "done" | "failed"; refund_at: string | null;
		surplus: { amount: Money; kind: string; way: string; at: string | null } | null;
	};
	nearby: Nearby[];
	exported_wh: string | null;
	exported: { payable_wh: string; start_wh: string; last_wh: string; odd: string[] } | null;
	priority: "none" | "off" | "on";
	pay_url: string | null;
	created: string; started: string | null; stopped: string | null; settled: string | null; version: number;
}

export interface Problem {
	type: string; title: string; status: number; detail?: string;
	fields?: { name: string; detail: string }[] | Record<string, string>;
}
export interface Page<T> { items: T[]; next: string | null }
