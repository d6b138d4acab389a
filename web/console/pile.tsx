/* pile.tsx - one pile: what it is and does now, its log, orders, configuration, and how to connect it. */
import { useState } from "preact/hooks";
import { number, power, t, word } from "../shared/i18n";
import { post, type Refused } from "../shared/http";
import { useData } from "./data";
import { later } from "./later";
import { Link, usePlace } from "./router";
import { Ago, Choose, Confirm, ConnectorStatus, Dialog, Empty, Facts, Fault, List, Status, Tabs, TextField, Title, Waiting } from "./widgets";
import { ConnectorActions, PileActions } from "./pile_actions";
import { CareView } from "./pile_care";
import { LogView } from "./pile_log";
import { ModelView } from "./pile_model";
import { SettingsView } from "./pile_settings";
import { OrderTable } from "./orders";
import { SecretView } from "./piles";
import type { Page } from "../shared/types";
import type { PileDetail, Refusal, Secret, Site } from "./types";

/* Looked at by few, and rarely. */
const RawView = later(() => import("./pile_raw").then((part) => part.RawView));
const EnergyView = later(() => import("./pile_energy").then((part) => part.EnergyView));
const WatchView = later(() => import("./pile_watch").then((part) => part.WatchView));
const SecurityPanel = later(() => import("./security").then((part) => part.SecurityPanel));
const OfflineKeys = later(() => import("./offline_keys").then((part) => part.OfflineKeys));

/* Behind the code on the screen of a pile that waits: ?pile=its name&key=its fingerprint. */
export function ApproveScreen() {
	const code = usePlace().query.get("pile") ?? "";
	const { data, error, reload } = useData<Page<PileDetail>>(`/v1/piles?q=${encodeURIComponent(code)}`, ["pile"]);
	const pile = data?.items.find((one) => one.code === code);
	if (pile)
		return <PileScreen id={pile.id} tab="now" />;
	return <><Title text={t("c.pile")} crumb={{ href: "/console/piles", text: t("c.nav.piles") }} />
		{error ? <Fault error={error} retry={reload} /> : data ? <Empty text={t("c.empty.filtered")} /> : <Waiting />}</>;
}

export function PileScreen({ id, tab }: { id: string; tab: string }) {
	const { data: pile, error, reload } = useData<PileDetail>(`/v1/piles/${id}`, ["pile", "order"]);
	if (!pile)
		return <><Title text={t("c.pile")} crumb={{ href: "/console/piles", text: t("c.nav.piles") }} />
			{error ? <Fault error={error} retry={reload} /> : <Waiting />}</>;
	const base = `/console/piles/${id}`;
	const modern = !!pile.protocol?.startsWith("ocpp2");
	const tabs = ["now", "log", "orders", "config", "energy", ...(modern ? ["watch"] : []), "care", "raw", "connect"];
	return (
		<>
			<Title text={pile.name} crumb={{ href: "/console/piles", text: t("c.nav.piles") }}>
				<a class="button small quiet" href={`/p/${encodeURIComponent(pile.code)}`}>{t("c.driver_page")}</a>
			</Title>
			<p class="meta">
				<Status of={pile.online ? "online" : "offline"} text={pile.online ? t("c.online") : t("connector.offline")} />
				<span>{pile.site}</span><code>{pile.code}</code>
				<span>{[pile.vendor, pile.model].filter(Boolean).join(" ")}</span>
				{pile.firmware && <span>{t("c.firmware")} {pile.firmware}</span>}
				{pile.protocol && <span>{pile.protocol}</span>}
				<span>{t("c.seen")} <Ago at={pile.last_seen} /></span>
			</p>
			{pile.state === "pending" && <Approve pile={pile} onDone={reload} />}
			<Tabs current={tab} tabs={tabs.map((name) => ({
				id: name, href: name === "now" ? base : `${base}/${name}`, text: t(`c.tab.${name}`),
			}))} />
			{tab === "now" && <Now pile={pile} />}
			{tab === "log" && <LogView pile={pile} />}
			{tab === "orders" && <OrderTable filters={{ pile: id }} empty={<Empty text={t("c.empty.pile_orders")} />} />}
			{tab === "config" && (modern ? <ModelView pile={pile} /> : <SettingsView pile={pile} onChange={reload} />)}
			{tab === "energy" && <EnergyView pile={pile} />}
			{tab === "watch" && <WatchView pile={pile} />}
			{tab === "care" && <CareView pile={pile} />}
			{tab === "raw" && <RawView pile={pile} />}
			{tab === "connect" && <Connect pile={pile} />}
		</>
	);
}

/* A pile nobody knew: an operator lets it in or sends it away. */
function Approve({ pile, onDone }: { pile: PileDetail; onDone(): void }) {
	const sites = useData<Page<Site>>("/v1/sites");
	const [site, setSite] = useState(pile.site_id ?? "");
	const [name, setName] = useState(pile.name);
	const chosen = site || sites.data?.items[0]?.id || "";
	const scanned = usePlace().query.get("key") ?? "";
	const [key, setKey] = useState("");
	const requests = pile.requests ?? [];
	const wanted = key || requests.find((one) => one.key === scanned)?.key || (requests.length === 1 ? requests[0]!.key : "");
	const approve = () => post(`/v1/piles/${pile.id}/approve`, { site_id: chosen, name, ...(requests.length ? { key: wanted } : {}) }).then(onDone);
	const reject = () => post(`/v1/piles/${pile.id}/reject`).then(onDone);
	return (
		<div class="note warn ask">
			<p><b>{t("c.pending_title")}</b><br />{t("c.pending_text")}</p>
			{requests.length > 0 && (
				<>
					<p>{t(requests.length > 1 ? "c.approve_keys" : "c.approve_key")}</p>
					{requests.length === 1 ? <p class="figure"><code>{requests[0]!.key}</code></p>
						: <Choose label={t("c.fingerprint")} value={wanted} onChange={setKey}
							options={[{ value: "", text: "–" }, ...requests.map((one) => ({ value: one.key, text: one.key }))]} />}
					{scanned && (requests.some((one) => one.key === scanned) ? <p class="note">{t("c.approve_same")}</p>
						: <p class="note bad" role="alert">{t("c.approve_differs", { key: scanned })}</p>)}
				</>
			)}
			<div class="row end">
				<Choose label={t("c.site")} value={chosen} onChange={setSite} options={(sites.data?.items ?? []).map((s) => ({ value: s.id, text: s.name }))} />
				<TextField label={t("c.painted")} value={name} onInput={setName} max={64} />
				<Confirm label={t("c.approve")} title={t("c.approve_title", { name: pile.code })} text={t("c.approve_text")} quiet={false} act={approve}
					disabled={!chosen || (requests.length > 0 && !wanted) || (scanned !== "" && requests.length > 0 && wanted !== scanned)} />
				<Confirm label={t("c.reject")} title={t("c.reject_title", { name: pile.code })} text={t("c.reject_text")} danger act={reject} />
			</div>
		</div>
	);
}

function Now({ pile }: { pile: PileDetail }) {
	const real = pile.connectors.filter((connector) => connector.no > 0);
	const whole = pile.connectors.find((connector) => connector.no === 0);
	return (
		<>
			{real.length === 0 && <Empty text={t("c.empty.connectors")} />}
			<div class="cards">
				{real.map((connector) => (
					<section class="card" key={connector.no} aria-label={t("c.connector_no", { no: connector.no })}>
						<header><h2>{t("c.connector_no", { no: connector.no })}</h2>
							<ConnectorStatus status={connector.status} online={pile.online} /></header>
						<Facts rows={[
							[t("c.plug"), [connector.plug, connector.max_w ? power(connector.max_w) : ""].filter(Boolean).join(" · ") || "–"],
							...(connector.error_code && connector.error_code !== "NoError"
								? [[t("c.error"), <b class="bad">{[connector.error_code, connector.vendor_error, connector.info].filter(Boolean).join(" · ")}</b>] as [string, preact.JSX.Element]] : []),
							...(connector.info && (!connector.error_code || connector.error_code === "NoError")
								? [[t("c.choice"), connector.info] as [string, string]] : []),
							[t("c.order"), connector.order_id ? <Link href={`/console/orders/${connector.order_id}`}>{t("c.running_order")}</Link> : t("c.none")],
							[t("c.last_good"), <Ago at={connector.last_good} />],
						]} />
						<ConnectorActions pile={pile} connector={connector} />
					</section>
				))}
			</div>
			<section aria-labelledby="whole">
				<h2 id="whole">{t("c.whole_pile")}</h2>
				<p class="dim">
					{whole?.status ? `${word("c.status", whole.status)} · ` : ""}
					{pile.success.started > 0 ? t("c.success", { rate: `${number((100 * pile.success.charged) / pile.success.started)} %` }) : t("c.success_none")}
				</p>
				<PileActions pile={pile} />
			</section>
		</>
	);
}

function Connect({ pile }: { pile: PileDetail }) {
	const [secret, setSecret] = useState<Secret | null>(null);
	return (
		<>
			<div class="halves">
				<section aria-labelledby="connect">
					<h2 id="connect">{t("c.connect_title")}</h2>
					<Facts rows={[
						[t("c.url"), <code>{pile.url}</code>], [t("c.user"), <code>{pile.code}</code>],
						[t("c.password"), t("c.password_kept")], [t("c.serial"), pile.serial || "–"],
					]} />
					<p class="row">
						<Confirm label={t("c.new_password")} title={t("c.new_password")} text={t("c.new_password_text")} danger
							act={async () => setSecret(await post<Secret>(`/v1/piles/${pile.id}/password`))} />
					</p>
					{secret && <Dialog title={t("c.type_in")} onClose={() => setSecret(null)}>
						<SecretView secret={{ url: secret.url ?? pile.url, password: secret.password }} code={pile.code} /></Dialog>}
				</section>
				<section aria-labelledby="refused">
					<h2 id="refused">{t("c.refusals")}</h2>
					<RefusalList items={pile.refusals} />
				</section>
			</div>
			<SecurityPanel pile={pile} />
			<OfflineKeys pile={pile} />
		</>
	);
}

export function RefusalList({ items, more, error, reload }:
	{ items: Refusal[] | null; more?: (() => void) | null; error?: Refused | null; reload?: () => void }) {
	return (
		<List<Refusal> label={t("c.refusals")} items={items} more={more} error={error} reload={reload} id={(row) => row.at + row.remote} empty={<Empty text={t("c.empty.refusals")} />}
			columns={[
				{ label: t("c.time"), cell: (row) => <Ago at={row.at} /> },
				{ label: t("c.code"), cell: (row) => <code>{row.code}</code> },
				{ label: t("c.from"), cell: (row) => <code>{row.remote}</code> },
				{ label: t("c.why"), wide: true, cell: (row) => <>{word("c.refusal", row.reason)}{row.detail && <span class="dim"> · {row.detail}</span>}<br />
					{word("c.doctor", row.reason)}</> },
			]} />
	);
}
