/* pile_watch.tsx - what only piles that speak OCPP 2 can be asked: monitors of their variables and what they noticed, parts of the
 * inventory, what they keep of a customer, messages of charges held back, another network profile. */
import "./later_words";
import { useState } from "preact/hooks";
import { t, word } from "../shared/i18n";
import { query, useData, useList } from "./data";
import { Result, spoken, useTold } from "./pile_actions";
import { Ago, Choose, Confirm, Dialog, Empty, List, Status, TextField, type Column } from "./widgets";
import type { PileDetail } from "./types";

interface Monitor {
	id: number; component: string; component_instance: string; evse: number; outlet: number; variable: string; variable_instance: string;
	kind: string; value: string; severity: number; during_charge: boolean;
}
interface Notice { id: string; at: string; kind: string; connector: number; body: unknown }
interface Report { kind: string; request: number; state: string; reason: string; parts: number; bytes: number; begun: string; at: string }

const KINDS = ["UpperThreshold", "LowerThreshold", "Delta", "Periodic", "PeriodicClockAligned"];
const SEVERITIES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const BASES = ["All", "FactoryDefault", "HardWiredOnly"];
const CRITERIA = ["Problem", "Active", "Available", "Enabled"];
const INTERFACES = ["Wired0", "Wired1", "Wired2", "Wired3", "Wireless0", "Wireless1", "Wireless2", "Wireless3"];
const severities = () => SEVERITIES.map((value) => ({ value, text: t(`c.watch.severity.${value}`) }));

export function WatchView({ pile }: { pile: PileDetail }) {
	return (
		<>
			<Monitors pile={pile} />
			<Streams pile={pile} />
			<Notices pile={pile} />
			<div class="halves"><Inventory pile={pile} /><Customers pile={pile} /></div>
			<Reports pile={pile} />
			<div class="halves"><Held pile={pile} /><Network pile={pile} /></div>
		</>
	);
}

function Monitors({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useTold(pile);
	const { data, error, reload } = useData<{ monitors: Monitor[] }>(`/v1/piles/${pile.id}/variables`, ["pile"]);
	const [adding, setAdding] = useState(false);
	const [base, setBase] = useState("All");
	const [level, setLevel] = useState("9");
	const path = `/v1/piles/${pile.id}/monitors`;
	const ask = (way: string, body = {}, method = "POST") => run(`${path}${way}`, body, method).then(reload);
	const columns: Column<Monitor>[] = [
		{ label: t("c.model.component"), cell: (row) => <code>{row.component}{row.component_instance && `[${row.component_instance}]`}{row.evse ? ` ${row.evse}${row.outlet ? `.${row.outlet}` : ""}` : ""}</code> },
		{ label: t("c.model.variable"), cell: (row) => <code>{row.variable}{row.variable_instance && `[${row.variable_instance}]`}</code> },
		{ label: t("c.watch.when"), wide: true, cell: (row) => <span>{word("c.watch.kind", row.kind)} <code>{row.value}</code>{row.during_charge && <span class="dim"> · {t("c.watch.during_charge")}</span>}</span> },
		{ label: t("c.model.severity"), cell: (row) => t(`c.watch.severity.${row.severity}`) },
		{ label: t("c.next_step"), cell: (row) => <Confirm label={t("c.watch.clear")} title={t("c.watch.clear")} text={t("c.watch.clear_text")} danger disabled={!pile.online} act={() => ask(`/${row.id}`, {}, "DELETE")} /> },
	];
	return (
		<section aria-labelledby="monitors">
			<h2 id="monitors">{t("c.model.monitors")}</h2>
			<p class="hint">{t("c.watch.text")}</p>
			<p class="row">
				<button type="button" class="button small" disabled={!pile.online} onClick={() => setAdding(true)}>{t("c.watch.add")}</button>
				<button type="button" class="button small quiet" disabled={!pile.online} onClick={() => void ask("/read")}>{t("c.watch.read")}</button>
			</p>
			<Result of={feedback} />
			<List<Monitor> label={t("c.model.monitors")} items={data?.monitors ?? null} error={error} reload={reload} id={(row) => String(row.id)} columns={columns}
				empty={<Empty text={t("c.watch.none")} />} />
			<div class="row end">
				<Choose label={t("c.watch.base")} value={base} onChange={setBase} options={BASES.map((value) => ({ value, text: t(`c.watch.base.${value}`) }))} />
				<Confirm label={t("c.watch.set_base")} title={t("c.watch.set_base")} text={t("c.watch.base_text")} disabled={!pile.online} act={() => ask("/base", { base })} />
				<Choose label={t("c.watch.level")} value={level} onChange={setLevel} options={severities()} />
				<Confirm label={t("c.watch.set_level")} title={t("c.watch.set_level")} text={t("c.watch.level_text")} disabled={!pile.online} act={() => ask("/level", { severity: Number(level) })} />
			</div>
			{adding && <AddMonitor streams={pile.protocol === "ocpp2.1"} onClose={() => setAdding(false)} onSend={(body) => ask("", body)} />}
		</section>
	);
}

function AddMonitor({ streams, onClose, onSend }: { streams: boolean; onClose(): void; onSend(body: object): Promise<void> }) {
	const [form, setForm] = useState({ component: "", evse: "", variable: "", kind: "UpperThreshold", value: "", severity: "4" });
	const [during, setDuring] = useState(false);
	const [stream, setStream] = useState("");
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
	const submit = (event: Event) => {
		event.preventDefault();
		void onSend({ component: form.component.trim(), variable: form.variable.trim(), kind: form.kind, value: form.value.trim(), severity: Number(form.severity),
			...(form.evse ? { evse: Number(form.evse) } : {}), ...(during ? { during_charge: true } : {}), ...(stream ? { stream_s: Number(stream) } : {}) }).then(onClose);
	};
	return (
		<Dialog title={t("c.watch.add")} onClose={onClose}>
			<form onSubmit={submit}>
				<TextField label={t("c.model.component")} value={form.component} onInput={set("component")} required max={50} placeholder="EVSE" />
				<TextField label={t("c.model.place")} value={form.evse} onInput={(value) => set("evse")(value.replace(/\D/g, ""))} max={2} mode="numeric" />
				<TextField label={t("c.model.variable")} value={form.variable} onInput={set("variable")} required max={50} placeholder="Power" />
				<Choose label={t("c.watch.when")} value={form.kind} onChange={set("kind")} options={KINDS.map((value) => ({ value, text: t(`c.watch.kind.${value}`) }))} />
				<TextField label={t("c.value")} value={form.value} onInput={set("value")} required max={20} mode="decimal" hint={t("c.watch.value_hint")} />
				<Choose label={t("c.model.severity")} value={form.severity} onChange={set("severity")} options={severities()} />
				<Choose label={t("c.display.time")} value={during ? "1" : ""} onChange={(value) => setDuring(value === "1")}
					options={[{ value: "", text: t("c.display.always") }, { value: "1", text: t("c.watch.during_charge") }]} />
				{streams && <TextField label={t("c.stream.of")} value={stream} onInput={(value) => setStream(value.replace(/\D/g, ""))} max={5} mode="numeric" hint={t("c.stream.of_hint")} />}
				<button class="button">{t("c.watch.add")}</button>
			</form>
		</Dialog>
	);
}

/* --- streams of values, since OCPP 2.1 --- */

interface Stream { id: number; monitor_id: number; every_s: number; most_values: number; open: boolean; pending: number; received: number; at: string; values: { at: string; value: string }[] }

function Streams({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useTold(pile);
	const { data, error, reload } = useData<{ items: Stream[] }>(`/v1/piles/${pile.id}/streams`, ["pile"]);
	const [changing, setChanging] = useState<Stream | null>(null);
	const old = pile.protocol !== "ocpp2.1";
	const path = `/v1/piles/${pile.id}/streams`;
	return (
		<section aria-labelledby="streams">
			<h2 id="streams">{t("c.stream.title")}</h2>
			<p class="hint">{old ? t("c.energy.version", { version: spoken(pile.protocol), least: "2.1" }) : t("c.stream.text")}</p>
			<p class="row"><button type="button" class="button small quiet" disabled={old || !pile.online} onClick={() => void run(`${path}/read`).then(reload)}>{t("c.stream.ask")}</button>
				<button type="button" class="button small quiet" disabled={old} onClick={reload}>{t("c.care.reload")}</button></p>
			<Result of={feedback} />
			{!old && <List<Stream> label={t("c.stream.title")} items={data?.items ?? null} error={error} reload={reload} id={(row) => String(row.id)} empty={<Empty text={t("c.stream.none")} />} columns={[
				{ label: t("c.number"), cell: (row) => <span>{row.id} <span class="dim">{t("c.stream.monitor", { id: row.monitor_id })}</span></span> },
				{ label: t("c.state"), cell: (row) => <Status of={row.open ? "ok" : "retired"} text={t(row.open ? "c.stream.open" : "c.stream.closed")} /> },
				{ label: t("c.stream.every"), num: true, cell: (row) => row.every_s < 0 ? "–" : t("c.stream.seconds", { s: row.every_s }) },
				{ label: t("c.stream.newest"), wide: true, cell: (row) => row.values.length ? <span><code>{row.values.slice(0, 5).map((one) => one.value).join(" ")}</code> <span class="dim"><Ago at={row.values[0]!.at} /></span></span> : "–" },
				{ label: t("c.next_step"), cell: (row) => row.open ? <button type="button" class="button small quiet" disabled={!pile.online} onClick={() => setChanging(row)}>{t("c.change")}</button> : null },
			]} />}
			{changing && <StreamForm of={changing} onClose={() => setChanging(null)} onSend={(body) => run(`${path}/${changing.id}`, body).then(reload)} />}
		</section>
	);
}

function StreamForm({ of, onClose, onSend }: { of: Stream; onClose(): void; onSend(body: object): Promise<void> }) {
	const [every, setEvery] = useState(of.every_s < 0 ? "" : String(of.every_s));
	const [most, setMost] = useState(of.most_values < 0 ? "" : String(of.most_values));
	const digits = (set: (value: string) => void) => (value: string) => set(value.replace(/\D/g, ""));
	const submit = (event: Event) => {
		event.preventDefault();
		void onSend({ ...(every ? { every_s: Number(every) } : {}), ...(most ? { most_values: Number(most) } : {}) }).then(onClose);
	};
	return (
		<Dialog title={t("c.stream.change", { id: of.id })} onClose={onClose}>
			<form onSubmit={submit}>
				<TextField label={t("c.stream.every_s")} value={every} onInput={digits(setEvery)} max={5} mode="numeric" />
				<TextField label={t("c.stream.most")} value={most} onInput={digits(setMost)} max={4} mode="numeric" hint={t("c.stream.most_hint")} />
				<button class="button" disabled={!every && !most}>{t("c.save")}</button>
			</form>
		</Dialog>
	);
}

interface Event2 { eventData?: { trigger?: string; actualValue?: string; component?: { name: string }; variable?: { name: string }; cleared?: boolean; techInfo?: string }[] }
function noticeText(notice: Notice): string {
	const events = (notice.body as Event2 | null)?.eventData;
	if (!events)
		return JSON.stringify(notice.body);
	return events.map((one) => [`${one.component?.name ?? ""}.${one.variable?.name ?? ""} = ${one.actualValue ?? ""}`, word("c.watch.trigger", one.trigger ?? ""),
		one.cleared ? t("c.watch.cleared") : "", one.techInfo].filter(Boolean).join(" · ")).join("; ");
}

function Notices({ pile }: { pile: PileDetail }) {
	const [kind, setKind] = useState("");
	const list = useList<Notice>(`/v1/piles/${pile.id}/notices${query({ kind, limit: "20" })}`, ["pile", "alarm"]);
	return (
		<section aria-labelledby="notices">
			<h2 id="notices">{t("c.watch.notices")}</h2>
			<div class="filters"><Choose label={t("c.show")} value={kind} onChange={setKind}
				options={[{ value: "", text: t("c.all") }, ...["NotifyEvent", "NotifyChargingLimit", "ClearedChargingLimit", "NotifyEVChargingNeeds", "PublishFirmwareStatusNotification"]
					.map((value) => ({ value, text: word("c.watch.notice", value) }))]} /></div>
			<List<Notice> label={t("c.watch.notices")} {...list} id={(row) => row.id} empty={<Empty text={t("c.watch.no_notices")} />} columns={[
				{ label: t("c.time"), cell: (row) => <Ago at={row.at} /> },
				{ label: t("c.what"), cell: (row) => word("c.watch.notice", row.kind) },
				{ label: t("c.care.connector"), cell: (row) => row.connector || "–" },
				{ label: t("c.detail"), wide: true, cell: (row) => <details><summary><span class="clip">{noticeText(row)}</span></summary><pre class="code" tabIndex={0}>{JSON.stringify(row.body, null, 2)}</pre></details> },
			]} />
		</section>
	);
}

function Inventory({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useTold(pile);
	const [criterion, setCriterion] = useState("Problem");
	const [component, setComponent] = useState("");
	return (
		<section aria-labelledby="inventory">
			<h2 id="inventory">{t("c.watch.inventory")}</h2>
			<p class="hint">{t("c.watch.inventory_text")}</p>
			<div class="row end">
				<Choose label={t("c.watch.criterion")} value={criterion} onChange={setCriterion} options={["", ...CRITERIA].map((value) => ({ value, text: value ? t(`c.watch.criterion.${value}`) : t("c.all") }))} />
				<TextField label={t("c.model.component")} value={component} onInput={setComponent} max={50} />
				<button type="button" class="button small quiet" disabled={!pile.online || (!criterion && !component.trim())}
					onClick={() => void run(`/v1/piles/${pile.id}/inventory`, { ...(criterion ? { criterion } : {}), ...(component.trim() ? { component: component.trim() } : {}) })}>{t("c.act.ask")}</button>
			</div>
			<Result of={feedback} />
		</section>
	);
}

/* For requests of people about their data: what the pile keeps of somebody is told, or forgotten. */
function Customers({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useTold(pile);
	const [tag, setTag] = useState("");
	const [name, setName] = useState("");
	const ask = (clear: boolean) => run(`/v1/piles/${pile.id}/customer`,
		{ ...(tag.trim() ? { id_tag: tag.trim() } : {}), ...(name.trim() ? { customer: name.trim() } : {}), report: !clear, clear });
	const ready = pile.online && !!tag.trim() !== !!name.trim();
	return (
		<section aria-labelledby="customers">
			<h2 id="customers">{t("c.watch.customers")}</h2>
			<p class="hint">{t("c.watch.customers_text")}</p>
			<div class="row end">
				<TextField label={t("c.care.card")} value={tag} onInput={setTag} max={36} />
				<TextField label={t("c.watch.customer")} value={name} onInput={setName} max={64} />
				<button type="button" class="button small quiet" disabled={!ready} onClick={() => void ask(false)}>{t("c.watch.tell")}</button>
				<Confirm label={t("c.watch.forget")} title={t("c.watch.forget")} text={t("c.watch.forget_text")} danger disabled={!ready} act={() => ask(true)} />
			</div>
			<Result of={feedback} />
		</section>
	);
}

const REPORT: Record<string, string> = { open: "waiting", done: "ok", dropped: "bad" };

/* Reports come in parts; those that are kept whole can be read here. */
function Reports({ pile }: { pile: PileDetail }) {
	const { data, error, reload } = useData<{ items: Report[] }>(`/v1/piles/${pile.id}/reports`, ["pile"]);
	const [open, setOpen] = useState<Report | null>(null);
	return (
		<section aria-labelledby="reports">
			<h2 id="reports">{t("c.watch.reports")}</h2>
			<p class="row"><button type="button" class="button small quiet" onClick={reload}>{t("c.care.reload")}</button></p>
			<List<Report> label={t("c.watch.reports")} items={data?.items ?? null} error={error} reload={reload} id={(row) => row.kind + row.request}
				empty={<Empty text={t("c.watch.no_reports")} />} columns={[
					{ label: t("c.time"), cell: (row) => <Ago at={row.begun} /> },
					{ label: t("c.what"), cell: (row) => word("c.watch.notice", row.kind) },
					{ label: t("c.state"), cell: (row) => <span><Status of={REPORT[row.state] ?? ""} text={word("c.watch.report", row.state)} />{row.state === "dropped" && <span class="dim"> · {word("c.watch.reason", row.reason)}</span>}</span> },
					{ label: t("c.watch.parts"), num: true, cell: (row) => row.parts },
					{ label: t("c.next_step"), cell: (row) => ["NotifyCustomerInformation", "NotifyDisplayMessages", "ReportChargingProfiles", "ReportDERControl"].includes(row.kind) && row.parts > 0
						? <button type="button" class="link" onClick={() => setOpen(row)}>{t("c.watch.open")}</button> : null },
				]} />
			{open && <ReportDialog pile={pile} of={open} onClose={() => setOpen(null)} />}
		</section>
	);
}

function ReportDialog({ pile, of, onClose }: { pile: PileDetail; of: Report; onClose(): void }) {
	const { data, error } = useData<{ parts: { data?: string }[]; more: boolean }>(`/v1/piles/${pile.id}/reports/${of.kind}/${of.request}`);
	const text = data?.parts.every((part) => typeof part.data === "string") ? data.parts.map((part) => part.data).join("") : JSON.stringify(data?.parts, null, 2);
	return (
		<Dialog title={word("c.watch.notice", of.kind)} onClose={onClose}>
			{error ? <p class="note bad">{error.message}</p> : data && <pre class="code" tabIndex={0}>{text}</pre>}
			{data?.more && <p class="hint">{t("c.watch.more")}</p>}
		</Dialog>
	);
}

function Held({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useTold(pile);
	return (
		<section aria-labelledby="held">
			<h2 id="held">{t("c.watch.held")}</h2>
			<p class="hint">{t("c.watch.held_text")}</p>
			<p class="row"><button type="button" class="button small quiet" disabled={!pile.online} onClick={() => void run(`/v1/piles/${pile.id}/transactions/ask`)}>{t("c.act.ask")}</button></p>
			<Result of={feedback} />
		</section>
	);
}

function Network({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useTold(pile);
	const [form, setForm] = useState({ slot: "2", url: "", profile: "2", interface: "Wired0" });
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
	return (
		<section aria-labelledby="network">
			<h2 id="network">{t("c.watch.network")}</h2>
			<p class="hint">{t("c.watch.network_text")}</p>
			<div class="row end">
				<TextField label={t("c.watch.slot")} value={form.slot} onInput={(value) => set("slot")(value.replace(/\D/g, ""))} max={3} mode="numeric" />
				<TextField label={t("c.url")} value={form.url} onInput={set("url")} max={512} placeholder="wss://example.org/ocpp" />
				<Choose label={t("c.sec.title")} value={form.profile} onChange={set("profile")} options={["0", "1", "2", "3"].map((value) => ({ value, text: t(`c.sec.profile.${value}`) }))} />
				<Choose label={t("c.watch.interface")} value={form.interface} onChange={set("interface")} options={INTERFACES.map((value) => ({ value, text: value }))} />
				<Confirm label={t("c.watch.network_set")} title={t("c.watch.network_set")} text={t("c.watch.network_warn")} danger disabled={!pile.online || !form.url || !form.slot}
					act={() => run(`/v1/piles/${pile.id}/network`, { slot: Number(form.slot), url: form.url, profile: Number(form.profile), interface: form.interface })} />
			</div>
			<Result of={feedback} />
		</section>
	);
}
