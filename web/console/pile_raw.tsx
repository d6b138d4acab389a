/* pile_raw.tsx - any OCPP call as it stands, for installers: the calls of the version this pile speaks, a payload to begin from,
 * every field that may stand in it, the pile's own answer, and what people sent before. */
import "./later_words";
import { useState } from "preact/hooks";
import { t, word } from "../shared/i18n";
import { call, type Refused } from "../shared/http";
import { query, useData, useList } from "./data";
import { latency } from "./pile_actions";
import { go, Link, usePlace, withQuery } from "./router";
import { Ago, Choose, Confirm, Empty, Fault, Field, List, type Column } from "./widgets";
import type { Command, PileDetail } from "./types";

interface RawField { name: string; kind: string; required: boolean; most: number; help: string; words: string[] }
interface Help { action: string; template: unknown; fields: RawField[] }
interface Told extends Command { id: string; staff: string; payload: unknown; created: string }

const pretty = (value: unknown) => JSON.stringify(value, null, 2);
const parsed = (text: string): { value: unknown } | null => {
	try {
		return { value: JSON.parse(text) };
	} catch {
		return null;
	}
};
/* "a[0].b" as the list of fields names it: "a[].b". */
const general = (path: string) => path.replace(/\[\d+\]/g, "[]");

export function RawView({ pile }: { pile: PileDetail }) {
	const place = usePlace();
	const version = pile.protocol || "ocpp1.6";
	const action = place.query.get("action") ?? "";
	const { data, error } = useData<{ items: { action: string }[] }>(`/v1/ocpp/actions${query({ version })}`);
	const history = useList<Told>(`/v1/piles/${pile.id}/commands?limit=20`, ["pile"]);
	const [again, setAgain] = useState("");
	return (
		<>
			<p class="hint">{t("c.care.raw_text")}</p>
			<Fault error={error} />
			<div class="filters">
				<Choose label={`${t("c.action")} · ${version}`} value={action}
					onChange={(value) => {
						setAgain("");
						go(withQuery(place, { action: value }), true);
					}}
					options={[{ value: "", text: t("c.raw.choose") }, ...(data?.items ?? []).map((one) => ({ value: one.action, text: one.action }))]} />
			</div>
			{action && <Call key={action + again} pile={pile} action={action} version={version} begin={again} sent={history.reload} />}
			<section aria-labelledby="told">
				<h2 id="told">{t("c.raw.history")}</h2>
				<List<Told> label={t("c.raw.history")} {...history} id={(row) => row.id} columns={columns((row) => {
					setAgain(pretty(row.payload));
					go(withQuery(place, { action: row.action }), true);
				})} empty={<Empty text={t("c.raw.no_history")} />} />
			</section>
		</>
	);
}

const columns = (again: (row: Told) => void): Column<Told>[] => [
	{ label: t("c.time"), cell: (row) => <Ago at={row.created} /> },
	{ label: t("c.action"), cell: (row) => <code>{row.action}</code> },
	{ label: t("c.raw.by"), cell: (row) => row.staff || "–" },
	{ label: t("c.answer_title"), wide: true, cell: (row) => <Outcome of={row} /> },
	{ label: t("c.next_step"), cell: (row) => <button type="button" class="link" aria-label={`${t("c.raw.again")} ${row.action}`} onClick={() => again(row)}>{t("c.raw.again")}</button> },
];

function Outcome({ of }: { of: Told }) {
	if (of.state === "queued")
		return <span class="wait">{t("c.no_answer_yet")}</span>;
	const text = of.error ? word("c.command_error", of.error) : JSON.stringify(of.answer);
	return <details><summary class={of.error ? "bad" : undefined}><span class="clip">{text}</span></summary>
		<pre class="code" tabIndex={0}>{pretty(of.payload)}{"\n"}{of.error || pretty(of.answer)}</pre></details>;
}

function Call({ pile, action, version, begin, sent }: { pile: PileDetail; action: string; version: string; begin: string; sent(): void }) {
	const { data: help, error: unknown } = useData<Help>(`/v1/ocpp/actions/${action}${query({ version })}`);
	const [typed, setTyped] = useState<string | null>(begin || null);
	const [answer, setAnswer] = useState<Command | null>(null);
	const [error, setError] = useState<Refused | null>(null);
	if (!help)
		return <Fault error={unknown} />;
	const payload = typed ?? pretty(help.template);
	const value = parsed(payload);
	const wrong = Object.entries((error?.problem?.fields ?? {}) as Record<string, string>)[0];
	const send = async () => {
		setError(null);
		setAnswer(null);
		await call<Command>("POST", `/v1/piles/${pile.id}/ocpp/${action}`, value?.value).then(setAnswer, setError);
		sent();
	};
	return (
		<div class="halves raw">
			<section aria-label={action}>
				<Field label={t("c.request")} error={value ? wrong && `${wrong[0]}: ${wrong[1]}` : t("c.care.bad_json")}>
					{(id) => <textarea id={id} rows={14} spellcheck={false} value={payload} aria-invalid={!value || !!wrong}
						onInput={(event) => setTyped(event.currentTarget.value)} />}
				</Field>
				<p class="row">
					<Confirm label={t("c.care.send")} title={t("c.care.send_title", { action })} text={t("c.care.send_text")} quiet={false}
						disabled={!pile.online || !value} act={send} />
					<button type="button" class="button small quiet" onClick={() => setTyped(null)}>{t("c.raw.fresh")}</button>
					<Link class="button small quiet" href={`/console/piles/${pile.id}/log?action=${action}`}>{t("c.tab.log")}</Link>
				</p>
				{!pile.online && <p class="hint">{t("c.offline_actions")}</p>}
				{error && !wrong && <Fault error={error} />}
				{answer && <figure role="status">
					<figcaption>{t("c.answer_title")} {answer.error ? word("c.command_error", answer.error) : latency(answer.latency_us)}</figcaption>
					{answer.state === "queued" ? <p class="wait">{t("c.raw.slow")}</p> : <pre class="code" tabIndex={0}>{answer.error || pretty(answer.answer)}</pre>}
				</figure>}
			</section>
			<Fields of={help.fields} wrong={wrong ? general(wrong[0]) : ""} />
		</div>
	);
}

/* What may stand in the payload; the field an error speaks of is marked. */
function Fields({ of, wrong }: { of: RawField[]; wrong: string }) {
	if (of.length === 0)
		return <p class="dim">{t("c.raw.empty")}</p>;
	return (
		<section aria-label={t("c.raw.fields")}>
			<ul class="fields">
				{of.map((field) => (
					<li key={field.name} class={field.name === wrong ? "marked" : undefined}>
						<code class={field.required ? "strong" : undefined}>{field.name}</code>
						<span class="dim"> {[field.required ? t("c.raw.required") : "", word("c.raw.kind", field.kind), field.most ? t("c.raw.most", { most: field.most }) : "",
							field.words.join(" | "), field.help].filter(Boolean).join(" · ")}</span>
					</li>
				))}
			</ul>
		</section>
	);
}
