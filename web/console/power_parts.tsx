/* power_parts.tsx - the parts of a site's load: circuits with a limit of their own and the piles on them, the limit by
 * hours of the week, and less for a time because the grid wants it. */
import { useState } from "preact/hooks";
import { moment, number, t } from "../shared/i18n";
import { call } from "../shared/http";
import { query, useData } from "./data";
import { half } from "./slots";
import { Choose, Confirm, Dialog, Empty, TextField } from "./widgets";
import { amps, ma, PhaseBar, plain, type Circuit, type Power, type Signal } from "./power_data";
import type { Page } from "../shared/types";
import type { Pile } from "./types";

interface PartProps { data: Power; onSaved(saved: Power): void }

/* --- circuits --- */

export function Circuits({ data, onSaved }: PartProps) {
	const [editing, setEditing] = useState<Circuit | "new" | null>(null);
	const [filling, setFilling] = useState<Circuit | null>(null);
	const drop = (circuit: Circuit) => call<Power>("DELETE", `/v1/circuits/${circuit.id}`).then(onSaved);
	return (
		<section aria-labelledby="circuits">
			<h2 id="circuits">{t("c.power.circuits")}</h2>
			<p class="hint">{t("c.power.circuits_hint")}</p>
			{data.circuits.map((circuit) => (
				<article key={circuit.id} class="card" aria-label={circuit.name}>
					<h3>{circuit.name} <span class="dim">{t("c.power.circuit_outlets", { n: circuit.outlets })}</span></h3>
					<div class="phases">{circuit.phases.map((phase, i) => <PhaseBar key={i} name={`L${i + 1}`} phase={phase} />)}</div>
					<p class="row">
						<button type="button" class="button small quiet" onClick={() => setFilling(circuit)}>{t("c.power.circuit_piles")}</button>
						<button type="button" class="button small quiet" onClick={() => setEditing(circuit)}>{t("c.power.circuit_edit")}</button>
						<Confirm label={t("c.power.circuit_drop")} title={circuit.name} text={t("c.power.circuit_drop_text")} danger quiet act={() => drop(circuit)} />
					</p>
				</article>
			))}
			<p class="row"><button type="button" class="button small" onClick={() => setEditing("new")}>{t("c.power.circuit_add")}</button></p>
			{editing && <CircuitForm data={data} circuit={editing === "new" ? null : editing} onDone={(saved) => { setEditing(null); if (saved) onSaved(saved); }} />}
			{filling && <CircuitPiles data={data} circuit={filling} onDone={(saved) => { setFilling(null); if (saved) onSaved(saved); }} />}
		</section>
	);
}

function CircuitForm({ data, circuit, onDone }: { data: Power; circuit: Circuit | null; onDone(saved: Power | null): void }) {
	const [name, setName] = useState(circuit?.name ?? "");
	const [limits, setLimits] = useState((circuit?.limit_ma ?? [32000, 32000, 32000]).map(plain));
	const [failed, setFailed] = useState("");
	const numbers = limits.map(ma);
	const wrong = numbers.some(Number.isNaN);
	const submit = async (event: Event) => {
		event.preventDefault();
		try {
			onDone(await call<Power>(circuit ? "PATCH" : "POST", circuit ? `/v1/circuits/${circuit.id}` : `/v1/sites/${data.site_id}/circuits`,
				{ name, limit_ma: numbers, ...(circuit ? { revision: circuit.revision } : {}) }));
		} catch (error) {
			setFailed((error as Error).message);
		}
	};
	return (
		<Dialog title={circuit?.name ?? t("c.power.circuit_add")} onClose={() => onDone(null)}>
			<form onSubmit={(event) => void submit(event)}>
				<TextField label={t("c.name")} hint={t("c.power.circuit_name_hint")} value={name} onInput={setName} required max={40} />
				<div class="row end">
					{limits.map((limit, i) => <TextField key={i} label={t("c.power.phase_limit", { phase: `L${i + 1}` })} value={limit} mode="decimal" required max={8}
						onInput={(value) => setLimits(limits.map((old, at) => at === i ? value : old))} />)}
				</div>
				{wrong && <p class="note bad" role="alert">{t("c.power.bad_number")}</p>}
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button" disabled={wrong}>{t("c.save")}</button>
			</form>
		</Dialog>
	);
}

/* Piles of the site by word, each with a button that says where it goes. What hangs on the circuit is told by the load
 * itself, of which a page is asked for this circuit alone. */
function CircuitPiles({ data, circuit, onDone }: { data: Power; circuit: Circuit; onDone(saved: Power | null): void }) {
	const [words, setWords] = useState("");
	const [saved, setSaved] = useState<Power | null>(null);
	const [failed, setFailed] = useState("");
	const found = useData<Page<Pile>>(`/v1/piles${query({ site: data.site_id, q: words || null })}`);
	const there = useData<Power>(`/v1/sites/${data.site_id}/power?circuit=${circuit.id}`);
	const inside = new Set(there.data?.outlets.map((outlet) => outlet.pile_id));
	const move = async (pile: Pile) => {
		setFailed("");
		try {
			setSaved(await call<Power>("POST", `/v1/circuits/${circuit.id}/piles`, { pile_ids: [pile.id], inside: !inside.has(pile.id) }));
			there.reload();
		} catch (error) {
			setFailed((error as Error).message);
		}
	};
	return (
		<Dialog title={t("c.power.circuit_piles_of", { name: circuit.name })} onClose={() => onDone(saved)}>
			<TextField label={t("c.find")} value={words} onInput={setWords} type="search" max={60} />
			<ul class="plain picks">
				{(found.data?.items ?? []).map((pile) => (
					<li key={pile.id} class="row spread"><span><b>{pile.name}</b> <span class="dim">{pile.code}</span></span>
						<button type="button" class="button small quiet" aria-pressed={inside.has(pile.id)} onClick={() => void move(pile)}>
							{t(inside.has(pile.id) ? "c.power.circuit_out" : "c.power.circuit_in")}</button></li>
				))}
			</ul>
			{found.data?.items.length === 0 && <Empty text={t("c.empty.filtered")} />}
			{failed && <p class="note bad" role="alert">{failed}</p>}
		</Dialog>
	);
}

/* --- the week --- */

const DAYS = 7;
const SLOTS = 48;
const WEEK = Array.from({ length: DAYS }, (_, i) => i);
/* 2024-01-01 was a Monday. */
const dayName = (weekday: number) => new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + weekday));

const wholeWeek = (hours: number[]) => Array.from({ length: DAYS * SLOTS }, (_, slot) => hours.length ? hours[slot % hours.length]! : 100);
/* As short as it can be said: nothing, one day for all, the week. */
function shortest(week: number[]): number[] {
	if (week.every((percent) => percent === 100))
		return [];
	return week.every((percent, slot) => percent === week[slot % SLOTS]) ? week.slice(0, SLOTS) : week;
}

/* Stretches of the same percentage in a day. */
function stretches(day: number[]): { from: number; to: number; percent: number }[] {
	const out: { from: number; to: number; percent: number }[] = [];
	day.forEach((percent, slot) => {
		const last = out[out.length - 1];
		if (last && last.percent === percent)
			last.to = slot + 1;
		else
			out.push({ from: slot, to: slot + 1, percent });
	});
	return out;
}

/* The week as seven bars: height is the percentage, and each day's stretches stand beside it in words. */
export function WeekHours({ hours }: { hours: number[] }) {
	const week = wholeWeek(hours);
	return (
		<ul class="week">
			{WEEK.map((weekday) => {
				const day = stretches(week.slice(weekday * SLOTS, (weekday + 1) * SLOTS));
				return (
					<li key={weekday}><b>{dayName(weekday)}</b>
						<svg viewBox="0 0 48 20" preserveAspectRatio="none" aria-hidden="true">
							{day.map((one) => <rect key={one.from} x={one.from} y={20 - one.percent / 5} width={one.to - one.from} height={one.percent / 5} />)}
						</svg>
						<span class="dim">{day.map((one) => `${half(one.from)}–${half(one.to)} ${number(one.percent)} %`).join(" · ")}</span></li>
				);
			})}
		</ul>
	);
}

const GROUPS: Record<string, number[]> = { all: WEEK, work: [0, 1, 2, 3, 4], rest: [5, 6] };

export function HoursForm({ data, onDone }: { data: Power; onDone(saved: Power | null): void }) {
	const [week, setWeek] = useState(wholeWeek(data.hours));
	const [days, setDays] = useState("all");
	const [from, setFrom] = useState("36");
	const [to, setTo] = useState("44");
	const [percent, setPercent] = useState("50");
	const [failed, setFailed] = useState("");
	const share = /^\d{1,3}$/.test(percent) && Number(percent) <= 100 ? Number(percent) : null;
	const paint = () => {
		const chosen = GROUPS[days] ?? [Number(days)];
		const length = (Number(to) - Number(from) + SLOTS) % SLOTS || SLOTS;
		const next = [...week];
		for (const weekday of chosen)
			for (let i = 0; i < length; i++)
				next[(weekday * SLOTS + Number(from) + i) % (DAYS * SLOTS)] = share ?? 100;
		setWeek(next);
	};
	const submit = async (event: Event) => {
		event.preventDefault();
		try {
			onDone(await call<Power>("PUT", `/v1/sites/${data.site_id}/power`, {
				limit_ma: data.limit_ma, limit_w: data.limit_w, base_ma: data.base_ma, reserve_ma: data.reserve_ma, offline_ma: data.offline_ma,
				turn_s: data.turn_s, hours: shortest(week), revision: data.revision,
			}));
		} catch (error) {
			setFailed((error as Error).message);
		}
	};
	const times = (shift: number) => Array.from({ length: SLOTS }, (_, slot) => ({ value: String(slot + shift), text: half(slot + shift) }));
	return (
		<Dialog title={t("c.power.hours_title")} onClose={() => onDone(null)}>
			<form onSubmit={(event) => void submit(event)}>
				<p class="hint">{t("c.power.hours_hint", { zone: data.zone })}</p>
				<div class="row end">
					<Choose label={t("c.power.hours_days")} value={days} onChange={setDays} options={[
						...Object.keys(GROUPS).map((value) => ({ value, text: t(`c.power.days.${value}`) })), ...WEEK.map((i) => ({ value: String(i), text: dayName(i) }))]} />
					<Choose label={t("c.from")} value={from} onChange={setFrom} options={times(0)} />
					<Choose label={t("c.to")} value={to} onChange={setTo} options={times(1)} />
					<TextField label={t("c.power.hours_percent")} value={percent} onInput={setPercent} mode="numeric" max={3} error={share === null ? t("c.power.bad_percent") : undefined} />
				</div>
				<p class="row"><button type="button" class="button small quiet" disabled={share === null} onClick={paint}>{t("c.power.hours_apply")}</button>
					<button type="button" class="button small quiet" onClick={() => setWeek(wholeWeek([]))}>{t("c.power.hours_always")}</button></p>
				<WeekHours hours={week} />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button">{t("c.save")}</button>
			</form>
		</Dialog>
	);
}

/* --- signals --- */

export function Signals({ data, onSaved }: PartProps) {
	const [adding, setAdding] = useState(false);
	const drop = (signal: Signal) => call<Power>("DELETE", `/v1/signals/${signal.id}`).then(onSaved);
	const said = (signal: Signal) => [signal.percent < 100 ? t("c.power.signal_percent", { n: number(signal.percent) }) : "",
		signal.limit_w > 0 ? t("c.power.kw", { kw: number(signal.limit_w / 1000, 1) }) : ""].filter(Boolean).join(", ");
	return (
		<section aria-labelledby="signals">
			<h2 id="signals">{t("c.power.signals")}</h2>
			<p class="hint">{t("c.power.signals_hint")}</p>
			<ul class="plain picks">
				{data.signals.map((signal) => (
					<li key={signal.id} class="row spread"><span><b>{said(signal)}</b> {moment(signal.from)} – {moment(signal.until)} <span class="dim">{signal.note}</span></span>
						<Confirm label={t("c.power.signal_drop")} title={said(signal)} text={t("c.power.signal_drop_text")} quiet act={() => drop(signal)} /></li>
				))}
			</ul>
			<p class="row"><button type="button" class="button small" onClick={() => setAdding(true)}>{t("c.power.signal_add")}</button></p>
			{adding && <SignalForm data={data} onDone={(saved) => { setAdding(false); if (saved) onSaved(saved); }} />}
		</section>
	);
}

function SignalForm({ data, onDone }: { data: Power; onDone(saved: Power | null): void }) {
	const [form, setForm] = useState({ percent: "50", kw: "", begin: "0", minutes: "60", note: "" });
	const [failed, setFailed] = useState("");
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
	const share = form.percent === "" ? 100 : /^\d{1,3}$/.test(form.percent) && Number(form.percent) <= 100 ? Number(form.percent) : NaN;
	const watts = form.kw === "" ? 0 : ma(form.kw);
	const wrong = [share, watts].some(Number.isNaN) || !/^\d{1,5}$/.test(form.begin) || !/^[1-9]\d{0,4}$/.test(form.minutes);
	const submit = async (event: Event) => {
		event.preventDefault();
		const from = Date.now() + Number(form.begin) * 60000;
		try {
			onDone(await call<Power>("POST", `/v1/sites/${data.site_id}/signals`, {
				from: new Date(from).toISOString(), until: new Date(from + Number(form.minutes) * 60000).toISOString(), percent: share,
				...(watts > 0 ? { limit_w: watts } : {}), note: form.note.trim(),
			}));
		} catch (error) {
			setFailed((error as Error).message);
		}
	};
	return (
		<Dialog title={t("c.power.signal_add")} onClose={() => onDone(null)}>
			<form onSubmit={(event) => void submit(event)}>
				<TextField label={t("c.power.hours_percent")} hint={t("c.power.signal_percent_hint", { a: amps(Math.min(...data.limit_ma)) })} value={form.percent} onInput={set("percent")} mode="numeric" max={3} />
				<TextField label={t("c.power.kw_limit")} hint={t("c.power.kw_hint")} value={form.kw} onInput={set("kw")} mode="decimal" max={8} />
				<TextField label={t("c.power.signal_begin")} value={form.begin} onInput={set("begin")} mode="numeric" required max={5} />
				<TextField label={t("c.power.cap_minutes")} value={form.minutes} onInput={set("minutes")} mode="numeric" required max={5} />
				<TextField label={t("c.power.signal_note")} value={form.note} onInput={set("note")} max={80} />
				{wrong && <p class="note bad" role="alert">{t("c.power.bad_number")}</p>}
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button" disabled={wrong}>{t("c.save")}</button>
			</form>
		</Dialog>
	);
}
