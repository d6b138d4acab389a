/* displays.tsx - messages on piles' displays: what is shown where, in which language, how urgent, from when until when; a new one
 * for a pile or a whole site; taken away again. Only piles that speak OCPP 2 can show them. */
import { useState } from "preact/hooks";
import { moment, plural, t, word } from "../shared/i18n";
import { post, type Refused } from "../shared/http";
import { query, useData, useList } from "./data";
import { Link } from "./router";
import { answered, Result, useAction } from "./pile_actions";
import { Choose, Confirm, Empty, Fault, Field, List, Status, TextField, Title, type Column } from "./widgets";
import type { Page } from "../shared/types";
import type { PileDetail, Site } from "./types";

interface Display {
	id: string; pile_id: string; pile: string; content: string; format: string; language: string; priority: string; while: string;
	from: string | null; until: string | null; state: string; error: string; created: string; staff: string; online: boolean;
}
interface Report { kind: string; request: number; state: string; parts: number; begun: string }
interface Shown { messageInfo?: { id: number; priority: string; message: { content: string; language?: string } }[] }

const FORMATS = ["UTF8", "ASCII", "HTML", "URI", "QRCODE"];
const PRIORITIES = ["NormalCycle", "InFront", "AlwaysFront"];
const WHILES = ["", "Idle", "Charging", "Faulted", "Unavailable"];
const iso = (local: string) => local ? new Date(local).toISOString() : undefined;

export function DisplaysScreen() {
	const sites = useData<Page<Site>>("/v1/sites");
	const [site, setSite] = useState("");
	const [made, setMade] = useState(0);
	const chosen = site || sites.data?.items[0]?.id || "";
	return (
		<>
			<Title text={t("c.nav.displays")}>
				<a class="button small quiet" href="/v1/displays?format=csv" download>{t("c.export")}</a>
			</Title>
			<p class="hint">{t("c.display.text")}</p>
			<section aria-labelledby="new">
				<h2 id="new">{t("c.display.new")}</h2>
				<Choose label={t("c.site")} value={chosen} onChange={setSite} options={(sites.data?.items ?? []).map((one) => ({ value: one.id, text: one.name }))} />
				<DisplayForm path={`/v1/sites/${chosen}/displays`} online={!!chosen} onDone={() => setMade(made + 1)} />
			</section>
			<section aria-labelledby="all"><h2 id="all">{t("c.display.all")}</h2><DisplayList key={made} /></section>
		</>
	);
}

/* One message for whatever `path` names. */
export function DisplayForm({ path, online, onDone }: { path: string; online: boolean; onDone(): void }) {
	const [form, setForm] = useState({ content: "", language: "", format: "UTF8", priority: "NormalCycle", while: "", from: "", until: "" });
	const [said, setSaid] = useState("");
	const [error, setError] = useState<Refused | null>(null);
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
	const wrong = (error?.problem?.fields ?? {}) as Record<string, string>;
	const send = (event: Event) => {
		event.preventDefault();
		setError(null);
		setSaid("");
		post<{ sent?: number; left_out?: number }>(path, {
			content: form.content, format: form.format, priority: form.priority, ...(form.language ? { language: form.language } : {}),
			...(form.while ? { while: form.while } : {}), ...(form.from ? { from: iso(form.from) } : {}), ...(form.until ? { until: iso(form.until) } : {}),
		}).then((answer) => {
			setSaid(answer.sent === undefined ? t("c.display.sent") : plural("c.display.told", answer.sent)
				+ (answer.left_out ? ` ${plural("c.display.left_out", answer.left_out)}` : ""));
			setForm({ ...form, content: "" });
			onDone();
		}, setError);
	};
	return (
		<form class="grid" onSubmit={send}>
			<div class="wide"><Field label={t("c.display.content")} error={wrong.content} hint={t("c.display.content_hint")}>
				{(id) => <textarea id={id} rows={2} required maxLength={512} value={form.content} onInput={(event) => set("content")(event.currentTarget.value)} />}
			</Field></div>
			<TextField label={t("c.display.language")} value={form.language} onInput={set("language")} max={8} error={wrong.language} placeholder="zh" />
			<Choose label={t("c.display.priority")} value={form.priority} onChange={set("priority")} options={PRIORITIES.map((value) => ({ value, text: t(`c.display.priority.${value}`) }))} />
			<Choose label={t("c.display.while")} value={form.while} onChange={set("while")} options={WHILES.map((value) => ({ value, text: value ? t(`c.display.while.${value}`) : t("c.display.always") }))} />
			<Choose label={t("c.display.format")} value={form.format} onChange={set("format")} options={FORMATS.map((value) => ({ value, text: value }))} />
			<TextField label={t("c.display.from")} value={form.from} onInput={set("from")} type="datetime-local" error={wrong.from} />
			<TextField label={t("c.display.until")} value={form.until} onInput={set("until")} type="datetime-local" error={wrong.until} />
			<div class="wide row"><button class="button small" disabled={!online || !form.content.trim()}>{t("c.display.show")}</button>
				{said && <span role="status">{said}</span>}</div>
			{error && Object.keys(wrong).length === 0 && <Fault error={error} />}
		</form>
	);
}

const SHAPE: Record<string, string> = { sent: "waiting", shown: "ok", refused: "bad", clearing: "waiting", cleared: "retired", over: "retired" };

export function DisplayList({ pile }: { pile?: PileDetail }) {
	const list = useList<Display>(`/v1/displays${query({ pile: pile?.id, limit: pile ? "10" : "" })}`, ["pile"]);
	const columns: Column<Display>[] = [
		...(pile ? [] : [{ label: t("c.pile"), cell: (row: Display) => <Link href={`/console/piles/${row.pile_id}/care`}>{row.pile}</Link> }]),
		{ label: t("c.display.content"), wide: true, cell: (row) => <span>{row.content} <span class="dim">{[row.language, row.format === "UTF8" ? "" : row.format].filter(Boolean).join(" · ")}</span></span> },
		{ label: t("c.display.priority"), cell: (row) => <span>{t(`c.display.priority.${row.priority}`)}{row.while && <span class="dim"> · {word("c.display.while", row.while)}</span>}</span> },
		{ label: t("c.display.time"), cell: (row) => <span class="dim">{[row.from && moment(row.from), row.until && `– ${moment(row.until)}`].filter(Boolean).join(" ") || t("c.display.always")}</span> },
		{ label: t("c.state"), cell: (row) => <span><Status of={SHAPE[row.state] ?? ""} text={t(`c.display.state.${row.state}`)} />{row.error && <span class="dim"> · {word("c.display.error", row.error)}</span>}</span> },
		{ label: t("c.next_step"), cell: (row) => ["sent", "shown"].includes(row.state)
			? <Confirm label={t("c.display.clear")} title={t("c.display.clear")} text={t("c.display.clear_text")} danger act={() => post(`/v1/displays/${row.id}/clear`).then(list.reload)} /> : null },
	];
	return (
		<>
			<List<Display> label={t("c.nav.displays")} {...list} columns={columns} id={(row) => row.id} empty={<Empty text={t("c.display.none")} />} />
			{pile && <Seen pile={pile} />}
		</>
	);
}

/* What the pile says it shows, which may be more than we told it. */
function Seen({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useAction(pile);
	const { data, reload } = useData<{ items: Report[] }>(`/v1/piles/${pile.id}/reports?kind=NotifyDisplayMessages`, ["pile"]);
	const newest = data?.items[0];
	const { data: report } = useData<{ parts: Shown[] }>(newest?.state === "done" ? `/v1/piles/${pile.id}/reports/NotifyDisplayMessages/${newest.request}` : null);
	const [none, setNone] = useState(false);
	const shown = none ? [] : report?.parts.flatMap((part) => part.messageInfo ?? []) ?? [];
	/* A pile that shows nothing sends no report. */
	const ask = () => run(`/v1/piles/${pile.id}/displays/read`).then((command) => {
		setNone(answered(command) === "Unknown");
		reload();
	}, () => undefined);
	return (
		<>
			<p class="row">
				<button type="button" class="button small quiet" disabled={!pile.online}
					onClick={() => void ask()}>{t("c.display.read")}</button>
				<Result of={feedback} />
			</p>
			{shown.length > 0 && <ul class="dim">{shown.map((one) => <li key={one.id}>{one.message.content} · {word("c.display.priority", one.priority)}</li>)}</ul>}
		</>
	);
}
