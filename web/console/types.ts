/* types.ts - what operators see, as docs/api.md writes it. */
import type { Bill, Money, Order } from "../shared/types";

export interface Me { name: string; role: string; csrf: string; tenant: { name: string; currency: string } }
export interface OrderRow {
	id: string; token: string; state: string; reason: string; pile: string; pile_id: string; connector: number;
	site: string; starter: string; timing: string; source: string; energy_wh: string; total: Money; paid: Money; created: string;
	member_id: string | null; member: string; id_tag: string;
}
export interface Dashboard {
	piles: { online: number; total: number; charging: number; faulted: number };
	today: { orders: number; energy_wh: string; revenue: Money };
	power_w: number;
	attention: { kind: string; count: number; link: string }[];
	hours: { at: string; energy_wh: string; revenue: Money }[];
	recent: OrderRow[];
}
export interface Attention {
	kind: string; id: string; subject: string; number: number; word: string; detail: unknown; at: string; link: string;
}
export interface Counts {
	attention: { kind: string; count: number; link: string }[];
	piles: Record<"online" | "offline" | "charging" | "faulted" | "pending" | "all", number>;
}
export interface Site {
	id: string; name: string; address: string; latitude: string | null; longitude: string | null; zone: string; currency: string; helpline: string; timing: string;
	default_limit: Money | null; tariff_series_id: string | null; reserve_min: number; piles?: number; version: number;
}
export interface Connector {
	no: number; status: string; error_code: string; order_id: string | null; info?: string; vendor_error?: string; plug?: string; max_w?: number;
	status_at?: string | null; last_good?: string | null;
}
export interface Pile {
	id: string; code: string; name: string; state: string; site_id: string | null; site: string; online: boolean;
	last_seen: string | null; vendor: string; model: string; firmware: string; protocol: string; connectors: Connector[];
}
export interface PileDetail extends Pile {
	serial?: string; boot_status?: string; connected?: string | null; url: string; success: { charged: number; started: number; days: number };
	settings: { key: string; value: string; readonly: boolean; at?: string }[];
	refusals: Refusal[];
	requests: { id: string; key: string; created: string }[];
	tariff_series_id?: string | null;
	orders?: OrderRow[];
}
export interface Refusal { at: string; code: string; remote: string; reason: string; detail: string }
export interface Secret { id: string; url: string; password: string }
export interface Command { state: string; action: string; answer: unknown; error: string; latency_us: number }
export interface Frame {
	id: string; at: string; direction: "in" | "out"; action: string; message_id: string; request: unknown; answer: unknown;
	error: string; latency_us: number; connector: number; order_id: string | null;
	repeats: [id: string, atUs: number, latencyUs: number][];
}
export interface Transfer {
	id: string; at: string; kind: string; code: string; debit_account_id: string; debit_kind: string; debit_name: string;
	credit_account_id: string; credit_kind: string; credit_name: string; amount: Money; order_id: string | null;
	pending_id: string | null;
}
export interface Payment {
	id: string; kind: string; state: string; channel: string; key: string; channel_ref: string; amount: Money;
	error: string; created: string; done: string | null; order_id: string | null; attempts?: number;
}
export interface MeterRecord { why: string; state: string; format: string; method: string; public_key: string; at: string }
export interface OrderDetail {
	language: string; most_w: number | null;
	priority: { on: boolean; can: boolean };
	order: OrderRow; view: Order;
	session: { id: string; transaction_id: number; flags: string; stop_reason: string } | null;
	meter_records: MeterRecord[];
	transfers: Transfer[]; payments: Payment[]; commands: Command[];
}
export interface Moment { at: string; kind: string; word: string; detail: unknown; by: string }
export interface Alarm { id: string; at: string; kind: string; subject: string; detail: unknown; closed: string | null; closed_name: string }
export interface Slot { energy: string; service: string; back: string }
export interface Tariff {
	id: string; series_id: string; version: number; name: string; currency: string; hash: string; valid_from: string;
	staff: string; live_orders: number; piles: number; slots: Slot[];
	idle: { price_per_min: string; grace_s: number; cap: Money | null }; vat_bp: number; back_vat_bp: number;
}
/* The version in force, and all of them, newest first. */
export interface Series extends Tariff { history: Tariff[] }
export interface Member {
	id: string; name: string; phone: string; blocked: boolean; balance: Money; available: Money; wallet_url: string | null;
	created?: string; tags: number; priority?: boolean; cards?: Tag[];
}
export interface Tag {
	id: string; id_tag: string; state: string; kind: string; member_id: string | null; member: string; expires?: string | null;
	account_id: string | null; balance: Money | null; available: Money | null; page_url: string | null;
}
/* A member's car that starts by itself; an amount of 0 is no cap. */
export interface Vehicle {
	id: string; vid: string; state: string; member_id: string; member: string; charge_cap: Money; day_cap: Money; second_kind: string;
	second_learned: string | null; contradicted: string | null; seen: string | null; seen_pile_id: string | null; seen_pile: string; created: string;
}
export interface VehiclePolicy { mode: string; single: Money }
export interface Account {
	id: string; kind: string; name: string; owner: string; currency: string; debits_pending: Money;
	debits_posted: Money; credits_pending: Money; credits_posted: Money; balance: Money;
}
export interface Check { ok: boolean; checks: { name: string; ok: boolean; detail: string }[] }
export interface Audit { id: string; at: string; staff: string; action: string; subject: string; detail: unknown }
export type { Bill };
