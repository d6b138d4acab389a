/* console.ts - what the mock server says to operators: a small day at one site, always the same. */
import type { Money } from "../../../web/shared/types";
import { backBill, NOW, order } from "./driver";

export interface Answer { status: number; body?: unknown; headers?: Record<string, string> }

const cny = (minor: number): Money => ({ minor, currency: "CNY" });
const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1000).toISOString();
const meterKey = (digit: string) => "3059301306072a8648ce3d020106082a8648ce3d03010703420004" + digit.repeat(128);
const me = { name: "Operator 1", role: "admin", csrf: "c".repeat(32), tenant: { name: "Lakeside Charging", currency: "CNY" } };

const orderRow = (id: number, state: string, reason: string, pile: string, wh: string, total: number) => ({
	id: String(id), token: `token${id}`, state, reason, pile, connector: 1, pile_id: "7", site: "Lakeside", starter: "web", timing: "prepay", source: "channel", member_id: null, id_tag: "", energy_wh: wh,
	total: cny(total), paid: cny(total), created: at(id * 1700), member: "",
});
const orders = [
	orderRow(1, "charging", "", "A-07", "21060.0", 3201), orderRow(2, "settled", "driver", "A-02", "28940.5", 4549),
	orderRow(3, "failed", "start_timeout", "A-03", "0.0", 0), orderRow(4, "settled", "pile:EVDisconnected", "A-01", "12000.0", 1824),
	orderRow(5, "unpaid", "limit", "A-02", "30100.0", 4610),
];

const connector = (no: number, status: string, error = "NoError") => ({
	no, status, error_code: error, order_id: status === "Charging" ? "1" : null, plug: "GB/T DC", max_w: 120000, last_good: at(3600),
	info: error === "NoError" ? "" : "contactor", vendor_error: error === "NoError" ? "" : "E12",
});
const pile = (id: number, name: string, statuses: string[], online = true, state = "approved") => ({
	id: String(id), code: `LAKE-${String(id).padStart(2, "0")}`, name, state, site_id: "1", site: "Lakeside", online,
	last_seen: at(online ? 4 : 4000), vendor: "Leyden", model: "Pile DC120", firmware: "0.1.0", protocol: "ocpp1.6",
	connectors: statuses.map((status, i) => connector(i + 1, status, status === "Faulted" ? "GroundFailure" : "NoError")),
});
const piles = [
	pile(7, "A-07", ["Charging", "Available"]), pile(1, "A-01", ["Preparing", "SuspendedEV"]), pile(2, "A-02", ["Faulted", "Finishing"]),
	pile(3, "A-03", ["Available", "Unavailable"], false), pile(9, "A-09", [], true, "pending"),
];
const pileDetail = {
	...piles[0], serial: "SN-0007", url: "ws://localhost:8080/ocpp/LAKE-07", success: { charged: 148, started: 150, days: 30 },
	settings: [
		{ key: "HeartbeatInterval", value: "300", readonly: false, at: at(900) },
		{ key: "MeterValueSampleInterval", value: "10", readonly: false, at: at(900) },
		{ key: "NumberOfConnectors", value: "2", readonly: true, at: at(900) },
		{ key: "MeterValuesSampledData", value: "Energy.Active.Import.Register,Power.Active.Import,Voltage,Current.Import,SoC", readonly: false, at: at(900) },
	],
	requests: [{ id: "2", key: "K7QF-2M4X-9TWD-H3PR", created: at(120) }],
	refusals: [{ at: at(86000), code: "LAKE-07", remote: "127.0.0.1", reason: "credentials", detail: "" }],
};

const modern = { ...pileDetail, id: "21", code: "LAKE-21", name: "B-21", protocol: "ocpp2.0.1", refusals: [], settings: [] };
const newest = { ...modern, id: "22", code: "LAKE-22", name: "B-22", protocol: "ocpp2.1" };
const profile = (id: number, purpose: string, limit: number, unit = "W") => ({ id, stackLevel: 1, chargingProfilePurpose: purpose, chargingProfileKind: id === 4001 ? "Absolute" : "Relative",
	...(id === 4001 ? { validTo: at(-7200) } : {}), chargingSchedule: [{ chargingRateUnit: unit, chargingSchedulePeriod: [{ startPeriod: 0, limit }, { startPeriod: 3600, limit: limit * 2 }] }] });
const profiles = [{ requestId: 44, chargingLimitSource: "CSO", evseId: 0, chargingProfile: [profile(4001, "ChargingStationMaxProfile", 15000)] },
	{ requestId: 44, chargingLimitSource: "EMS", evseId: 1, chargingProfile: [profile(7, "TxDefaultProfile", 12.5, "A")] }];
const controls = [
	{ name: "LimitMaxDischarge-7", kind: "LimitMaxDischarge", is_default: true, state: "superseded", at: at(4000), body: { isDefault: true, limitMaxDischarge: { priority: 1, pctMaxDischargePower: 50 } } },
	{ name: "evening", kind: "VoltVar", is_default: false, state: "started", at: at(400), body: { isDefault: false, curve: { priority: 1, yUnit: "PctMaxVar", startTime: at(600), duration: 7200,
		curveData: [{ x: 92, y: 44 }, { x: 98, y: 0 }, { x: 108, y: -44 }] } } },
];
const streams = [{ id: 4, monitor_id: 9, every_s: 30, most_values: 10, open: true, pending: 2, received: 812, opened: at(9000), at: at(20), values: [{ at: at(20), value: "21.6" }, { at: at(50), value: "21.5" }] },
	{ id: 5, monitor_id: 3, every_s: -1, most_values: -1, open: false, pending: 0, received: 3, opened: at(90000), at: at(80000), values: [] }];
const swaps = [{ id: "1", at: at(700), pile_id: "22", code: "LAKE-22", request_id: 3, event: "BatteryOut", card: "CARD0001", evse: 2, serial: "BAT-4711", soc_e6: 96000000, soh_e6: 99000000, info: "" }];
const display = (id: string, content: string, state: string, priority: string, error = "") => ({
	id, pile_id: "21", pile_code: "LAKE-21", pile: "B-21", online: true, content, format: "UTF8", language: "en", priority, while: id === "1" ? "Idle" : "", from: null,
	until: id === "1" ? at(-86400) : null, state, error, created: at(600), staff: "Operator 1",
});
const displays = [display("1", "Closed from 22:00 tonight", "shown", "InFront"), display("2", "Welcome to Lakeside", "refused", "NormalCycle", "NotSupportedPriority"), display("3", "Old message", "over", "AlwaysFront")];
const variable = { component: "EVSE", component_instance: "", evse: 1, outlet: 0, variable: "Power", variable_instance: "" };
const model = {
	items: [{ ...variable, attribute: "Actual", value: "45200", has_value: true, mutability: "ReadOnly", data_type: "decimal", unit: "W", least: "", most: "120000", choices: "", monitored: true, at: at(40) }],
	monitors: [{ ...variable, id: 9, kind: "UpperThreshold", value: "110000", severity: 4, during_charge: true }],
};
const notices = [
	{ id: "5", at: at(70), kind: "NotifyEvent", connector: 1, body: { eventData: [{ trigger: "Alerting", actualValue: "112000", component: { name: "EVSE" }, variable: { name: "Power" } }] } },
	{ id: "4", at: at(400), kind: "NotifyChargingLimit", connector: 0, body: { chargingLimit: { chargingLimitSource: "EMS" } } },
];
const reports = [
	{ kind: "NotifyCustomerInformation", request: 31, state: "done", reason: "customer", parts: 2, bytes: 90, begun: at(300), at: at(299) },
	{ kind: "NotifyMonitoringReport", request: 30, state: "dropped", reason: "never_ended", parts: 1, bytes: 900, begun: at(4000), at: at(3999) },
];
const firmware = [
	{ id: "1", name: "Summer release", version: "0.2.0", vendor: "Leyden", model: "", bytes: 18350080, sha256: "9f".repeat(32), signed: true, state: "ready", created: at(86400) },
	{ id: "2", name: "Old", version: "0.1.0", vendor: "", model: "", bytes: 0, sha256: "", signed: false, state: "empty", created: at(900000) },
];
const campaign = {
	id: "1", name: "Summer", state: "paused", reason: "", wave: 2, waves: 3, fail_pct: 20, firmware_id: "1", firmware: "Summer release", version: "0.2.0", rollback_of: null,
	created: at(7200), done: null, piles: 40, installed: 18, failed: 1, open: 2, rollback: [{ version: "0.1.0", piles: 17, firmware_id: "2" }, { version: "", piles: 1, firmware_id: null }],
};
const update = (id: string, name: string, state: string, step: string, error = "") => ({
	id, pile_id: "7", pile: name, online: state !== "waiting", wave: 1, state, step, error, from_version: "0.1.0", to_version: "0.2.0", version_now: state === "installed" ? "0.2.0" : "0.1.0", asked: at(900), done: null });
const updates = [update("1", "A-07", "installed", "Installed"), update("2", "A-01", "loading", "Downloading"), update("3", "A-02", "failed", "DownloadFailed", "DownloadFailed"), update("4", "A-03", "waiting", "")];
const publications = [{ id: "1", pile_id: "21", pile: "B-21", online: true, firmware_id: "1", firmware: "Summer release", version: "0.2.0", state: "published", error: "", place: "http://10.0.0.21/fw", created: at(700) }];
const setup = { id: "1", name: "Lakeside standard", created: at(90000), revision: 3, values: 2, piles: 2 };
const drift = (pile: string, name: string, wanted: string, actual: string | null, state: string, pushed = "") => ({
	pile_id: "7", pile_code: "LAKE-07", pile, online: true, name, wanted, actual, state, reported: actual ? at(600) : null, pushed, pushed_at: pushed ? at(300) : null });
const told = [
	{ id: "3", action: "Reset", staff: "Operator 1", payload: { type: "OnIdle" }, state: "answered", answer: { status: "Scheduled" }, error: "", latency_us: 84000, created: at(200) },
	{ id: "2", action: "ClearCache", staff: "Operator 1", payload: {}, state: "failed", answer: null, error: "timeout", latency_us: 0, created: at(900) },
];
const certificates = [
	{ id: "1", pile_id: "7", pile: "LAKE-07", kind: "pile", state: "active", common_name: "LAKE-07", key: "P-256", serial: "4f2a9c01", reason: "", own: true, until: at(-700 * 86400), created: at(90000) },
	{ id: "2", pile_id: "9", pile: "LAKE-09", kind: "pile", state: "requested", common_name: "LAKE-09", key: "P-256", serial: "", reason: "", own: true, until: null, created: at(120) },
];
const trusted = (role: string, name: string, issuer: string, days: number, hex: string) => ({
	role, name, organisation: "Lakeside", issuer, key: "P-256", serial: "4F2A9C01", fingerprint: hex.repeat(32), authority: role !== "shown",
	self_signed: name === issuer, from: at(86400), until: at(-days * 86400) });
const trust = {
	tls: true, own: true, by_hand: true, least_profile: 1, renew_days: 30, organisation: "Lakeside", fetched: [{ url: "http://crl.example/v2g.crl", state: "good", issuer: "V2G Root 1", revoked: 12, until: at(-86400), read: at(3600), at: at(3600) },
		{ url: "http://crl.example/old.crl", state: "stale", issuer: "", revoked: 0, until: null, read: null, at: at(600) }],
	unreadable: ["contract"],
	certificates: [trusted("shown", "charge.example", "Lakeside devices", 12.5, "3f"), trusted("signs", "Lakeside devices", "Lakeside root", 1800.5, "7c"),
		trusted("believed", "Lakeside root", "Lakeside root", 3600.5, "a1"), trusted("contract", "Contracts", "Contracts", -3, "5e")],
	lists: [{ issuer: "Lakeside devices", from: at(7200), until: at(-6 * 86400), revoked: 3 }, { issuer: "Outside devices", from: at(900000), until: at(90000), revoked: 1204 }],
};
const guarded = (id: number, name: string, online: boolean, profile: number, until: string | null, anchors: number) => ({
	id: String(id), code: `LAKE-${String(id).padStart(2, "0")}`, name, online, protocol: "ocpp1.6", profile, least: profile, transport: profile > 1 ? "TLSv1.3 TLS_AES_128_GCM_SHA256" : "",
	serial: until ? "4F2A9C01" : "", until, anchors, anchors_at: anchors ? at(86400) : null });
const guardedPiles = [guarded(7, "A-07", true, 3, at(-20.5 * 86400), 2), guarded(1, "A-01", true, 2, null, 0), guarded(3, "A-03", false, 1, null, 0)];
const event = (id: number, kind: string, pile: string, info: string, critical: boolean) => ({
	id: String(id), pile_id: "7", pile_code: "LAKE-07", pile, at: at(id * 3000), kind, info, critical });
const events = [event(3, "TamperDetectionActivated", "A-07", "door contact", true), event(5, "InvalidTLSVersion", "A-02", "TLSv1.0", true),
	event(1, "StartupOfTheDevice", "A-07", "", false), event(2, "SettingSystemTime", "A-07", "+2 s", false), event(4, "VendorSelfTest", "A-01", "passed", false)];
const anchor = (kind: string, serial: string, own: boolean) => ({ kind, algorithm: "SHA256", name_hash: "0a".repeat(32), key_hash: "1b".repeat(32), serial, own, at: at(86400) });
const frame = (id: number, direction: string, action: string, request: unknown, answer: unknown, ms: number | null, error = "") => ({
	id: String(1000 - id), at: at(id * 9), direction, action, message_id: `m${id}`, request, answer, error, latency_us: (ms ?? 0) * 1000,
	connector: 1, order_id: "1", repeats: action === "Heartbeat" ? [["m0", Date.parse(at(id * 9)) * 1000 + 90000, 400]] : [],
});
const frames = [
	frame(1, "in", "MeterValues", { connectorId: 1, transactionId: 77, meterValue: [{ timestamp: at(9), sampledValue: [
		{ value: "1203290", measurand: "Energy.Active.Import.Register", unit: "Wh" }, { value: "45200", measurand: "Power.Active.Import", unit: "W" },
		{ value: "398.0", measurand: "Voltage", unit: "V" }, { value: "54", measurand: "SoC", unit: "Percent" }] }] }, {}, 1.2),
	frame(2, "in", "Heartbeat", {}, { currentTime: at(18) }, 0.6),
	frame(3, "out", "GetConfiguration", {}, null, null, "timeout"),
	frame(4, "in", "StartTransaction", { connectorId: 1, idTag: "W7F2K0Q9", meterStart: 1182230, timestamp: at(36) },
		{ transactionId: 77, idTagInfo: { status: "Accepted" } }, 3.4),
	frame(5, "in", "StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Charging", timestamp: at(45) }, {}, 0.8),
	frame(6, "out", "RemoteStartTransaction", { connectorId: 1, idTag: "W7F2K0Q9" }, { status: "Accepted" }, 312),
	frame(7, "in", "BootNotification", { chargePointVendor: "Leyden", chargePointModel: "Pile DC120", firmwareVersion: "0.1.0" },
		{ status: "Accepted", currentTime: at(63), interval: 300 }, 2.1),
];

const vehicle = (id: string, tail: string, state: string, kind: string, contradicted: string | null = null) => ({
	id, vid: `VID:0200000000${tail}`, state, member_id: "1", member: "Member 1", charge_cap: cny(state === "active" ? 5000 : 0), day_cap: cny(0), second_kind: kind,
	second_learned: kind ? at(90000) : null, contradicted, seen: at(5000), seen_pile_id: "7", seen_pile: "A-07", created: at(90000), version: 1 });
const vehicles = [vehicle("4", "0D", "suspended", "battery"), vehicle("3", "0C", "active", "vin"), vehicle("2", "0B", "active", "battery", at(600)), vehicle("1", "0A", "blocked", "")];

const slots = Array.from({ length: 48 }, (_, slot) => {
	const hour = slot / 2;
	const base = hour < 7 || hour >= 23 ? "0.42000" : hour < 10 ? "0.86000" : hour < 15 || (hour >= 18 && hour < 21) ? "1.12000" : "0.68000";
	return { energy: base, service: "0.40000", back: hour >= 18 && hour < 21 ? "0.60000" : "0.00000" };
});
const tariff = {
	id: "53", series_id: "5", version: 3, name: "Standard", currency: "CNY", hash: "3f".repeat(32), valid_from: "2026-11-01T00:00:00Z",
	staff: "Operator 1", piles: 12, live_orders: 1, slots, idle: { price_per_min: "0.50000", grace_s: 900, cap: cny(3000) }, vat_bp: 1300, back_vat_bp: 0,
};
const series = { ...tariff, history: [3, 2, 1].map((version) => ({
	...tariff, id: `5${version}`, version, hash: `${version}f`.repeat(32), valid_from: `2026-${String(8 + version).padStart(2, "0")}-01T00:00:00Z` })) };
const site = {
	id: "1", name: "Lakeside", address: "1 Lake Road", latitude: "31.2304000", longitude: "121.4737000", zone: "Asia/Shanghai", currency: "CNY", helpline: "400 000 0000", timing: "prepay",
	default_limit: cny(10000), tariff_series_id: "5", reserve_min: 30, piles: 5,
};

const transfer = (id: number, kind: string, code: string, debit: string, credit: string, minor: number) => ({
	id: String(id), at: at(id * 60), kind, code, debit_account_id: `1${id}`, debit_kind: debit, debit_name: debit === "channel" ? "sandbox" : "",
	credit_account_id: `2${id}`, credit_kind: credit, credit_name: credit === "channel" ? "sandbox" : "", amount: cny(minor),
	order_id: "1", pending_id: null,
});
const transfers = [
	transfer(1, "posted", "refund", "order", "channel", 5451), transfer(2, "posted", "idle", "order", "idle", 150),
	transfer(3, "posted", "service", "order", "service", 1158), transfer(4, "posted", "energy", "order", "energy", 3241),
	transfer(5, "posted", "prepay", "channel", "order", 10000),
];
const account = (id: number, kind: string, debits: number, credits: number, held = 0) => ({
	id: String(id), kind, name: kind === "channel" ? "sandbox" : "", owner: kind === "wallet" ? "Member 1" : "", currency: "CNY",
	debits_pending: cny(held), debits_posted: cny(debits), credits_pending: cny(0), credits_posted: cny(credits), balance: cny(credits - debits),
});
const accounts = [
	account(1, "channel", 1284500, 541200), account(2, "wallet", 31750, 50000, 10000), account(3, "energy", 0, 512300),
	account(4, "service", 0, 190400), account(5, "idle", 0, 2600), account(6, "unpaid", 4610, 0), account(7, "house", 1200, 0),
];
const payments = [
	{ id: "1", kind: "pay", state: "succeeded", channel: "sandbox", key: "p1f2", channel_ref: "SB-1001", amount: cny(10000), error: "", created: at(2800), done: at(2760), order_id: "1" },
	{ id: "2", kind: "refund", state: "waiting", channel: "sandbox", key: "p1f3", channel_ref: "", amount: cny(5451), error: "", created: at(20), done: null, order_id: "1" },
	{ id: "3", kind: "pay", state: "unknown", channel: "sandbox", key: "p1f4", channel_ref: "", amount: cny(3000), error: "timeout", created: at(200), done: null, order_id: "3" },
];
const card = (id: string, tag: string, state: string, minor?: number) => ({
	id, id_tag: tag, state, kind: minor === undefined ? "personal" : "commercial", member_id: "1", member: "Member 1", expires: null,
	account_id: minor === undefined ? null : "8", balance: minor === undefined ? null : cny(minor), available: minor === undefined ? null : cny(minor - 3000),
	page_url: minor === undefined ? null : "/k/demo",
});
const member = {
	id: "1", name: "Member 1", phone: "+86 130 0000 0001", blocked: false, priority: false, balance: cny(18250), available: cny(8250), wallet_url: "/w/demo",
	tags: 3, cards: [card("1", "CARD0001", "active"), card("2", "CARD0002", "blocked"), card("3", "FLEET001", "active", 32000)],
};
const attention = [
	{ kind: "unpaid", id: "5", subject: "A-02", number: 4610, word: "", detail: null, at: at(8500), link: "/console/orders/5" },
	{ kind: "offline", id: "3", subject: "A-03", number: 0, word: "", detail: null, at: at(4000), link: "/console/piles/3" },
	{ kind: "pending", id: "9", subject: "LAKE-09", number: 0, word: "", detail: null, at: at(300), link: "/console/piles/9" },
	{ kind: "faulted", id: "2", subject: "A-02", number: 1, word: "GroundFailure", detail: null, at: at(1200), link: "/console/piles/2" },
	{ kind: "trust", id: "0", subject: "charge.example", number: 0, word: "shown", detail: null, at: at(-12.5 * 86400), link: "/console/security" },
	{ kind: "certificate", id: "7", subject: "A-07", number: 0, word: "", detail: null, at: at(-20.5 * 86400), link: "/console/piles/7/connect" },
	{ kind: "alarm", id: "4", subject: "token1", number: 0, word: "problem", detail: { text: "The screen is dark." }, at: at(90), link: "/console/alarms" },
];
const timeline = [
	{ at: at(2800), kind: "state", word: "created", detail: {}, by: "" },
	{ at: at(2760), kind: "payment", word: "pay", detail: payments[0], by: "" },
	{ at: at(2760), kind: "transfer", word: "prepay", detail: transfers[4], by: "" },
	{ at: at(2759), kind: "command", word: "RemoteStartTransaction", detail: { state: "answered", error: "", latency_us: 312000 }, by: "" },
	{ at: at(2758), kind: "frame", word: "RemoteStartTransaction", detail: { direction: "out", request: { connectorId: 1, idTag: "W7F2K0Q9" }, answer: { status: "Accepted" }, error: "", latency_us: 312000 }, by: "" },
	{ at: at(2745), kind: "state", word: "charging", detail: {}, by: "" },
	{ at: at(1200), kind: "warning", word: "clock", detail: {}, by: "" },
	{ at: at(60), kind: "state", word: "ended", detail: { reason: "driver" }, by: "" },
	{ at: at(59), kind: "state", word: "settled", detail: { total: cny(4549) }, by: "" },
];

const list = (items: unknown[]) => ({ items, next: null });

/* A site of 63 A: one car on three phases, one on a single one with a wish, one that waits, one pile without network. */
const outlet = (id: number, name: string, more: Record<string, unknown>) => ({
	pile_id: String(id), pile: name, pile_code: `LAKE-0${id}`, connector: 1, protocol: "ocpp1.6", online: true, status: "Charging", charging: true, power_w: 14300, current_ma: 20700,
	circuit_id: null, rotation: "RST", car_phases: 0, most_ma: 31884, set_most_ma: 0, priority: 0, cap_ma: null, cap_until: null, external_ma: null, external_source: "", wanted_wh: 0, departs: null,
	urgent: false, share_ma: 21000, told_ma: 21000, may_ma: 21000, default_ma: 6000, state: "given", reason: "site", since: at(900), error: "", ...more,
});
const power = {
	site_id: "1", site: "Lakeside", zone: "Asia/Shanghai", limited: true, ending: false, limit_ma: [63000, 63000, 63000], limit_w: 0, base_ma: [8000, 8000, 8000],
	reserve_ma: 0, offline_ma: 6000, turn_s: 900, hours: Array.from({ length: 336 }, (_, i) => i % 48 >= 36 && i % 48 < 44 && i < 240 ? 50 : 100), over: null, revision: 3,
	percent: 50, away: ["A-03"], outlets_away: 1, outlets_waiting: 1, outlets_all: 405, outlets_found: 405, outlets_from: 0,
	circuits: [{
		id: "1", name: "Garage", limit_ma: [32000, 32000, 32000], revision: 1, outlets: 2,
		phases: [16000, 0, 0].map((given_ma) => ({ limit_ma: 32000, base_ma: 0, reserve_ma: 0, start_ma: 6000, given_ma, held_ma: 0, measured_ma: given_ma * 0.9 })),
	}],
	signals: [{ id: "1", from: at(-3600), until: at(-7200), percent: 60, limit_w: 20000, note: "Grid operator, evening peak" }],
	phases: [
		{ limit_ma: 63000, base_ma: 8000, reserve_ma: 0, start_ma: 6000, given_ma: 37000, held_ma: 12000, measured_ma: 44600 },
		{ limit_ma: 63000, base_ma: 8000, reserve_ma: 0, start_ma: 6000, given_ma: 21000, held_ma: 12000, measured_ma: 28700 },
		{ limit_ma: 63000, base_ma: 8000, reserve_ma: 0, start_ma: 6000, given_ma: 21000, held_ma: 12000, measured_ma: 28700 },
	],
	outlets: [
		outlet(7, "A-07", {}),
		outlet(1, "A-01", { car_phases: 1, power_w: 3600, current_ma: 15900, circuit_id: "1", share_ma: 16000, told_ma: 16000, reason: "full", wanted_wh: 20000, departs: at(-7200) }),
		outlet(2, "A-02", { status: "SuspendedEVSE", power_w: 0, current_ma: 0, share_ma: 0, told_ma: 0, state: "paused", reason: "turn", cap_ma: 10000 }),
		outlet(3, "A-03", { online: false, share_ma: 12000, told_ma: 12000, state: "held", reason: "hold", error: "timeout" }),
		outlet(9, "A-09", { status: "Available", charging: false, power_w: -1, current_ma: -1, share_ma: 0, told_ma: -1, state: "idle", reason: "none" }),
	],
};
const bodies: Record<string, () => unknown> = {
	"/v1/me": () => me,
	"/v1/dashboard": () => ({
		piles: { online: 4, total: 5, charging: 1, faulted: 1 }, today: { orders: 23, energy_wh: "512300.0", revenue: cny(70530) }, power_w: 45200,
		attention: attention.map((item) => ({ kind: item.kind, count: item.kind === "offline" ? 2 : 1, link: item.link })),
		hours: Array.from({ length: 24 }, (_, i) => ({
			at: new Date(Math.floor(Date.now() / 3600000) * 3600000 - (23 - i) * 3600000).toISOString(),
			energy_wh: String(Math.round(8000 + 26000 * Math.max(0, Math.sin((i - 4) / 4)) + (i % 3) * 3000)), revenue: cny(1200 + i * 90),
		})),
		recent: orders,
	}),
	"/v1/attention": () => list(attention),
	"/v1/counts": () => ({
		attention: attention.map((item) => ({ kind: item.kind, count: item.kind === "offline" ? 2 : 1, link: item.link })),
		piles: { online: 3, offline: 1, charging: 1, faulted: 1, pending: 1, all: 5 },
	}),
	"/v1/trust": () => trust,
	"/v1/security/piles": () => list(guardedPiles),
	"/v1/security-events": () => list(events),
	"/v1/piles/7/anchors": () => list([anchor("csms", "4F2A9C01", true), anchor("manufacturer", "0102030405060708090A0B0C0D0E0F10", false)]),
	"/v1/sites": () => list([site]),
	"/v1/sites/1/power": () => power,
	"/v1/piles": () => list(piles),
	"/v1/piles/7": () => pileDetail,
	"/v1/piles/9": () => ({ ...pileDetail, ...piles[4], connectors: [], settings: [], refusals: [] }),
	"/v1/piles/7/frames": () => list(frames),
	"/v1/authority": () => ({ own: true, tls: true, by_hand: true, least_profile: 1, organisation: "Lakeside", chain: "-----BEGIN CERTIFICATE-----\n" }),
	"/v1/certificates": () => list(certificates),
	"/v1/piles/7/local-list": () => ({ wanted: true, state: "current", version: 12, cards: 480, left_out: 20, error: "", synced: at(3600) }),
	"/v1/reservations": () => list([{ id: "1", connector: 1, state: "held", reason: "", id_tag: "CARD0001", until: at(-900) }]),
	"/v1/logs": () => list([{ id: "1", kind: "diagnostics", state: "uploaded", error: "", file_name: "diagnostics.zip", bytes: 7340032, created: at(5400) }]),
	"/v1/ocpp/messages": () => ({ items: ["Authorize", "BootNotification", "Heartbeat", "MeterValues", "StatusNotification", "TransactionEvent"] }),
	"/v1/ocpp/actions": () => list([{ action: "ClearCache" }, { action: "Reset" }, { action: "SetVariableMonitoring" }]),
	"/v1/ocpp/actions/Reset": () => ({ action: "Reset", template: { type: "Immediate" }, fields: [
		{ name: "type", kind: "word", required: true, most: 0, help: "", words: ["Immediate", "OnIdle"] }, { name: "evseId", kind: "integer", required: false, most: 0, help: "", words: [] },
		{ name: "customData", kind: "object", required: false, most: 0, help: "", words: [] }, { name: "customData.vendorId", kind: "text", required: true, most: 255, help: "", words: [] }] }),
	"/v1/piles/7/commands": () => list(told),
	"/v1/piles/21": () => modern,
	"/v1/piles/22": () => newest,
	"/v1/piles/22/variables": () => model,
	"/v1/piles/22/notices": () => list(notices),
	"/v1/piles/22/reports": () => ({ items: [{ kind: "ReportChargingProfiles", request: 44, state: "done", reason: "profiles", parts: 2, bytes: 700, begun: at(60), at: at(59) }] }),
	"/v1/piles/22/reports/ReportChargingProfiles/44": () => ({ parts: profiles, more: false }),
	"/v1/piles/22/controls": () => list(controls),
	"/v1/piles/22/streams": () => ({ items: streams }),
	"/v1/piles/21/streams": () => ({ items: [] }),
	"/v1/piles/21/controls": () => list([]),
	"/v1/piles/7/controls": () => list([]),
	"/v1/battery-swaps": () => list(swaps),
	"/v1/piles/21/commands": () => list(told),
	"/v1/piles/21/variables": () => model,
	"/v1/piles/21/notices": () => list(notices),
	"/v1/piles/21/reports": () => ({ items: reports }),
	"/v1/piles/21/web-code": () => ({ mode: "required", screens: [
		{ evse: 1, state: "current", error: "", failures: 0, synced: at(3600) },
		{ evse: 2, state: "failed", error: "URLTemplate: Rejected", failures: 2, synced: null },
	] }),
	"/v1/piles/21/local-list": () => ({ wanted: false }),
	"/v1/displays": () => list(displays),
	"/v1/firmware": () => list(firmware),
	"/v1/campaigns": () => list([campaign, { ...campaign, id: "2", name: "Spring", state: "done", wave: 3, installed: 40, failed: 0, open: 0 }]),
	"/v1/campaigns/1": () => campaign,
	"/v1/campaigns/1/piles": () => list(updates),
	"/v1/publications": () => list(publications),
	"/v1/setups": () => list([setup]),
	"/v1/setups/1": () => ({ ...setup, wanted: [{ name: "HeartbeatInterval", value: "300" }, { name: "MeterValueSampleInterval", value: "10" }],
		members: [{ pile_id: "7", pile: "A-07", online: true }, { pile_id: "1", pile: "A-01", online: true }], more: false,
		drift: [drift("A-07", "HeartbeatInterval", "300", "300", "same"), drift("A-07", "MeterValueSampleInterval", "10", "60", "different", "rejected"), drift("A-01", "HeartbeatInterval", "300", null, "unknown")] }),
	"/v1/piles/21/reports/NotifyDisplayMessages/31": () => ({ parts: [{ messageInfo: [{ id: 7, priority: "InFront", message: { content: "Closed from 22:00 tonight" } }] }], more: false }),
	"/v1/piles/21/reports/NotifyCustomerInformation/31": () => ({ parts: [{ data: "last charge: " }, { data: "yesterday" }], more: false }),
	"/v1/piles/7/meter-keys": () => ({ items: [
		{ connector: 1, public_key: meterKey("1"), short: "11111111…11111111", since: at(86400), by_hand: false,
			other_key: meterKey("2"), other_short: "22222222…22222222", other_at: at(60) },
	] }),
	"/v1/piles/7/security": () => ({
		profile: 2, least: 1, wanted: 3, step: "certificate", step_at: at(600), password_on_its_way: false, password_changed: at(86400),
		transport: "tls", serial: "", until: null, seen: at(4),
	}),
	"/v1/piles/7/offline-keys": () => ({ items: [
		{ key: "9f3c02ab7715de40", kind: "es256", state: "offered", since: at(600), until: null },
		{ key: "51ce77d0a2b94f13", kind: "es256", state: "believed", since: at(86400), until: null },
		{ key: "0c88e1f6452b9ad7", kind: "es256", state: "replaced", since: at(864000), until: at(86400) },
		{ key: "b7d41e90c35f6a28", kind: "ed25519", state: "revoked", since: at(8640000), until: at(864000) },
	] }),
	"/v1/orders": () => list(orders),
	"/v1/orders/1": () => ({
		language: "en", most_w: null, priority: { on: false, can: true },
		order: orders[1], view: order("token1", "settled", false), transfers, payments, commands: [],
		session: { id: "1", transaction_id: 77, flags: "clock,estimated", stop_reason: "Remote" },
		meter_records: [
			{ why: "begin", state: "valid", format: "OCMF", method: "", public_key: meterKey("1"), at: at(900) },
			{ why: "end", state: "changed_key", format: "OCMF", method: "", public_key: meterKey("2"), at: at(60) },
		],
	}),
	"/v1/orders/6": () => ({
		language: "de", most_w: 11000, priority: { on: false, can: false },
		order: { ...orders[0], id: "6", pile_id: "21" }, view: order("token6", "charging", false), transfers: [], payments: [], commands: [],
		session: { id: "6", transaction_id: 78, flags: "", stop_reason: "" }, meter_records: [],
	}),
	"/v1/orders/8": () => ({
		language: "", most_w: null, priority: { on: false, can: false },
		order: { ...orders[0], id: "8", pile_id: "7" }, view: order("token8", "charging", false), transfers: [], payments: [], commands: [],
		session: { id: "8", transaction_id: 79, flags: "", stop_reason: "" }, meter_records: [],
	}),
	"/v1/orders/6/timeline": () => list(timeline),
	"/v1/orders/8/timeline": () => list(timeline),
	"/v1/orders/1/timeline": () => list(timeline),
	"/v1/tariffs": () => list([tariff]),
	"/v1/tariffs/5": () => series,
	"/v1/tariffs/simulate": () => ({ zone: "Asia/Shanghai", ...backBill }),
	"/v1/members": () => list([member]),
	"/v1/members/1": () => member,
	"/v1/vehicles": () => list(vehicles),
	"/v1/vehicle-policy": () => ({ mode: "capped", single: cny(3000) }),
	"/v1/tags": () => list([]),
	"/v1/tags/1": () => member.cards[0],
	"/v1/tags/3": () => member.cards[2],
	"/v1/surplus": () => list([
		{ id: "1", at: at(7200), order_id: "1", code: "LAKE-07", amount: cny(700), id_tag: "psp-4711", way: "", member_id: null, member: null, reference: "", done: null, kind: "terminal" },
		{ id: "3", at: at(8200), order_id: "3", code: "LAKE-07", amount: cny(120), id_tag: "", way: "", member_id: null, member: null, reference: "", done: null, kind: "feed_in" },
		{ id: "2", at: at(90000), order_id: "2", code: "LAKE-02", amount: cny(250), id_tag: "psp-4702", way: "terminal", member_id: null, member: null, reference: "RF-20", done: at(86400), kind: "terminal" },
	]),
	"/v1/ledger/accounts": () => list(accounts),
	"/v1/ledger/transfers": () => list(transfers),
	"/v1/ledger/check": () => ({ ok: true, checks: [
		{ name: "I1", ok: true, detail: "1,284 transfers" }, { name: "I2", ok: true, detail: "" }, { name: "I5", ok: true, detail: "312 orders" }] }),
	"/v1/payments": () => list(payments),
	"/v1/refusals": () => list(pileDetail.refusals),
	"/v1/alarms": () => list([{ id: "4", at: at(90), kind: "problem", subject: "token1", detail: { text: "The screen is dark." }, closed: null, closed_name: "" }]),
	"/v1/audit": () => list([{ id: "1", at: new Date(NOW).toISOString(), staff: "Operator 1", action: "tariff.new", subject: "Standard", detail: "version 3" }]),
};

export function api(method: string, url: URL, body: string, cookie: string): Answer {
	const path = url.pathname;
	if (path === "/v1/login") {
		const ok = body.includes("\"right\"");
		return ok ? { status: 200, body: me, headers: { "Set-Cookie": "session=yes; Path=/" } }
			: { status: 401, body: { type: "urn:leyden:error:login", title: "login", status: 401, detail: "Name or password is wrong." } };
	}
	if (!cookie.includes("session=yes"))
		return { status: 401, body: { type: "urn:leyden:error:signed_out", title: "signed out", status: 401 } };
	if (path === "/v1/logout")
		return { status: 204, headers: { "Set-Cookie": "session=; Path=/; Max-Age=0" } };
	if (method === "POST" && path === "/v1/piles/21/ocpp/Reset")
		return body.includes("Soft")
			? { status: 422, body: { type: "urn:leyden:error:fields", title: "Some fields are wrong", status: 422, fields: { type: "is not one of the choices" } } }
			: { status: 200, body: { state: "answered", action: "Reset", answer: { status: "Accepted" }, error: "", latency_us: 120000 } };
	if (path.endsWith("/schedule"))
		return { status: 202, body: { command_id: "2" } };
	if (path === "/v1/commands/2")
		return { status: 200, body: { state: "answered", action: "GetCompositeSchedule", error: "", latency_us: 42000, answer: { status: "Accepted", scheduleStart: at(0), chargingSchedule: { duration: 86400, chargingRateUnit: "A",
			chargingSchedulePeriod: [{ startPeriod: 0, limit: 21 }, { startPeriod: 21600, limit: 32 }, { startPeriod: 64800, limit: 12.5 }] } } } };
	if (/\/piles\/\d+\/actions\/|\/anchors\/(read|delete)|\/security\/renew|\/monitors|\/inventory|\/customer|\/network|\/transactions\/ask|\/orders\/\d+\/ask|\/displays\/read/.test(path))
		return { status: 202, body: { command_id: "1" } };
	if (path === "/v1/commands/1")
		return { status: 200, body: { state: "answered", action: "Reset", answer: { status: "Accepted" }, error: "", latency_us: 42000 } };
	if (method === "POST" && path === "/v1/piles")
		return { status: 201, body: { id: "8", url: "ws://localhost:8080/ocpp/LAKE-08", password: "shown-only-once-and-never-again" } };
	if (method === "POST" && /\/(profiles|controls|streams|afrr|battery-swap|give-back)(\/\w+)?$/.test(path))
		return { status: 202, body: { command_id: "1" } };
	const empty = url.searchParams.get("q") === "nothing";
	const found = bodies[path];
	if (found)
		return { status: 200, body: empty ? list([]) : found() };
	return { status: 404, body: { type: "urn:leyden:error:not_found", title: path, status: 404 } };
}
