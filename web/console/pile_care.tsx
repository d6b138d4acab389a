/* pile_care.tsx - what keeps a pile in order: its own list of cards, reservations, messages on its display, logs it sends. */
import { useState } from "preact/hooks";
import { moment, t, word } from "../shared/i18n";
import { call, post } from "../shared/http";
import { useData, useList } from "./data";
import { DisplayForm, DisplayList } from "./displays";
import { WebCodes } from "./pile_web";
import { Ago, Choose, Confirm, Empty, Facts, List, TextField } from "./widgets";
import type { PileDetail } from "./types";

interface LocalList { wanted: boolean; state: string; version: number; cards: number; left_out: number; error: string; synced: string | null }
interface Reservation { id: string; connector: number; state: string; reason: string; id_tag: string; until: string }
interface Log { id: string; kind: string; state: string; error: string; file_name: string; bytes: number; created: string }

export function CareView({ pile }: { pile: PileDetail }) {
	return (
		<>
			<div class="halves"><Cards pile={pile} /><Reservations pile={pile} /></div>
			{pile.protocol?.startsWith("ocpp2") && <><Displays pile={pile} /><WebCodes pile={pile} /></>}
			<Logs pile={pile} />
		</>
	);
}

function Cards({ pile }: { pile: PileDetail }) {
	const { data, reload } = useData<LocalList>(`/v1/piles/${pile.id}/local-list`, ["pile"]);
	const want = (wanted: boolean) => call("PUT", `/v1/piles/${pile.id}/local-list`, { wanted }).then(reload);
	return (
		<section aria-labelledby="cards">
			<h2 id="cards">{t("c.care.cards")}</h2>
			<p class="hint">{t("c.care.cards_text")}</p>
			{data && data.wanted && <Facts rows={[
				[t("c.care.state"), <>{word("c.care.list", data.state)}{data.error && <span class="dim"> · {data.error}</span>}</>],
				[t("c.care.version"), String(data.version)],
				[t("c.care.held"), data.left_out ? t("c.care.left_out", { held: data.cards, out: data.left_out }) : String(data.cards)],
				[t("c.care.synced"), <Ago at={data.synced} />],
			]} />}
			<p class="row">
				{data?.wanted
					? <Confirm label={t("c.care.off")} title={t("c.care.off")} text={t("c.care.off_text")} act={() => want(false)} />
					: <button type="button" class="button small" onClick={() => void want(true)}>{t("c.care.on")}</button>}
				{data?.wanted && <button type="button" class="button small quiet"
					onClick={() => void post(`/v1/piles/${pile.id}/local-list/renew`).then(reload)}>{t("c.care.renew")}</button>}
			</p>
		</section>
	);
}

function Reservations({ pile }: { pile: PileDetail }) {
	const { items, error, reload } = useList<Reservation>(`/v1/reservations?pile=${pile.id}&limit=10`, ["pile"]);
	const [connector, setConnector] = useState("1");
	const [minutes, setMinutes] = useState("15");
	const [tag, setTag] = useState("");
	const reserve = () => post(`/v1/piles/${pile.id}/reservations`,
		{ connector: Number(connector), minutes: Number(minutes), ...(tag.trim() ? { id_tag: tag.trim() } : {}) }).then(reload);
	return (
		<section aria-labelledby="reserved">
			<h2 id="reserved">{t("c.care.reservations")}</h2>
			<div class="row end">
				<Choose label={t("c.care.connector")} value={connector} onChange={setConnector}
					options={pile.connectors.filter((one) => one.no > 0).map((one) => ({ value: String(one.no), text: String(one.no) }))} />
				<TextField label={t("c.care.minutes")} value={minutes} onInput={setMinutes} mode="numeric" max={4} />
				<TextField label={t("c.care.card")} value={tag} onInput={setTag} max={36} hint={t("c.care.card_hint")} />
				<Confirm label={t("c.care.reserve")} title={t("c.care.reserve")} text={t("c.care.reserve_text")} quiet={false} disabled={!pile.online} act={reserve} />
			</div>
			<List<Reservation> label={t("c.care.reservations")} items={items} error={error} reload={reload} id={(row) => row.id}
				empty={<Empty text={t("c.care.no_reservations")} />} columns={[
					{ label: t("c.care.connector"), cell: (row) => String(row.connector) },
					{ label: t("c.care.state"), cell: (row) => <>{word("c.care.reservation", row.state)}{row.reason && <span class="dim"> · {row.reason}</span>}</> },
					{ label: t("c.care.until"), cell: (row) => moment(row.until) },
					{ label: t("c.care.act"), cell: (row) => ["asked", "held"].includes(row.state)
						? <Confirm label={t("c.care.cancel")} title={t("c.care.cancel")} text={t("c.care.cancel_text")} danger
							act={() => post(`/v1/reservations/${row.id}/cancel`).then(reload)} /> : null },
				]} />
		</section>
	);
}

function Logs({ pile }: { pile: PileDetail }) {
	const { items, error, reload } = useList<Log>(`/v1/logs?pile=${pile.id}&limit=10`, ["pile"]);
	const ask = (security: boolean) => post(`/v1/piles/${pile.id}/logs`, { security }).then(reload);
	return (
		<section aria-labelledby="logs">
			<h2 id="logs">{t("c.care.logs")}</h2>
			<p class="row">
				<Confirm label={t("c.care.ask_diagnostics")} title={t("c.care.ask_diagnostics")} text={t("c.care.ask_text")} disabled={!pile.online} act={() => ask(false)} />
				<Confirm label={t("c.care.ask_security")} title={t("c.care.ask_security")} text={t("c.care.ask_text")} disabled={!pile.online} act={() => ask(true)} />
				<button type="button" class="button small quiet" onClick={reload}>{t("c.care.reload")}</button>
			</p>
			<List<Log> label={t("c.care.logs")} items={items} error={error} reload={reload} id={(row) => row.id}
				empty={<Empty text={t("c.care.no_logs")} />} columns={[
					{ label: t("c.time"), cell: (row) => <Ago at={row.created} /> },
					{ label: t("c.care.kind"), cell: (row) => word("c.care.log", row.kind) },
					{ label: t("c.care.state"), cell: (row) => <>{word("c.care.upload", row.state)}{row.error && <span class="dim"> · {row.error}</span>}</> },
					{ label: t("c.care.file"), wide: true, cell: (row) => row.state === "received"
						? <a href={`/v1/logs/${row.id}/file`} download>{row.file_name || t("c.care.download")}</a> : <>{row.file_name}</> },
				]} />
		</section>
	);
}

function Displays({ pile }: { pile: PileDetail }) {
	const [made, setMade] = useState(0);
	return (
		<section aria-labelledby="displays">
			<h2 id="displays">{t("c.nav.displays")}</h2>
			<DisplayForm path={`/v1/piles/${pile.id}/displays`} online={pile.online} onDone={() => setMade(made + 1)} />
			<DisplayList key={made} pile={pile} />
		</section>
	);
}
