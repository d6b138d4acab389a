/* security_desk.tsx - safety in one place: what this server shows and whom it believes, how each pile proves who it is,
 * requests for certificates, and what piles said about their own safety. */
import { useState } from "preact/hooks";
import { day, number, t, word } from "../shared/i18n";
import { post } from "../shared/http";
import { query, useData, useList } from "./data";
import { go, Link, usePlace, withQuery } from "./router";
import { Ago, Choose, Confirm, Empty, Fault, List, Status, Suggest, Tabs, Title, Until, Waiting, type Column } from "./widgets";
import { CertificateList, pem, type Authority } from "./security";
import type { Page } from "../shared/types";
import type { Pile } from "./types";

interface Trusted {
	role: string; name: string; organisation: string; issuer: string; key: string; serial: string; fingerprint: string;
	authority: boolean; self_signed: boolean; from: string; until: string;
}
interface Trust {
	tls: boolean; own: boolean; by_hand: boolean; least_profile: number; renew_days: number; organisation: string | null;
	certificates: Trusted[]; lists: { issuer: string; from: string; until: string | null; revoked: number }[]; unreadable: string[];
	fetched: { url: string; state: string; issuer: string; revoked: number; until: string | null; read: string | null; at: string }[];
}
interface PileSecurity {
	id: string; code: string; name: string; online: boolean; protocol: string; profile: number; least: number;
	transport: string; serial: string; until: string | null; anchors: number; anchors_at: string | null;
}
interface SecurityEvent { id: string; pile_id: string; pile: string; pile_code: string; at: string; kind: string; info: string; critical: boolean }

const TABS = ["server", "piles", "requests", "events"];
const STATES = ["requested", "signed", "installed", "active", "replaced", "refused", "revoked"];
/* What OCPP 1.6 and 2 name; a maker's own word can be typed. */
const KINDS = [
	"AttemptedReplayAttacks", "CentralSystemFailedToAuthenticate", "CsmsFailedToAuthenticate", "FailedToAuthenticateAtCentralSystem",
	"FailedToAuthenticateAtCsms", "FirmwareUpdated", "InvalidCentralSystemCertificate", "InvalidChargePointCertificate",
	"InvalidChargingStationCertificate", "InvalidCsmsCertificate", "InvalidFirmwareSignature", "InvalidFirmwareSigningCertificate",
	"InvalidMessages", "InvalidTLSCipherSuite", "InvalidTLSVersion", "MaintenanceLoginAccepted", "MaintenanceLoginFailed",
	"MemoryExhaustion", "ReconfigurationOfSecurityParameters", "ResetOrReboot", "SecurityLogWasCleared", "SettingSystemTime",
	"StartupOfTheDevice", "TamperDetectionActivated",
];

export function SecurityScreen({ tab }: { tab: string }) {
	return (
		<>
			<Title text={t("c.nav.security")} />
			<Tabs current={tab} tabs={TABS.map((id) => ({ id, href: `/console/security${id === "server" ? "" : `/${id}`}`, text: t(`c.desk.${id}`) }))} />
			{tab === "piles" ? <PilesTab /> : tab === "requests" ? <RequestsTab /> : tab === "events" ? <EventsTab /> : <ServerTab />}
		</>
	);
}

function ServerTab() {
	const { data, error, reload } = useData<Trust>("/v1/trust");
	const { data: authority } = useData<Authority>("/v1/authority");
	if (!data)
		return error ? <Fault error={error} retry={reload} /> : <Waiting />;
	const shown = data.certificates.filter((one) => one.role === "shown");
	const believed = data.certificates.filter((one) => one.role !== "shown");
	const columns: Column<Trusted>[] = [
		{ label: t("c.name"), cell: (row) => <span><b>{row.name || "–"}</b>{row.organisation && <span class="dim"> {row.organisation}</span>}</span> },
		{ label: t("c.desk.issuer"), cell: (row) => row.self_signed ? t("c.desk.itself") : row.issuer },
		{ label: t("c.cert.until"), cell: (row) => <Until at={row.until} /> },
		{ label: t("c.desk.key"), cell: (row) => row.key },
		{ label: t("c.fingerprint"), wide: true, cell: (row) => <code class="print">{row.fingerprint.slice(0, 32)}…</code> },
	];
	const uses: Column<Trusted> = { label: t("c.desk.use"), cell: (row) => t(`c.desk.role.${row.role}`) };
	return (
		<>
			{!data.tls && <p class="note warn">{t("c.desk.no_tls")}</p>}
			{data.unreadable.map((what) => <p class="note bad" key={what}>{t(`c.desk.unreadable.${what}`)}</p>)}
			<section aria-labelledby="shown">
				<h2 id="shown">{t("c.desk.shown")}</h2>
				<p class="hint">{t("c.desk.shown_text")}</p>
				<List<Trusted> label={t("c.desk.shown")} items={shown} columns={columns} id={(row) => row.fingerprint} empty={<Empty text={t("c.desk.shown_none")} />} />
			</section>
			<section aria-labelledby="believed">
				<h2 id="believed">{t("c.desk.believed")}</h2>
				<p class="hint">{t(data.own ? (data.by_hand ? "c.cert.own_by_hand" : "c.cert.own") : "c.cert.none")}</p>
				<List<Trusted> label={t("c.desk.believed")} items={believed} columns={[columns[0]!, uses, ...columns.slice(1)]} id={(row) => row.role + row.fingerprint}
					empty={<Empty text={t("c.desk.believed_none")} />} />
				{authority?.chain && <p class="row"><a class="button small quiet" href={pem(authority.chain)} download="authority.pem">{t("c.cert.download_chain")}</a></p>}
			</section>
			<section aria-labelledby="lists">
				<h2 id="lists">{t("c.desk.lists")}</h2>
				<p class="hint">{t("c.desk.lists_text")}</p>
				<List label={t("c.desk.lists")} items={data.lists} id={(row) => row.issuer + row.from} empty={<Empty text={t("c.desk.lists_none")} />} columns={[
					{ label: t("c.desk.issuer"), cell: (row) => <b>{row.issuer}</b> },
					{ label: t("c.desk.revoked"), num: true, cell: (row) => number(row.revoked) },
					{ label: t("c.desk.made"), cell: (row) => <Ago at={row.from} /> },
					{ label: t("c.desk.next"), cell: (row) => row.until && Date.parse(row.until) < Date.now()
						? <Status of="bad" text={t("c.desk.overdue", { day: day(row.until) })} /> : row.until ? day(row.until) : "–" },
				]} />
				{data.fetched.length > 0 && <>
					<h3>{t("c.desk.fetched")}</h3>
					<p class="hint">{t("c.desk.fetched_text")}</p>
					<List label={t("c.desk.fetched")} items={data.fetched} id={(row) => row.url} empty={<Empty text={t("c.desk.lists_none")} />} columns={[
						{ label: t("c.desk.address"), wide: true, cell: (row) => <code>{row.url}</code> },
						{ label: t("c.desk.issuer"), cell: (row) => row.issuer || "–" },
						{ label: t("c.desk.revoked"), num: true, cell: (row) => number(row.revoked) },
						{ label: t("c.desk.read"), cell: (row) => row.read ? <Ago at={row.read} /> : "–" },
						{ label: t("c.desk.next"), cell: (row) => row.until ? day(row.until) : "–" },
						{ label: t("c.state"), cell: (row) => row.state === "good" ? t("c.desk.fetched.good")
							: <Status of="bad" text={t(`c.desk.fetched.${row.state}`)} /> },
					]} />
				</>}
			</section>
		</>
	);
}

function PilesTab() {
	const list = useList<PileSecurity>("/v1/security/piles", ["pile"]);
	const [asked, setAsked] = useState<string[]>([]);
	const renew = (id: string) => () => post(`/v1/piles/${id}/security/renew`).then(() => setAsked((old) => [...old, id]));
	const columns: Column<PileSecurity>[] = [
		{ label: t("c.pile"), cell: (row) => <span><Link class="strong" href={`/console/piles/${row.id}/connect`}>{row.name}</Link> <span class="dim">{row.code}</span></span> },
		{ label: t("c.sec.profile"), cell: (row) => t(`c.sec.profile.${row.profile}`) },
		{ label: t("c.sec.transport"), cell: (row) => row.transport ? <span class="dim">{row.transport}</span> : t("c.sec.plain") },
		{ label: t("c.cert.until"), cell: (row) => <Until at={row.until} /> },
		{ label: t("c.desk.installed"), cell: (row) => row.anchors_at ? <span>{number(row.anchors)} <span class="dim">(<Ago at={row.anchors_at} />)</span></span> : <span class="dim">{t("c.desk.not_asked")}</span> },
		{ label: t("c.next_step"), cell: (row) => asked.includes(row.id) ? <Status of="waiting" text={t("c.desk.asked")} />
			: <Confirm label={t("c.desk.renew")} title={t("c.desk.renew_title", { name: row.name })} text={t("c.sec.renew_text")} disabled={!row.online} act={renew(row.id)} /> },
	];
	return (
		<>
			<p class="row end"><a class="button small quiet" href="/v1/security/piles?format=csv" download>{t("c.export")}</a></p>
			<List<PileSecurity> label={t("c.desk.piles")} {...list} columns={columns} id={(row) => row.id} empty={<Empty text={t("c.empty.piles")} />} />
		</>
	);
}

function RequestsTab() {
	const place = usePlace();
	const { data: authority } = useData<Authority>("/v1/authority");
	const filters = { pile: place.query.get("pile"), state: place.query.get("state") };
	return (
		<>
			{authority && <p class="hint">{t(authority.own ? (authority.by_hand ? "c.cert.own_by_hand" : "c.cert.own") : "c.cert.none")}</p>}
			<div class="filters">
				<Choose label={t("c.state")} value={filters.state ?? ""} onChange={(value) => go(withQuery(place, { state: value, pile: "" }), true)}
					options={[{ value: "", text: t("c.all") }, ...STATES.map((value) => ({ value, text: t(`c.cert.state.${value}`) }))]} />
				<div class="field row"><a class="button small quiet" href={`/v1/certificates${query({ ...filters, format: "csv" })}`} download>{t("c.export")}</a></div>
			</div>
			<CertificateList filters={filters} authority={authority} />
		</>
	);
}

function EventsTab() {
	const place = usePlace();
	const filters = { pile: place.query.get("pile"), kind: place.query.get("kind") };
	const list = useList<SecurityEvent>(`/v1/security-events${query(filters)}`, ["alarm", "pile"]);
	const piles = useData<Page<Pile>>("/v1/piles?limit=200");
	const set = (name: string, value: string) => go(withQuery(place, { [name]: value }), true);
	const columns: Column<SecurityEvent>[] = [
		{ label: t("c.what"), cell: (row) => row.critical ? <Status of="bad" text={word("c.event", row.kind)} /> : word("c.event", row.kind) },
		{ label: t("c.pile"), cell: (row) => <Link href={`/console/piles/${row.pile_id}`}>{row.pile}</Link> },
		{ label: t("c.time"), cell: (row) => <Ago at={row.at} /> },
		{ label: t("c.detail"), wide: true, cell: (row) => <span class="dim">{row.info || "–"}</span> },
	];
	return (
		<>
			<p class="hint">{t("c.desk.events_text")}</p>
			<div class="filters">
				<Choose label={t("c.pile")} value={filters.pile ?? ""} onChange={(value) => set("pile", value)}
					options={[{ value: "", text: t("c.all") }, ...(piles.data?.items ?? []).map((pile) => ({ value: pile.id, text: pile.name }))]} />
				<Suggest label={t("c.desk.kind")} value={filters.kind ?? ""} onInput={(value) => set("kind", value)}
					options={KINDS.map((kind) => ({ value: kind, text: word("c.event", kind) }))} />
				<div class="field row"><a class="button small quiet" href={`/v1/security-events${query({ ...filters, format: "csv" })}`} download>{t("c.export")}</a></div>
			</div>
			<List<SecurityEvent> label={t("c.desk.events")} {...list} columns={columns} id={(row) => row.id}
				empty={<Empty text={t(filters.pile || filters.kind ? "c.empty.filtered" : "c.desk.events_none")} />} />
		</>
	);
}
