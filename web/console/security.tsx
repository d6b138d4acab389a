/* security.tsx - certificates of piles from the request to their end, and how one pile proves who it is. */
import { useState } from "preact/hooks";
import { day, moment, t, word } from "../shared/i18n";
import { post, Refused } from "../shared/http";
import { query, useData, useList } from "./data";
import { Anchors } from "./anchors";
import { Link } from "./router";
import { Ago, Choose, Confirm, Dialog, Empty, Facts, Fault, List, Waiting, type Column } from "./widgets";
import type { PileDetail } from "./types";

interface Certificate {
	id: string; pile_id: string; pile: string; kind: string; state: string; common_name: string; key: string; serial: string;
	reason: string; own: boolean; until: string | null; created: string; csr?: string; chain?: string;
}
export interface Authority { own: boolean; tls: boolean; by_hand: boolean; least_profile: number; organisation: string; chain: string | null }
interface Security {
	profile: number; least: number; wanted: number; step: string; step_at: string | null; password_on_its_way: boolean;
	password_changed: string | null; transport: string; serial: string; until: string | null; seen: string | null;
}

interface MeterKey {
	connector: number; public_key: string; short: string; since: string; by_hand: boolean; other_key: string; other_short: string;
}

const VALID = ["signed", "installed", "active"];
export const pem = (text: string) => `data:application/x-pem-file;charset=utf-8,${encodeURIComponent(text)}`;

/* The request goes to an outside authority, its answer comes back. */
function Outside({ id, done, close }: { id: string; done(): void; close(): void }) {
	const { data } = useData<Certificate>(`/v1/certificates/${id}`);
	const [chain, setChain] = useState("");
	const [failed, setFailed] = useState<Refused | null>(null);
	const send = async (event: Event) => {
		event.preventDefault();
		try {
			await post(`/v1/certificates/${id}/import`, { chain });
			done();
			close();
		} catch (error) {
			setFailed(error instanceof Refused ? error : null);
		}
	};
	return (
		<Dialog title={t("c.cert.outside")} onClose={close}>
			<p>{t("c.cert.outside_text")}</p>
			{data?.csr && <p><a class="button small quiet" href={pem(data.csr)} download={`${data.common_name}.csr`}>{t("c.cert.download_csr")}</a></p>}
			<form onSubmit={(event) => void send(event)}>
				<label class="field"><span>{t("c.cert.chain")}</span>
					<textarea rows={8} required value={chain} maxLength={16000} onInput={(event) => setChain(event.currentTarget.value)} />
				</label>
				{failed && <Fault error={failed} />}
				<p class="row"><button class="button" type="submit">{t("c.cert.import")}</button></p>
			</form>
		</Dialog>
	);
}

interface Filters { pile?: string | null; state?: string | null }
export function CertificateList({ filters, authority }: { filters: Filters; authority: Authority | null }) {
	const list = useList<Certificate>(`/v1/certificates${query({ ...filters })}`, ["pile", "alarm"]);
	const [outside, setOutside] = useState("");
	const act = (row: Certificate, verb: string) => () => post(`/v1/certificates/${row.id}/${verb}`).then(list.reload);
	const columns: Column<Certificate>[] = [
		...(filters.pile ? [] : [{ label: t("c.code"), cell: (row: Certificate) => <Link href={`/console/piles/${row.pile_id}/connect`}>{row.pile}</Link> }]),
		{ label: t("c.state"), cell: (row) => <span>{word("c.cert.state", row.state)}{row.reason && <span class="dim"> · {word("c.cert.reason", row.reason)}</span>}</span> },
		{ label: t("c.cert.until"), cell: (row) => row.until ? day(row.until) : "–" },
		{ label: t("c.serial"), wide: true, cell: (row) => <code>{row.serial || row.key}</code> },
		{ label: t("c.cert.asked"), cell: (row) => <Ago at={row.created} /> },
		{ label: t("c.next_step"), cell: (row) => (
			<span class="row">
				{row.state === "requested" && authority?.own && <Confirm label={t("c.cert.sign")} title={t("c.cert.sign")} text={t("c.cert.sign_text", { name: row.common_name })} act={act(row, "sign")} />}
				{row.state === "requested" && <button class="button small quiet" type="button" onClick={() => setOutside(row.id)}>{t("c.cert.outside")}</button>}
				{row.state === "requested" && <Confirm label={t("c.cert.refuse")} title={t("c.cert.refuse")} text={t("c.cert.refuse_text")} danger act={act(row, "refuse")} />}
				{VALID.includes(row.state) && <Confirm label={t("c.cert.revoke")} title={t("c.cert.revoke")} text={t("c.cert.revoke_text")} danger act={act(row, "revoke")} />}
			</span>
		) },
	];
	return (
		<>
			<List<Certificate> label={t("c.desk.requests")} {...list} columns={columns} id={(row) => row.id} empty={<Empty text={t(filters.state ? "c.empty.filtered" : "c.empty.certificates")} />} />
			{outside && <Outside id={outside} done={list.reload} close={() => setOutside("")} />}
		</>
	);
}

/* What a pile shows at the door, and how it is brought to show more. */
export function SecurityPanel({ pile }: { pile: PileDetail }) {
	const path = `/v1/piles/${pile.id}/security`;
	const { data, error, reload } = useData<Security>(path, ["pile", "alarm"]);
	const { data: authority } = useData<Authority>("/v1/authority");
	const [chosen, setChosen] = useState("");
	if (!data)
		return error ? <Fault error={error} retry={reload} /> : <Waiting />;
	const act = (verb: string, body: unknown = {}) => () => post(`${path}/${verb}`, body).then(reload);
	const target = chosen === "" ? Math.min(3, data.profile + 1) : Number(chosen);
	const up = target > data.profile;
	return (
		<section aria-labelledby="security">
			<h2 id="security">{t("c.sec.title")}</h2>
			<Facts rows={[
				[t("c.sec.profile"), t(`c.sec.profile.${data.profile}`)],
				[t("c.sec.least"), t(`c.sec.profile.${data.least}`)],
				[t("c.sec.transport"), data.transport || t("c.sec.plain")],
				[t("c.cert.until"), data.until ? day(data.until) : "–"],
				[t("c.sec.step"), data.wanted ? `${t(`c.sec.profile.${data.wanted}`)} · ${word("c.sec.step", data.step)}` : data.step ? word("c.sec.step", data.step) : "–"],
				[t("c.password"), data.password_on_its_way ? t("c.sec.on_its_way") : data.password_changed ? moment(data.password_changed) : "–"],
			]} />
			<Choose label={t("c.sec.change_to")} value={String(target)} onChange={setChosen}
				options={[0, 1, 2, 3].filter((value) => value > data.profile || value < data.least).map((value) => ({ value: String(value), text: t(`c.sec.profile.${value}`) }))} />
			<p class="row">
				{up && <Confirm label={t("c.sec.upgrade")} title={t("c.sec.upgrade")} disabled={!pile.online || data.wanted > 0}
					text={t(target === 3 ? "c.sec.upgrade_3_text" : "c.sec.upgrade_text")} act={act("upgrade", { profile: target })} />}
				{!up && target < data.least && <Confirm label={t("c.sec.lower")} title={t("c.sec.lower")} text={t("c.sec.lower_text")} danger act={act("lower", { profile: target })} />}
				<Confirm label={t("c.sec.rotate")} title={t("c.sec.rotate")} text={t("c.sec.rotate_text")} disabled={!pile.online} quiet act={act("rotate")} />
				<Confirm label={t("c.sec.renew")} title={t("c.sec.renew")} text={t("c.sec.renew_text")} disabled={!pile.online} quiet act={act("renew")} />
			</p>
			<CertificateList filters={{ pile: pile.id }} authority={authority} />
			<Anchors pile={pile} />
			<MeterKeys pile={pile.id} />
		</section>
	);
}

/* The keys by which the pile's meters are known; another one waits for somebody who knows why. */
function MeterKeys({ pile }: { pile: string }) {
	const path = `/v1/piles/${pile}/meter-keys`;
	const { data, reload } = useData<{ items: MeterKey[] }>(path, ["alarm"]);
	if (!data || data.items.length === 0)
		return null;
	const columns: Column<MeterKey>[] = [
		{ label: t("c.connectors"), cell: (row) => row.connector },
		{ label: t("c.meter.key"), cell: (row) => <code title={row.public_key}>{row.short}</code> },
		{ label: t("c.since"), cell: (row) => <>{moment(row.since)}{row.by_hand && <span class="dim"> · {t("c.meter.by_hand")}</span>}</> },
		{ label: t("c.meter.other"), wide: true, cell: (row) => row.other_key
			? <b class="wait"><code title={row.other_key}>{row.other_short}</code></b> : "–" },
		{ label: t("c.next_step"), cell: (row) => row.other_key && (
			<Confirm label={t("c.meter.trust")} title={t("c.meter.trust")} text={t("c.meter.trust_text")} danger
				act={() => post(path, { connector: row.connector, public_key: row.other_key }).then(reload)} />
		) },
	];
	return (
		<>
			<h3>{t("c.meter.keys")}</h3>
			<List<MeterKey> label={t("c.meter.keys")} items={data.items} columns={columns} id={(row) => String(row.connector)} empty={<Empty text="–" />} />
		</>
	);
}
