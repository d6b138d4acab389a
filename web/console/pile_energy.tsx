/* pile_energy.tsx - what limits a pile: charging profiles by hand, what it will allow, and what the grid wants of it when cars give
 * energy back; batteries to swap. What its version of OCPP has no words for stands there and says so. */
import "./later_words";
import { useState } from "preact/hooks";
import { moment, number, t, word } from "../shared/i18n";
import { useData, useList } from "./data";
import { ControlForm, KINDS } from "./pile_control";
import { LimitForm } from "./pile_limit";
import { answered, Result, spoken, useTold } from "./pile_actions";
import { ScheduleDialog } from "./schedule";
import { Ago, Choose, Confirm, Empty, List, Status, TextField, type Column } from "./widgets";
import type { PileDetail } from "./types";

interface Report { kind: string; request: number; state: string; begun: string; at: string }
interface Period { startPeriod: number; limit?: number; setpoint?: number; numberPhases?: number }
interface Profile {
	id: number; stackLevel: number; chargingProfilePurpose: string; chargingProfileKind: string; validTo?: string;
	chargingSchedule: { chargingRateUnit: string; chargingSchedulePeriod: Period[] }[];
}
interface Told { chargingLimitSource: string; evseId: number; chargingProfile: Profile[] }
interface Control { name: string; kind: string; is_default: boolean; state: string; body: Record<string, unknown> | null; at: string }

export function EnergyView({ pile }: { pile: PileDetail }) {
	return <><Profiles pile={pile} /><Controls pile={pile} /><div class="halves"><Reserve pile={pile} /><Swaps pile={pile} /></div></>;
}

/* Why something cannot be asked of this pile; empty when it can. */
function lacks(pile: PileDetail, least: "2.0.1" | "2.1"): string {
	const version = pile.protocol || "ocpp1.6";
	const fits = least === "2.1" ? version === "ocpp2.1" : version.startsWith("ocpp2");
	return fits ? "" : t("c.energy.version", { version: spoken(version), least });
}

/* --- charging profiles --- */

const amount = (limit: number, unit: string) => unit === "W" ? `${number(limit / 1000, limit % 1000 ? 1 : 0)} kW` : `${number(limit, limit % 1 ? 1 : 0)} A`;
const steps = (profile: Profile) => profile.chargingSchedule.map((schedule) => schedule.chargingSchedulePeriod
	.map((period) => `${period.startPeriod ? `+${number(period.startPeriod / 3600, period.startPeriod % 3600 ? 2 : 0)} h: ` : ""}${amount(period.limit ?? period.setpoint ?? 0, schedule.chargingRateUnit)}`)
	.join(", ")).join("; ");

function Profiles({ pile }: { pile: PileDetail }) {
	const [feedback, run, send] = useTold(pile);
	const [setting, setSetting] = useState(false);
	const [outlet, setOutlet] = useState("0");
	const [ahead, setAhead] = useState(false);
	const [none, setNone] = useState(false);
	const no = lacks(pile, "2.0.1");
	const report = useData<{ items: Report[] }>(no ? null : `/v1/piles/${pile.id}/reports?kind=ReportChargingProfiles`, ["pile"]);
	const newest = report.data?.items.find((one) => one.state === "done");
	const { data } = useData<{ parts: Told[] }>(newest ? `/v1/piles/${pile.id}/reports/ReportChargingProfiles/${newest.request}` : null);
	const rows = (none ? [] : data?.parts ?? []).flatMap((part) => part.chargingProfile.map((profile) => ({ ...profile, evse: part.evseId, source: part.chargingLimitSource })));
	const path = `/v1/piles/${pile.id}/profiles`;
	/* A pile without any sends no report. */
	const ask = () => run(`${path}/read`).then((command) => {
		setNone(answered(command) === "NoProfiles");
		report.reload();
	});
	const outlets = [{ value: "0", text: t("c.whole_pile") }, ...pile.connectors.filter((one) => one.no > 0).map((one) => ({ value: String(one.no), text: t("c.connector_no", { no: one.no }) }))];
	const columns: Column<typeof rows[number]>[] = [
		{ label: t("c.energy.where"), cell: (row) => row.evse ? `EVSE ${row.evse}` : t("c.whole_pile") },
		{ label: t("c.energy.purpose"), cell: (row) => word("c.energy.purpose", row.chargingProfilePurpose) },
		{ label: t("c.energy.steps"), wide: true, cell: (row) => <span>{steps(row)} <span class="dim">{[word("c.energy.kind", row.chargingProfileKind), row.validTo && t("c.energy.until", { at: moment(row.validTo) })].filter(Boolean).join(" · ")}</span></span> },
		{ label: t("c.energy.level"), num: true, cell: (row) => row.stackLevel },
		{ label: t("c.energy.source"), cell: (row) => word("c.energy.source", row.source) },
		{ label: t("c.next_step"), cell: (row) => row.source === "CSO" ? <Confirm label={t("c.energy.take")} title={t("c.energy.take")} text={t("c.energy.take_text")} danger disabled={!pile.online}
			act={() => run(`${path}/clear`, { number: row.id }).then(ask)} /> : null },
	];
	return (
		<section aria-labelledby="limits">
			<h2 id="limits">{t("c.energy.limits")}</h2>
			<p class="hint">{t("c.energy.limits_text")}</p>
			<p class="row">
				<button type="button" class="button small" disabled={!pile.online} onClick={() => setSetting(true)}>{t("c.energy.set_limit")}</button>
				<button type="button" class="button small quiet" disabled={!pile.online || !!no} onClick={() => void ask()}>{t("c.energy.ask_profiles")}</button>
				<Confirm label={t("c.energy.take_all")} title={t("c.energy.take_all")} text={t("c.energy.take_all_text")} danger disabled={!pile.online} act={() => run(`${path}/clear`, { all: true })} />
			</p>
			{!pile.online && <p class="hint">{t("c.offline_actions")}</p>}
			{no && <p class="hint">{t("c.energy.no_list")} {no}</p>}
			<Result of={feedback} />
			{newest && !none && <p class="dim">{t("c.energy.told")} <Ago at={newest.at} /></p>}
			{!no && (newest || none) && <List label={t("c.energy.limits")} items={rows} id={(row) => `${row.evse}-${row.id}`} columns={columns} empty={<Empty text={t("c.energy.no_profiles")} />} />}
			<div class="row end">
				<Choose label={t("c.energy.where")} value={outlet} onChange={setOutlet} options={outlets} />
				<button type="button" class="button small quiet" disabled={!pile.online} onClick={() => setAhead(true)}>{t("c.energy.ahead")}</button>
			</div>
			{setting && <LimitForm outlets={outlets} onClose={() => setSetting(false)} onSend={(body) => send(path, body)} />}
			{ahead && <ScheduleDialog pile={pile.id} connector={Number(outlet)} name={`${pile.name}${outlet === "0" ? "" : ` · ${outlet}`}`} onClose={() => setAhead(false)} />}
		</section>
	);
}

/* --- the grid --- */

const STATE: Record<string, string> = { set: "ok", started: "busy", superseded: "retired", ended: "retired" };

/* The values of a control in a line. */
function values(control: Control): string {
	const part = Object.entries(control.body ?? {}).find(([, value]) => typeof value === "object" && value !== null)?.[1] as Record<string, unknown> | undefined;
	if (!part)
		return "";
	if (typeof part.pctMaxDischargePower === "number")
		return `${number(part.pctMaxDischargePower)} %`;
	return Object.entries(part).filter(([name]) => !["priority", "startTime", "duration"].includes(name))
		.map(([name, value]) => name === "curveData" ? (value as { x: number; y: number }[]).map((point) => `${point.x}:${point.y}`).join(" ")
			: name === "yUnit" || name === "unit" ? word("c.grid.unit", String(value)) : `${name} ${String(value)}`).join(" · ");
}
function when(control: Control): string {
	const part = Object.values(control.body ?? {}).find((value) => typeof value === "object" && value !== null) as { startTime?: string; duration?: number } | undefined;
	if (control.is_default || !part?.startTime)
		return t(control.is_default ? "c.grid.default" : "c.grid.scheduled");
	return `${moment(part.startTime)} – ${part.duration ? moment(new Date(Date.parse(part.startTime) + part.duration * 1000).toISOString()) : ""}`;
}

function Controls({ pile }: { pile: PileDetail }) {
	const [feedback, run, send] = useTold(pile);
	const [setting, setSetting] = useState(false);
	const no = lacks(pile, "2.1");
	const path = `/v1/piles/${pile.id}/controls`;
	const list = useList<Control>(path, ["pile"]);
	const off = !!no || !pile.online;
	const then = (told: Promise<unknown>) => told.then(list.reload);
	const columns: Column<Control>[] = [
		{ label: t("c.grid.kind"), cell: (row) => <span>{word("c.grid.kind", row.kind)} <small class="dim">{row.name}</small></span> },
		{ label: t("c.grid.values"), wide: true, cell: (row) => values(row) },
		{ label: t("c.display.time"), cell: (row) => when(row) },
		{ label: t("c.state"), cell: (row) => <Status of={STATE[row.state] ?? ""} text={word("c.grid.state", row.state)} /> },
		{ label: t("c.next_step"), cell: (row) => <Confirm label={t("c.grid.take")} title={t("c.grid.take")} text={t("c.grid.take_text")} danger disabled={off}
			act={() => then(run(`${path}/clear`, { default: row.is_default, name: row.name }))} /> },
	];
	return (
		<section aria-labelledby="grid">
			<h2 id="grid">{t("c.grid.title")}</h2>
			<p class="hint">{t("c.grid.text")}</p>
			{no && <p class="hint">{no}</p>}
			<p class="row">
				<button type="button" class="button small" disabled={off} onClick={() => setSetting(true)}>{t("c.grid.set")}</button>
				<button type="button" class="button small quiet" disabled={off} onClick={() => void run(`${path}/read`)}>{t("c.grid.ask")}</button>
				<Confirm label={t("c.grid.clear_default")} title={t("c.grid.clear_default")} text={t("c.grid.clear_text")} danger disabled={off} act={() => then(run(`${path}/clear`, { default: true }))} />
				<Confirm label={t("c.grid.clear_scheduled")} title={t("c.grid.clear_scheduled")} text={t("c.grid.clear_text")} danger disabled={off} act={() => then(run(`${path}/clear`, { default: false }))} />
			</p>
			<Result of={feedback} />
			{!no && <List<Control> label={t("c.grid.title")} {...list} id={(row) => row.name} columns={columns} empty={<Empty text={t("c.grid.none")} />} />}
			{setting && <ControlForm onClose={() => setSetting(false)} kinds={KINDS} onSend={(body) => send(path, body).then(list.reload)} />}
		</section>
	);
}

function Reserve({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useTold(pile);
	const [signal, setSignal] = useState("");
	const no = lacks(pile, "2.1");
	return (
		<section aria-labelledby="reserve">
			<h2 id="reserve">{t("c.grid.reserve")}</h2>
			<p class="hint">{t("c.grid.reserve_text")}</p>
			{no && <p class="hint">{no}</p>}
			<form class="row end" onSubmit={(event) => {
				event.preventDefault();
				void run(`/v1/piles/${pile.id}/afrr`, { signal: Number(signal) });
			}}>
				<TextField label={t("c.grid.signal")} value={signal} onInput={(value) => setSignal(value.replace(/[^-\d]/g, ""))} max={7} mode="numeric" />
				<button class="button small quiet" disabled={!!no || !pile.online || !/^-?\d+$/.test(signal)}>{t("c.send")}</button>
			</form>
			<Result of={feedback} />
		</section>
	);
}

interface Swap { id: string; at: string; event: string; card: string; serial: string; soc_e6: number; evse: number }

function Swaps({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useTold(pile);
	const [card, setCard] = useState("");
	const no = lacks(pile, "2.1");
	const list = useList<Swap>(`/v1/battery-swaps?pile=${pile.id}&limit=5`, ["pile"]);
	return (
		<section aria-labelledby="swaps">
			<h2 id="swaps">{t("c.swap.title")}</h2>
			<p class="hint">{t("c.swap.text")}</p>
			{no && <p class="hint">{no}</p>}
			<form class="row end" onSubmit={(event) => {
				event.preventDefault();
				void run(`/v1/piles/${pile.id}/battery-swap`, { id_tag: card.trim() });
			}}>
				<TextField label={t("c.care.card")} value={card} onInput={setCard} max={36} />
				<button class="button small quiet" disabled={!!no || !pile.online || !card.trim()}>{t("c.swap.ask")}</button>
			</form>
			<Result of={feedback} />
			{!no && !!list.items?.length && <List<Swap> label={t("c.swap.title")} {...list} id={(row) => row.id} empty={null} columns={[
				{ label: t("c.time"), cell: (row) => <Ago at={row.at} /> },
				{ label: t("c.what"), cell: (row) => word("c.swap.event", row.event) },
				{ label: t("c.care.card"), cell: (row) => <code>{row.card}</code> },
				{ label: t("c.swap.battery"), wide: true, cell: (row) => <span><code>{row.serial}</code> <span class="dim">{number(row.soc_e6 / 1e6)} %</span></span> },
			]} />}
		</section>
	);
}
