/* types.ts - what operators see, as docs/api.md writes it. */
import type { Bill, Money, Order } from "../shared/types";

export interface Me { name: string; role: string; csrf: string; tenant: { name: string; currency: string } }
export interface OrderRow {
	id: string; token: string; state: string; reason: string; pile: string; pile_id?: string; connector: number;
	starter: string; timing: string; energy_wh: string; total: Money; paid: Money; created: string; member?: string;
}
export interface Dashboard {
	piles: { online: number; total: number; charging: number; faulted: number };
	today: { orders: number; energy_wh: string; revenue: Money };
	power_w: number;
	attention: { kind: string; count: number; link: string }[];
	hours: { at: string; energy_wh: string; revenue: Money }[];
	recent: OrderRow[];
}
export interface Attention { kind: string; subject: string; detail: string; at: string; link: string }
export interface Site {
	id: string; name: string; address: string; zone: string; currency: string; helpline: string; timing: string;
	default_limit: Money | null; tariff_series_id: string | null; piles?: number;
}
export interface Connector {
	no: number; status: string; error_code: string; order: string | null; info?: string; vendor_error?: string; plug?: string; max_w?: number;
	status_at?: string | null; last_good?: string | null;
}
export interface Pile {
	id: string; code: string; name: string; state: string; site: { id: string; name: string } | null; online: boolean;
	last_seen: string | null; vendor: string; model: string; firmware: string; protocol: string; connectors: Connector[];
}
export interface PileDetail extends Pile {
	serial?: string; boot_status?: string; connected?: string | null; url: string; success_rate?: number | null;
	settings: { name: string; value: string; readonly: boolean; at?: string }[];
	refusals: Refusal[];
	tariff_series_id?: string | null;
	orders?: OrderRow[];
}
export interface Refusal { at: string; code: string; remote: string; reason: string; detail: string }
export interface Secret { id: string; url: string; password: string }
export interface Command { state: string; answer: unknown; error: string; latency_ms: number | null }
export interface Frame {
	id: string; at: string; direction: "in" | "out"; action: string; message_id: string; request: unknown; answer: unknown;
	error: string; latency_ms: number | null; connector: number | null; order_id: string | null;
}
export interface Transfer {
	id: string; at: string; kind: string; code: string; debit: { id: string; name: string } | string;
	credit: { id: string; name: string } | string; amount: Money; order_id?: string | null; pending_id?: string | null;
}
export interface Payment {
	id: string; kind: string; state: string; channel: string; key: string; channel_ref: string; amount: Money;
	error: string; created: string; done: string | null; order_id: string | null; attempts?: number;
}
export interface OrderDetail extends Order {
	id: string; pile_id: string; starter: string; member: { id: string; name: string } | null; id_tag?: string;
	session: { id: string; transaction_id: number; flags: string[]; stop_reason?: string } | null;
	transfers: Transfer[]; payments: Payment[];
}
export interface Moment { at: string; kind: string; word: string; detail: unknown }
export interface Slot { energy: string; service: string }
export interface Tariff {
	series_id: string; version: number; name: string; currency: string; hash: string; valid_from: string; slots: Slot[];
	idle: { price_per_min: string; grace_s: number; cap: Money | null }; vat_bp: number; created?: string;
}
export interface TariffDetail extends Tariff {
	history: { version: number; hash: string; valid_from: string; created?: string; name: string }[];
	piles: number; live_orders: number; sites?: { id: string; name: string }[];
}
export interface Member {
	id: string; name: string; phone: string; blocked: boolean; balance: Money; available: Money; wallet_url: string;
	created?: string; tags?: Tag[];
}
export interface Tag { id: string; id_tag: string; state: string; member?: { id: string; name: string } | null; expires?: string | null }
export interface Account {
	id: string; kind: string; name: string; owner: string; currency: string; debits_pending: Money | number;
	debits_posted: Money | number; credits_pending: Money | number; credits_posted: Money | number; balance: Money;
}
export interface Check { ok: boolean; checks: { name: string; ok: boolean; detail: string }[] }
export interface Audit { id: string; at: string; staff: string; action: string; subject: string; detail: string }
export type { Bill };
