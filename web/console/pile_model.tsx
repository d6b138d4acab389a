/* pile_model.tsx - the device model of a pile that speaks OCPP 2: its variables found and changed, its monitors. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n";
import { query, useData } from "./data";
import { Ago, Dialog, Empty, List, TextField } from "./widgets";
import { Result, useAction } from "./pile_actions";
import type { PileDetail } from "./types";

interface Key { component: string; component_instance: string; evse: number; outlet: number; variable: string; variable_instance: string }
interface Variable extends Key {
	attribute: string; value: string; has_value: boolean; mutability: string; data_type: string; unit: string; least: string; most: string;
	choices: string; monitored: boolean; at: string;
}
interface Monitor extends Key { id: number; kind: string; value: string; severity: number; during_charge: boolean }
interface Model { items: Variable[]; next?: number; monitors: Monitor[] }

const place = (row: Key) => row.evse ? `${row.evse}${row.outlet ? `.${row.outlet}` : ""}` : "–";
const named = (name: string, instance: string) => instance ? `${name}[${instance}]` : name;
const bounds = (row: Variable) =>
	[row.choices, row.least || row.most ? `${row.least || "…"} – ${row.most || "…"}` : "", row.unit].filter(Boolean).join(" · ");

export function ModelView({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useAction(pile);
	const [find, setFind] = useState("");
	const [skip, setSkip] = useState(0);
	const [open, setOpen] = useState<Variable | null>(null);
	const [failed, setFailed] = useState("");
	const { data, error, reload } = useData<Model>(`/v1/piles/${pile.id}/variables${query({ q: find, skip: skip ? String(skip) : "" })}`, ["pile"]);
	const read = () => void run("get-configuration").then(reload, (refused: Error) => setFailed(refused.message));
	const search = (text: string) => {
		setFind(text);
		setSkip(0);
	};
	return (
		<>
			<div class="filters">
				<TextField label={t("c.find")} value={find} onInput={search} type="search" />
				<div class="field"><button type="button" class="button small" disabled={!pile.online} onClick={read}>{t("c.read_config")}</button></div>
			</div>
			{failed && <p class="note bad" role="alert">{failed}</p>}
			<Result of={feedback} />
			<List<Variable> label={t("c.model.variables")} items={data?.items ?? null} error={error} reload={reload}
				id={(row) => [row.component, row.component_instance, row.evse, row.outlet, row.variable, row.variable_instance, row.attribute].join("/")}
				empty={<Empty text={find ? t("c.empty.filtered") : t("c.empty.config")} />}
				columns={[
					{ label: t("c.model.component"), cell: (row) => <code>{named(row.component, row.component_instance)}</code> },
					{ label: t("c.model.place"), cell: (row) => place(row) },
					{ label: t("c.model.variable"), cell: (row) => <code>{named(row.variable, row.variable_instance)}{row.attribute === "Actual" ? "" : ` (${row.attribute})`}</code> },
					{ label: t("c.value"), wide: true, cell: (row) => <>{row.has_value && row.value ? <code>{row.value}</code> : <span class="dim">{t("c.no_value")}</span>}
						{bounds(row) && <span class="dim"> · {bounds(row)}</span>}</> },
					{ label: t("c.read_at"), cell: (row) => <Ago at={row.at} /> },
					{ label: t("c.change"), cell: (row) => row.mutability === "ReadOnly" ? <span class="dim">{t("c.readonly")}</span>
						: <button type="button" class="link" aria-label={`${t("c.change")} ${row.component} ${row.variable}`} disabled={!pile.online} onClick={() => setOpen(row)}>{t("c.change")}</button> },
				]} />
			<p class="row">
				{skip > 0 && <button type="button" class="button small quiet" onClick={() => setSkip(0)}>{t("c.model.first")}</button>}
				{data?.next !== undefined && <button type="button" class="button small quiet" onClick={() => setSkip(data.next ?? 0)}>{t("c.model.next")}</button>}
			</p>
			{data && data.monitors.length > 0 && <Monitors items={data.monitors} />}
			{open && <Change of={open} onClose={() => setOpen(null)} onSend={async (value) => {
				await run("change-variable", {
					component: open.component, component_instance: open.component_instance, evse: open.evse, outlet: open.outlet,
					variable: open.variable, variable_instance: open.variable_instance, attribute: open.attribute, value,
				});
				reload();
			}} />}
		</>
	);
}

function Monitors({ items }: { items: Monitor[] }) {
	return (
		<section aria-labelledby="monitors">
			<h2 id="monitors">{t("c.model.monitors")}</h2>
			<List<Monitor> label={t("c.model.monitors")} items={items} id={(row) => String(row.id)} empty={<Empty text={t("c.empty.config")} />}
				columns={[
					{ label: t("c.model.component"), cell: (row) => <code>{named(row.component, row.component_instance)}</code> },
					{ label: t("c.model.place"), cell: (row) => place(row) },
					{ label: t("c.model.variable"), cell: (row) => <code>{named(row.variable, row.variable_instance)}</code> },
					{ label: t("c.value"), wide: true, cell: (row) => <code>{row.kind} {row.value}</code> },
					{ label: t("c.model.severity"), cell: (row) => row.severity },
				]} />
		</section>
	);
}

function Change({ of, onClose, onSend }: { of: Variable; onClose(): void; onSend(value: string): Promise<void> }) {
	const [value, setValue] = useState(of.value);
	const [failed, setFailed] = useState("");
	const [busy, setBusy] = useState(false);
	const submit = (event: Event) => {
		event.preventDefault();
		setBusy(true);
		onSend(value).then(onClose, (error: Error) => {
			setFailed(error.message);
			setBusy(false);
		});
	};
	return (
		<Dialog title={`${of.component} · ${of.variable}`} onClose={onClose}>
			<form onSubmit={submit}>
				<TextField label={t("c.value")} value={value} onInput={setValue} max={2500} hint={bounds(of) || t("c.was", { value: of.value || "–" })} />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button" disabled={busy}>{t("c.change_send")}</button>
			</form>
		</Dialog>
	);
}
