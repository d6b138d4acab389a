/* power.tsx - the load of a site: its limit, what stands in each phase and circuit, each outlet's share and why, the limit
 * and the outlets to be set. */
import "./later_words";
import { useState } from "preact/hooks";
import { clock, number, t, word } from "../shared/i18n";
import { call } from "../shared/http";
import { query, useData } from "./data";
import { amps, ma, PhaseBar, plain, type Circuit, type Outlet, type Power } from "./power_data";
import { Circuits, HoursForm, Signals, WeekHours } from "./power_parts";
import { go, Link, usePlace, withQuery } from "./router";
import { ScheduleDialog } from "./schedule";
import { Ago, Choose, Confirm, ConnectorStatus, Dialog, Empty, Fault, List, TextField, Title, Waiting, type Column } from "./widgets";

export function LoadScreen({ id }: { id: string }) {
	const place = usePlace();
	const shown = query({ circuit: place.query.get("circuit"), from: place.query.get("from") });
	const { data, error, reload, set } = useData<Power>(`/v1/sites/${id}/power${shown}`, ["site", "pile"]);
	const [editing, setEditing] = useState(false);
	const [painting, setPainting] = useState(false);
	const [outlet, setOutlet] = useState<Outlet | null>(null);
	const [schedule, setSchedule] = useState<Outlet | null>(null);
	if (!data)
		return <><Title text={t("c.power.title")} crumb={{ href: "/console/sites", text: t("c.nav.sites") }} />{error ? <Fault error={error} retry={reload} /> : <Waiting />}</>;
	/* What a change answers is the first page of all outlets; what is looked at may be another one. */
	const saved = (answer: Power) => shown === "" ? set(answer) : reload();
	const more = data.outlets_away - data.away.length;
	return (
		<>
			<Title text={t("c.power.of", { site: data.site })} crumb={{ href: "/console/sites", text: t("c.nav.sites") }}>
				<button type="button" class="button small" onClick={() => setEditing(true)}>{t(data.limited ? "c.power.edit" : "c.power.set")}</button>
			</Title>
			<Fault error={error} retry={reload} />
			{data.over && <p class="note bad" role="alert">{t("c.power.over")} <Ago at={data.over} /></p>}
			{data.ending && <p class="note warn">{t("c.power.ending")}</p>}
			{data.limited && data.outlets_away > 0 && <p class="note warn">{t("c.power.away", { piles: data.away.join(", ") + (more > 0 ? ` + ${number(more)}` : "") })}</p>}
			{data.limited && data.phases
				? <section aria-labelledby="phases">
					<h2 id="phases">{t("c.power.phases")}</h2>
					<div class="phases">{data.phases.map((phase, i) => <PhaseBar key={i} name={`L${i + 1}`} phase={phase} />)}</div>
					<p class="hint">{t("c.power.legend")}</p>
					{data.percent < 100 && <p class="note warn">{t("c.power.percent_now", { n: number(data.percent) })}</p>}
				</section>
				: <Empty text={t("c.power.none")}><button type="button" class="button" onClick={() => setEditing(true)}>{t("c.power.set")}</button></Empty>}
			{data.limited && <Circuits data={data} onSaved={saved} />}
			<Outlets data={data} onEdit={setOutlet} onSchedule={setSchedule} />
			{data.outlets_waiting > 0 && <p class="hint">{t("c.power.queue", { n: data.outlets_waiting, minutes: Math.round(data.turn_s / 60) })}</p>}
			{data.limited && <section aria-labelledby="hours">
				<h2 id="hours">{t("c.power.hours_title")}</h2>
				{data.hours.length > 0 ? <WeekHours hours={data.hours} /> : <p class="hint">{t("c.power.hours_none")}</p>}
				<p class="row"><button type="button" class="button small" onClick={() => setPainting(true)}>{t("c.power.hours_edit")}</button></p>
			</section>}
			{data.limited && <Signals data={data} onSaved={saved} />}
			{editing && <LimitForm data={data} onDone={(answer) => { setEditing(false); if (answer) saved(answer); }} />}
			{painting && <HoursForm data={data} onDone={(answer) => { setPainting(false); if (answer) saved(answer); }} />}
			{outlet && <OutletForm outlet={outlet} circuits={data.circuits} onDone={(answer) => { setOutlet(null); if (answer) saved(answer); }} />}
			{schedule && <ScheduleDialog pile={schedule.pile_id} connector={schedule.connector} name={`${schedule.pile} · ${schedule.connector}`} onClose={() => setSchedule(null)} />}
		</>
	);
}

function Why({ row, circuits }: { row: Outlet; circuits: Circuit[] }) {
	const more: string[] = [];
	const circuit = circuits.find((one) => one.id === row.circuit_id);
	if (circuit)
		more.push(circuit.name);
	if (row.cap_ma !== null)
		more.push(t("c.power.capped", { a: amps(row.cap_ma) }));
	if (row.external_ma !== null)
		more.push(t("c.power.external_by", { a: amps(row.external_ma), who: row.external_source || "–" }));
	else if (row.external_source)
		more.push(t("c.power.external_some", { who: row.external_source }));
	if (row.car_phases > 0)
		more.push(t("c.power.car_phases", { n: row.car_phases }));
	if (row.wanted_wh > 0 && row.departs)
		more.push(t("c.power.wish", { kwh: number(row.wanted_wh / 1000, 1), at: clock(Date.parse(row.departs)) }));
	if (row.urgent || row.priority !== 0)
		more.push(t("c.power.priority_of", { n: row.priority + (row.urgent ? 1 : 0) }));
	if (row.default_ma < 0)
		more.push(t("c.power.no_default"));
	return <span>{t(`c.power.reason.${row.state === "given" ? row.reason : row.state}`)}{more.map((text) => <span class="dim" key={text}> · {text}</span>)}
		{row.error && <span class="bad"> · {word("c.power.error", row.error)}</span>}</span>;
}

/* Which of the outlets are shown: those of one circuit, and which page of them. */
function Paging({ data }: { data: Power }) {
	const place = usePlace();
	const last = data.outlets_from + data.outlets.length;
	const page = data.outlets.length || 1;
	const to = (from: number) => go(withQuery(place, { from: from > 0 ? String(from) : "" }), true);
	return (
		<div class="filters">
			{data.circuits.length > 0 && <Choose label={t("c.power.circuit")} value={place.query.get("circuit") ?? ""} onChange={(value) => go(withQuery(place, { circuit: value, from: "" }), true)}
				options={[{ value: "", text: t("c.all") }, ...data.circuits.map((circuit) => ({ value: circuit.id, text: circuit.name }))]} />}
			{data.outlets_found > data.outlets.length && <p class="row">
				<span>{t("c.power.page", { from: number(data.outlets_from + 1), to: number(last), all: number(data.outlets_found) })}</span>
				<button type="button" class="button small quiet" disabled={data.outlets_from === 0} onClick={() => to(Math.max(0, data.outlets_from - page))}>{t("c.power.page_back")}</button>
				<button type="button" class="button small quiet" disabled={last >= data.outlets_found} onClick={() => to(last)}>{t("c.power.page_on")}</button>
			</p>}
		</div>
	);
}

function Outlets({ data, onEdit, onSchedule }: { data: Power; onEdit(row: Outlet): void; onSchedule(row: Outlet): void }) {
	const columns: Column<Outlet>[] = [
		{ label: t("c.pile"), cell: (row) => <Link class="strong nowrap" href={`/console/piles/${row.pile_id}`}>{row.pile} · {row.connector}</Link> },
		{ label: t("c.power.status"), cell: (row) => <ConnectorStatus status={row.status} online={row.online} /> },
		{ label: t("c.power.draws"), num: true, cell: (row) => row.charging && row.power_w >= 0 ? t("c.power.kw", { kw: number(row.power_w / 1000, 1) }) : "–" },
		{ label: t("c.power.share"), num: true, cell: (row) => row.charging || !row.online ? <b>{amps(row.share_ma)}</b> : "–" },
		{ label: t("c.power.told"), num: true, cell: (row) => row.told_ma >= 0 ? amps(row.told_ma) : "–" },
		{ label: t("c.power.why"), wide: true, cell: (row) => data.limited ? <Why row={row} circuits={data.circuits} /> : "–" },
		{ label: t("c.power.act"), wide: true, cell: (row) => <span class="acts">
			<button type="button" class="link" onClick={() => onEdit(row)}>{t("c.power.set_outlet")}</button>
			<button type="button" class="link" disabled={!row.online} onClick={() => onSchedule(row)}>{t("c.power.schedule")}</button>
		</span> },
	];
	return (
		<section aria-labelledby="outlets">
			<h2 id="outlets">{t("c.power.outlets")}</h2>
			<Paging data={data} />
			<List<Outlet> label={t("c.power.outlets")} items={data.outlets} columns={columns} id={(row) => `${row.pile_id}.${row.connector}`}
				empty={<Empty text={t("c.power.no_outlets")} />} />
		</section>
	);
}

function LimitForm({ data, onDone }: { data: Power; onDone(saved: Power | null): void }) {
	const [form, setForm] = useState({
		l1: plain(data.limit_ma[0] || 63000), l2: plain(data.limit_ma[1] || 63000), l3: plain(data.limit_ma[2] || 63000), kw: data.limit_w ? plain(data.limit_w) : "",
		base: plain(Math.max(...data.base_ma)), reserve: plain(data.reserve_ma), offline: plain(data.offline_ma), turn: String(Math.round(data.turn_s / 60)),
	});
	const [failed, setFailed] = useState("");
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
	const limits = [ma(form.l1), ma(form.l2), ma(form.l3)];
	const numbers = [...limits, ma(form.base), ma(form.reserve), ma(form.offline), form.kw === "" ? 0 : ma(form.kw), ma(form.turn)];
	const wrong = numbers.some(Number.isNaN);
	const left = Math.min(...limits) - ma(form.base) - ma(form.reserve);
	const lowered = data.limited && limits.some((limit, i) => limit < (data.limit_ma[i] ?? 0));
	const submit = async (event: Event) => {
		event.preventDefault();
		const base = ma(form.base);
		try {
			onDone(await call<Power>("PUT", `/v1/sites/${data.site_id}/power`, {
				limit_ma: limits, limit_w: form.kw === "" ? 0 : ma(form.kw), base_ma: [base, base, base], reserve_ma: ma(form.reserve),
				offline_ma: ma(form.offline), turn_s: Math.round(ma(form.turn) * 60 / 1000), hours: data.hours, revision: data.revision,
			}));
		} catch (error) {
			setFailed((error as Error).message);
		}
	};
	const end = () => call<Power>("DELETE", `/v1/sites/${data.site_id}/power`).then(onDone);
	return (
		<Dialog title={t("c.power.limit")} onClose={() => onDone(null)}>
			<form onSubmit={(event) => void submit(event)}>
				<div class="row end">
					<TextField label={t("c.power.phase_limit", { phase: "L1" })} value={form.l1} onInput={set("l1")} mode="decimal" required max={8} />
					<TextField label={t("c.power.phase_limit", { phase: "L2" })} value={form.l2} onInput={set("l2")} mode="decimal" required max={8} />
					<TextField label={t("c.power.phase_limit", { phase: "L3" })} value={form.l3} onInput={set("l3")} mode="decimal" required max={8} />
				</div>
				<TextField label={t("c.power.kw_limit")} hint={t("c.power.kw_hint")} value={form.kw} onInput={set("kw")} mode="decimal" max={8} />
				<TextField label={t("c.power.base")} hint={t("c.power.base_hint")} value={form.base} onInput={set("base")} mode="decimal" required max={8} />
				<TextField label={t("c.power.reserve")} value={form.reserve} onInput={set("reserve")} mode="decimal" required max={8} />
				<TextField label={t("c.power.offline")} hint={t("c.power.offline_hint")} value={form.offline} onInput={set("offline")} mode="decimal" required max={8} />
				<TextField label={t("c.power.turn")} hint={t("c.power.turn_hint")} value={form.turn} onInput={set("turn")} mode="numeric" required max={5} />
				{wrong && <p class="note bad" role="alert">{t("c.power.bad_number")}</p>}
				{!wrong && ma(form.offline) * data.outlets_all > left && <p class="note warn">{t("c.power.offline_much", { n: data.outlets_all, a: amps(ma(form.offline)) })}</p>}
				{lowered && <p class="note warn">{t("c.power.lowered")}</p>}
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<p class="row"><button class="button" disabled={wrong}>{t("c.save")}</button>
					{data.limited && <Confirm label={t("c.power.end")} title={t("c.power.end")} text={t("c.power.end_text")} danger act={end} />}</p>
			</form>
		</Dialog>
	);
}

function OutletForm({ outlet, circuits, onDone }: { outlet: Outlet; circuits: Circuit[]; onDone(saved: Power | null): void }) {
	const [form, setForm] = useState({
		circuit: outlet.circuit_id ?? "", rotation: outlet.rotation, most: outlet.set_most_ma ? plain(outlet.set_most_ma) : "", priority: String(outlet.priority),
		cap: outlet.cap_ma === null ? "" : plain(outlet.cap_ma), minutes: "",
	});
	const [failed, setFailed] = useState("");
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
	const submit = async (event: Event) => {
		event.preventDefault();
		try {
			onDone(await call<Power>("PATCH", `/v1/piles/${outlet.pile_id}/power`, {
				connector: outlet.connector, circuit_id: form.circuit, rotation: form.rotation, most_ma: form.most === "" ? 0 : ma(form.most) || 0, priority: Number(form.priority),
				cap_ma: form.cap === "" ? -1 : ma(form.cap), ...(form.cap !== "" && form.minutes !== "" ? { cap_minutes: Number(form.minutes) } : {}),
			}));
		} catch (error) {
			setFailed((error as Error).message);
		}
	};
	return (
		<Dialog title={`${outlet.pile} · ${outlet.connector}`} onClose={() => onDone(null)}>
			<form onSubmit={(event) => void submit(event)}>
				<TextField label={t("c.power.cap")} hint={t("c.power.cap_hint")} value={form.cap} onInput={set("cap")} mode="decimal" max={8} />
				<TextField label={t("c.power.cap_minutes")} hint={t("c.power.cap_minutes_hint")} value={form.minutes} onInput={set("minutes")} mode="numeric" max={6} />
				<Choose label={t("c.power.priority")} value={form.priority} onChange={set("priority")}
					options={["2", "1", "0", "-1"].map((value) => ({ value, text: t(`c.power.priority.${value}`) }))} />
				{circuits.length > 0 && <Choose label={t("c.power.circuit")} value={form.circuit} onChange={set("circuit")}
					options={[{ value: "", text: t("c.power.circuit_none") }, ...circuits.map((circuit) => ({ value: circuit.id, text: circuit.name }))]} />}
				<Choose label={t("c.power.rotation")} hint={t("c.power.rotation_hint")} value={form.rotation} onChange={set("rotation")}
					options={["RST", "STR", "TRS", "RTS", "SRT", "TSR", "R", "S", "T"].map((value) => ({ value, text: value }))} />
				<TextField label={t("c.power.most")} hint={t("c.power.most_hint", { a: amps(outlet.most_ma) })} value={form.most} onInput={set("most")} mode="decimal" max={8} />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button">{t("c.save")}</button>
			</form>
		</Dialog>
	);
}
