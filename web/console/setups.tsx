/* setups.tsx - wanted settings: what many piles shall have, how they differ from it, and sending what differs. */
import "./later_words";
import { useState } from "preact/hooks";
import { number, plural, t, word } from "../shared/i18n";
import { call, post, type Refused } from "../shared/http";
import { useData, useList } from "./data";
import { go, Link } from "./router";
import { Ago, Choose, Confirm, Dialog, Empty, Fault, Field, List, Status, TextField, Title, Waiting, type Column } from "./widgets";
import type { Page } from "../shared/types";
import type { Pile, Site } from "./types";

interface Setup { id: string; name: string; created: string; revision: number; values: number; piles: number }
interface Drift { pile_id: string; pile: string; online: boolean; name: string; wanted: string; actual: string | null; state: string; reported: string | null; pushed: string; pushed_at: string | null }
interface SetupDetail extends Setup { wanted: { name: string; value: string }[]; members: { pile_id: string; pile: string; online: boolean }[]; drift: Drift[]; more: boolean }

const SHAPE: Record<string, string> = { same: "ok", different: "bad", readonly: "bad", unknown: "waiting" };
/* One setting a line, "name = value". */
const lines = (text: string) => text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
	const at = line.indexOf("=");
	return at < 0 ? { name: line, value: "" } : { name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() };
});

export function SetupsScreen({ id }: { id: string | undefined }) {
	const list = useList<Setup>("/v1/setups", []);
	const [adding, setAdding] = useState(false);
	if (id)
		return <SetupScreen key={id} id={id} />;
	return (
		<>
			<Title text={t("c.nav.setups")}><button type="button" class="button small" onClick={() => setAdding(true)}>{t("c.setup.add")}</button></Title>
			<p class="hint">{t("c.setup.text")}</p>
			<List<Setup> label={t("c.nav.setups")} {...list} id={(row) => row.id} empty={<Empty text={t("c.setup.none")} />} columns={[
				{ label: t("c.name"), cell: (row) => <Link class="strong" href={`/console/setups/${row.id}`}>{row.name}</Link> },
				{ label: t("c.setup.values"), num: true, cell: (row) => number(row.values) },
				{ label: t("c.nav.piles"), num: true, cell: (row) => number(row.piles) },
				{ label: t("c.time"), cell: (row) => <Ago at={row.created} /> },
			]} />
			{adding && <SetupForm onClose={() => setAdding(false)} onDone={(made) => go(`/console/setups/${made.id}`)} />}
		</>
	);
}

function SetupForm({ setup, onClose, onDone }: { setup?: SetupDetail; onClose(): void; onDone(made: Setup): void }) {
	const sites = useData<Page<Site>>("/v1/sites");
	const piles = useData<Page<Pile>>("/v1/piles?limit=200");
	const [name, setName] = useState(setup?.name ?? "");
	const [text, setText] = useState(setup?.wanted.map((one) => `${one.name} = ${one.value}`).join("\n") ?? "");
	const [where, setWhere] = useState(setup ? "keep" : "");
	const [error, setError] = useState<Refused | null>(null);
	const wrong = (error?.problem?.fields ?? {}) as Record<string, string>;
	const chosen = (piles.data?.items ?? []).filter((pile) => pile.state === "approved" && (!where || pile.site_id === where)).map((pile) => pile.id);
	const submit = (event: Event) => {
		event.preventDefault();
		const body = { name, values: lines(text), ...(where === "keep" ? {} : { piles: chosen }), ...(setup ? { revision: setup.revision } : {}) };
		call<Setup>(setup ? "PUT" : "POST", setup ? `/v1/setups/${setup.id}` : "/v1/setups", body).then(onDone, setError);
	};
	return (
		<Dialog title={setup ? setup.name : t("c.setup.add")} onClose={onClose}>
			<form onSubmit={submit}>
				<TextField label={t("c.name")} value={name} onInput={setName} required max={100} error={wrong.name} />
				<Field label={t("c.setup.values")} hint={t("c.setup.values_hint")} error={wrong.values}>
					{(id) => <textarea id={id} rows={8} spellcheck={false} value={text} placeholder="HeartbeatInterval = 300" onInput={(event) => setText(event.currentTarget.value)} />}</Field>
				<Choose label={t("c.nav.piles")} value={where} onChange={setWhere} hint={where === "keep" ? undefined : plural("c.fw.count", chosen.length)}
					options={[...(setup ? [{ value: "keep", text: t("c.setup.keep") }] : []), { value: "", text: t("c.all") }, ...(sites.data?.items ?? []).map((site) => ({ value: site.id, text: site.name }))]} />
				<p class="hint">{t("c.setup.one")}</p>
				{error && Object.keys(wrong).length === 0 && <Fault error={error} />}
				<button class="button">{t("c.save")}</button>
			</form>
		</Dialog>
	);
}

function SetupScreen({ id }: { id: string }) {
	const { data, error, reload } = useData<SetupDetail>(`/v1/setups/${id}`, ["pile"]);
	const [editing, setEditing] = useState(false);
	const [show, setShow] = useState("differs");
	const [told, setTold] = useState("");
	const crumb = { href: "/console/setups", text: t("c.nav.setups") };
	if (!data)
		return <><Title text={t("c.nav.setups")} crumb={crumb} />{error ? <Fault error={error} retry={reload} /> : <Waiting />}</>;
	const differs = data.drift.filter((row) => row.state !== "same");
	const push = () => post<{ sent: number; away: number }>(`/v1/setups/${id}/push`).then((answer) => {
		setTold(plural("c.setup.sent", answer.sent) + (answer.away ? ` ${plural("c.setup.away", answer.away)}` : ""));
		reload();
	});
	const columns: Column<Drift>[] = [
		{ label: t("c.pile"), cell: (row) => <Link href={`/console/piles/${row.pile_id}/config`}>{row.pile}</Link> },
		{ label: t("c.key"), cell: (row) => <code>{row.name}</code> },
		{ label: t("c.setup.wanted"), cell: (row) => <code>{row.wanted}</code> },
		{ label: t("c.setup.actual"), cell: (row) => row.actual === null ? <span class="dim">{t("c.setup.unknown")}</span> : <code>{row.actual}</code> },
		{ label: t("c.state"), cell: (row) => <Status of={SHAPE[row.state] ?? ""} text={t(`c.setup.state.${row.state}`)} /> },
		{ label: t("c.setup.pushed"), wide: true, cell: (row) => row.pushed ? <span class="dim">{word("c.setup.result", row.pushed)} · <Ago at={row.pushed_at} /></span> : "–" },
	];
	return (
		<>
			<Title text={data.name} crumb={crumb}>
				<button type="button" class="button small quiet" onClick={() => setEditing(true)}>{t("c.change")}</button>
				<Confirm label={t("c.fw.delete")} title={t("c.fw.delete")} text={t("c.setup.delete_text")} danger act={() => call("DELETE", `/v1/setups/${id}`).then(() => go("/console/setups"))} />
			</Title>
			<p>{plural("c.setup.summary", differs.length, { piles: number(data.members.length) })}</p>
			<div class="row end">
				<Choose label={t("c.show")} value={show} onChange={setShow} options={[{ value: "differs", text: t("c.setup.only_differs") }, { value: "", text: t("c.all") }]} />
				<Confirm label={t("c.setup.push")} title={t("c.setup.push")} text={t("c.setup.push_text")} quiet={false} disabled={differs.length === 0} act={push} />
				<button type="button" class="button small quiet" onClick={reload}>{t("c.care.reload")}</button>
			</div>
			{told && <p role="status">{told}</p>}
			<List<Drift> label={t("c.setup.drift")} items={show ? differs : data.drift} columns={columns} id={(row) => row.pile_id + row.name}
				empty={<Empty text={t(data.members.length ? "c.setup.all_same" : "c.setup.no_piles")} />} />
			{data.more && <p class="hint">{t("c.setup.more")}</p>}
			{editing && <SetupForm setup={data} onClose={() => setEditing(false)} onDone={() => {
				setEditing(false);
				reload();
			}} />}
		</>
	);
}
