/* firmware.tsx - firmware: the files that are kept, campaigns that bring one to many piles in waves (with pause, stop and the way
 * back), and files that a pile gives on to its neighbours. */
import { useState } from "preact/hooks";
import { moment, number, plural, t, word } from "../shared/i18n";
import { call, post, type Refused } from "../shared/http";
import { useData, useList } from "./data";
import { go, Link } from "./router";
import { Ago, Choose, Confirm, Dialog, Empty, Facts, Fault, Field, List, Status, Tabs, TextField, Title, Waiting, type Column } from "./widgets";
import type { Page } from "../shared/types";
import type { Pile, Site } from "./types";

interface File1 { id: string; name: string; version: string; vendor: string; model: string; bytes: number; sha256: string; signed: boolean; state: string; created: string }
interface Campaign {
	id: string; name: string; state: string; reason: string; wave: number; waves: number; fail_pct: number; firmware: string; version: string; rollback_of: string | null;
	created: string; done: string | null; piles: number; installed: number; failed: number; open: number; rollback?: { version: string; piles: number; firmware_id: string | null }[];
}
interface Update { id: string; pile_id: string; pile: string; online: boolean; wave: number; state: string; step: string; error: string; from_version: string; to_version: string; version_now: string; done: string | null }
interface Publication { id: string; pile_id: string; pile: string; firmware: string; version: string; state: string; error: string; place: string; created: string }

const SHAPE: Record<string, string> = {
	running: "active", paused: "waiting", stopped: "bad", done: "ok", cancelled: "retired", waiting: "waiting", asked: "waiting", loading: "waiting",
	installed: "ok", failed: "bad", skipped: "retired", published: "ok", withdrawing: "waiting", withdrawn: "retired", ready: "ok", empty: "waiting",
};
const megabytes = (bytes: number) => `${number(bytes / 1e6, 1)} MB`;

export function FirmwareScreen({ tab, id }: { tab: string; id: string | undefined }) {
	if (tab === "campaigns" && id)
		return <CampaignScreen key={id} id={id} />;
	return (
		<>
			<Title text={t("c.nav.firmware")} />
			<Tabs current={tab} tabs={["campaigns", "files", "published"].map((name) => ({ id: name, href: `/console/firmware/${name}`, text: t(`c.fw.${name}`) }))} />
			{tab === "files" ? <Files /> : tab === "published" ? <Published /> : <Campaigns />}
		</>
	);
}

/* --- files --- */

function Files() {
	const list = useList<File1>("/v1/firmware", []);
	const [adding, setAdding] = useState(false);
	return (
		<>
			<p class="row"><button type="button" class="button small" onClick={() => setAdding(true)}>{t("c.fw.add")}</button></p>
			<List<File1> label={t("c.fw.files")} {...list} id={(row) => row.id} empty={<Empty text={t("c.fw.no_files")} />} columns={[
				{ label: t("c.name"), cell: (row) => <b>{row.name}</b> },
				{ label: t("c.care.version"), cell: (row) => <code>{row.version}</code> },
				{ label: t("c.fw.fits"), cell: (row) => [row.vendor, row.model].filter(Boolean).join(" ") || t("c.all") },
				{ label: t("c.state"), cell: (row) => <Status of={SHAPE[row.state] ?? ""} text={word("c.fw.state", row.state)} /> },
				{ label: t("c.detail"), wide: true, cell: (row) => <span class="dim">{[row.bytes ? megabytes(row.bytes) : "", t(row.signed ? "c.fw.signed" : "c.fw.unsigned"), row.sha256.slice(0, 12)].filter(Boolean).join(" · ")}</span> },
				{ label: t("c.next_step"), cell: (row) => <Confirm label={t("c.fw.delete")} title={t("c.fw.delete")} text={t("c.fw.delete_text")} danger
					act={() => call("DELETE", `/v1/firmware/${row.id}`).then(list.reload)} /> },
			]} />
			{adding && <AddFile onClose={() => {
				setAdding(false);
				list.reload();
			}} />}
		</>
	);
}

/* The entry first, then its bytes to the address it answered with. */
function AddFile({ onClose }: { onClose(): void }) {
	const [form, setForm] = useState({ name: "", version: "", vendor: "", model: "", certificate: "", signature: "" });
	const [file, setFile] = useState<File | null>(null);
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState<Error | null>(null);
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
	const wrong = ((error as Refused | null)?.problem?.fields ?? {}) as Record<string, string>;
	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		setError(null);
		try {
			const made = await post<{ upload: string }>("/v1/firmware", Object.fromEntries(Object.entries(form).filter(([, value]) => value.trim())));
			const reply = await fetch(new URL(made.upload).pathname, { method: "PUT", body: file });
			if (!reply.ok)
				throw new Error(t("c.fw.upload_failed"));
			onClose();
		} catch (failed) {
			setError(failed as Error);
		}
		setBusy(false);
	};
	return (
		<Dialog title={t("c.fw.add")} onClose={onClose}>
			<form onSubmit={(event) => void submit(event)}>
				<TextField label={t("c.name")} value={form.name} onInput={set("name")} required max={100} error={wrong.name} />
				<TextField label={t("c.care.version")} value={form.version} onInput={set("version")} required max={50} hint={t("c.fw.version_hint")} error={wrong.version} />
				<TextField label={t("c.fw.vendor")} value={form.vendor} onInput={set("vendor")} max={50} />
				<TextField label={t("c.fw.model")} value={form.model} onInput={set("model")} max={50} />
				<Field label={t("c.care.file")}>{(id) => <input id={id} type="file" required onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)} />}</Field>
				<TextField label={t("c.fw.signature")} value={form.signature} onInput={set("signature")} max={800} hint={t("c.fw.signature_hint")} error={wrong.signature} />
				<Field label={t("c.fw.certificate")} error={wrong.certificate}>{(id) => <textarea id={id} rows={3} value={form.certificate} maxLength={5500} onInput={(event) => set("certificate")(event.currentTarget.value)} />}</Field>
				{error && Object.keys(wrong).length === 0 && <p class="note bad" role="alert">{error.message}</p>}
				<button class="button" disabled={busy || !file}>{t("c.fw.upload")}</button>
			</form>
		</Dialog>
	);
}

/* --- campaigns --- */

function Campaigns() {
	const list = useList<Campaign>("/v1/campaigns", ["pile"]);
	const [adding, setAdding] = useState(false);
	return (
		<>
			<p class="row"><button type="button" class="button small" onClick={() => setAdding(true)}>{t("c.fw.start")}</button></p>
			<List<Campaign> label={t("c.fw.campaigns")} {...list} id={(row) => row.id} empty={<Empty text={t("c.fw.no_campaigns")} />} columns={[
				{ label: t("c.name"), cell: (row) => <Link class="strong" href={`/console/firmware/campaigns/${row.id}`}>{row.name}</Link> },
				{ label: t("c.care.version"), cell: (row) => <code>{row.version}</code> },
				{ label: t("c.state"), cell: (row) => <Status of={SHAPE[row.state] ?? ""} text={t(`c.fw.campaign.${row.state}`)} /> },
				{ label: t("c.fw.wave"), cell: (row) => `${row.wave} / ${row.waves}` },
				{ label: t("c.fw.progress"), wide: true, cell: (row) => <Progress of={row} /> },
				{ label: t("c.time"), cell: (row) => <Ago at={row.created} /> },
			]} />
			{adding && <StartCampaign onClose={() => setAdding(false)} />}
		</>
	);
}

function Progress({ of }: { of: Campaign }) {
	const text = [`${number(of.installed)} / ${number(of.piles)}`, of.open ? plural("c.fw.open", of.open) : "", of.failed ? plural("c.fw.failed", of.failed) : ""].filter(Boolean).join(" · ");
	return <span class="progress"><progress max={of.piles || 1} value={of.installed + of.failed} aria-label={t("c.fw.progress")} /> {text}</span>;
}

function StartCampaign({ onClose }: { onClose(): void }) {
	const files = useData<Page<File1>>("/v1/firmware");
	const sites = useData<Page<Site>>("/v1/sites");
	const [form, setForm] = useState({ name: "", firmware: "", site: "", waves: "10, 50, 100", fail: "20" });
	const [error, setError] = useState<Refused | null>(null);
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
	const ready = (files.data?.items ?? []).filter((file) => file.state === "ready");
	const waves = form.waves.split(/[,\s]+/).filter(Boolean).map(Number);
	const wrong = (error?.problem?.fields ?? {}) as Record<string, string>;
	const submit = (event: Event) => {
		event.preventDefault();
		post<Campaign>("/v1/campaigns", { name: form.name, firmware_id: form.firmware || ready[0]?.id, waves, fail_pct: Number(form.fail), ...(form.site ? { site_id: form.site } : {}) })
			.then((made) => go(`/console/firmware/campaigns/${made.id}`), setError);
	};
	return (
		<Dialog title={t("c.fw.start")} onClose={onClose}>
			{files.data && ready.length === 0 ? <Empty text={t("c.fw.need_file")}><Link href="/console/firmware/files">{t("c.fw.files")}</Link></Empty> : (
				<form onSubmit={submit}>
					<TextField label={t("c.name")} value={form.name} onInput={set("name")} required max={100} error={wrong.name} />
					<Choose label={t("c.care.file")} value={form.firmware || ready[0]?.id || ""} onChange={set("firmware")} options={ready.map((file) => ({ value: file.id, text: `${file.name} ${file.version}` }))} />
					<Choose label={t("c.fw.where")} value={form.site} onChange={set("site")} options={[{ value: "", text: t("c.fw.all_fit") }, ...(sites.data?.items ?? []).map((site) => ({ value: site.id, text: site.name }))]} />
					<TextField label={t("c.fw.waves")} value={form.waves} onInput={set("waves")} required max={60} hint={t("c.fw.waves_hint")} error={wrong.waves} />
					<TextField label={t("c.fw.fail")} value={form.fail} onInput={(value) => set("fail")(value.replace(/\D/g, ""))} required max={3} mode="numeric" hint={t("c.fw.fail_hint")} error={wrong.fail_pct} />
					<p class="note warn">{t("c.fw.warning")}</p>
					{wrong.piles && <p class="note bad" role="alert">{t("c.fw.none_fit")}</p>}
					{error && Object.keys(wrong).length === 0 && <Fault error={error} />}
					<button class="button">{t("c.fw.start")}</button>
				</form>
			)}
		</Dialog>
	);
}

function CampaignScreen({ id }: { id: string }) {
	const { data, error, reload } = useData<Campaign>(`/v1/campaigns/${id}`, ["pile"]);
	const piles = useList<Update>(`/v1/campaigns/${id}/piles?limit=200`, ["pile"]);
	const crumb = { href: "/console/firmware/campaigns", text: t("c.fw.campaigns") };
	if (!data)
		return <><Title text={t("c.fw.campaigns")} crumb={crumb} />{error ? <Fault error={error} retry={reload} /> : <Waiting />}</>;
	const act = (verb: string) => () => post<Campaign>(`/v1/campaigns/${id}/${verb}`).then((now) => verb === "rollback" ? go(`/console/firmware/campaigns/${now.id}`) : reload());
	const columns: Column<Update>[] = [
		{ label: t("c.pile"), cell: (row) => <Link href={`/console/piles/${row.pile_id}`}>{row.pile}</Link> },
		{ label: t("c.fw.wave"), cell: (row) => row.wave },
		{ label: t("c.state"), cell: (row) => <Status of={SHAPE[row.state] ?? ""} text={t(`c.fw.update.${row.state}`)} /> },
		{ label: t("c.detail"), wide: true, cell: (row) => <span class="dim">{[row.step, row.error && word("c.fw.error", row.error), row.online ? "" : t("connector.offline")].filter(Boolean).join(" · ") || "–"}</span> },
		{ label: t("c.fw.from_to"), cell: (row) => <code>{row.from_version || "?"} → {row.version_now || "?"}</code> },
	];
	return (
		<>
			<Title text={data.name} crumb={crumb}>
				<a class="button small quiet" href={`/v1/campaigns/${id}/piles?format=csv`} download>{t("c.export")}</a>
			</Title>
			<Facts rows={[
				[t("c.state"), <span><Status of={SHAPE[data.state] ?? ""} text={t(`c.fw.campaign.${data.state}`)} />{data.reason && <span class="dim"> · {word("c.fw.error", data.reason)}</span>}</span>],
				[t("c.care.file"), `${data.firmware} ${data.version}`], [t("c.fw.wave"), `${data.wave} / ${data.waves}`], [t("c.fw.progress"), <Progress of={data} />],
				[t("c.fw.fail_short"), `${data.fail_pct} %`], [t("c.time"), [moment(data.created), data.done && moment(data.done)].filter(Boolean).join(" – ")],
			]} />
			<p class="row">
				{data.state === "running" && <Confirm label={t("c.fw.pause")} title={t("c.fw.pause")} text={t("c.fw.pause_text")} act={act("pause")} />}
				{["paused", "stopped"].includes(data.state) && <Confirm label={t("c.fw.resume")} title={t("c.fw.resume")} text={t("c.fw.resume_text")} quiet={false} act={act("resume")} />}
				{["running", "paused", "stopped"].includes(data.state) && <Confirm label={t("c.fw.cancel")} title={t("c.fw.cancel")} text={t("c.fw.cancel_text")} danger act={act("cancel")} />}
				{data.installed > 0 && <Confirm label={t("c.fw.rollback")} title={t("c.fw.rollback")} text={t("c.fw.rollback_text")} danger act={act("rollback")} />}
			</p>
			{data.rollback && data.rollback.length > 0 && (
				<section aria-labelledby="back"><h2 id="back">{t("c.fw.back")}</h2>
					<ul>{data.rollback.map((one) => <li key={one.version}><code>{one.version || "?"}</code> · {plural("c.fw.count", one.piles)} · {one.firmware_id ? t("c.fw.kept") : <span class="bad">{t("c.fw.not_kept")}</span>}</li>)}</ul></section>
			)}
			<section aria-labelledby="piles"><h2 id="piles">{t("c.nav.piles")}</h2>
				<List<Update> label={t("c.nav.piles")} {...piles} columns={columns} id={(row) => row.id} empty={<Empty text={t("c.empty.piles")} />} /></section>
		</>
	);
}

/* --- published --- */

function Published() {
	const list = useList<Publication>("/v1/publications", ["pile"]);
	const files = useData<Page<File1>>("/v1/firmware");
	const piles = useData<Page<Pile>>("/v1/piles?limit=200", ["pile"]);
	const [file, setFile] = useState("");
	const [pile, setPile] = useState("");
	const ready = (files.data?.items ?? []).filter((one) => one.state === "ready");
	const able = (piles.data?.items ?? []).filter((one) => one.online && one.protocol?.startsWith("ocpp2"));
	const [firmware, giver] = [file || ready[0]?.id || "", pile || able[0]?.id || ""];
	return (
		<>
			<p class="hint">{t("c.fw.published_text")}</p>
			<div class="row end">
				<Choose label={t("c.care.file")} value={firmware} onChange={setFile} options={ready.map((one) => ({ value: one.id, text: `${one.name} ${one.version}` }))} />
				<Choose label={t("c.pile")} value={giver} onChange={setPile} options={able.map((one) => ({ value: one.id, text: one.name }))} />
				<Confirm label={t("c.fw.publish")} title={t("c.fw.publish")} text={t("c.fw.publish_text")} quiet={false} disabled={!firmware || !giver}
					act={() => post(`/v1/piles/${giver}/publications`, { firmware_id: firmware }).then(list.reload)} />
			</div>
			<List<Publication> label={t("c.fw.published")} {...list} id={(row) => row.id} empty={<Empty text={t("c.fw.none_published")} />} columns={[
				{ label: t("c.pile"), cell: (row) => <Link href={`/console/piles/${row.pile_id}`}>{row.pile}</Link> },
				{ label: t("c.care.file"), cell: (row) => `${row.firmware} ${row.version}` },
				{ label: t("c.state"), cell: (row) => <span><Status of={SHAPE[row.state] ?? ""} text={t(`c.fw.publication.${row.state}`)} />{row.error && <span class="dim"> · {word("c.fw.error", row.error)}</span>}</span> },
				{ label: t("c.fw.place"), wide: true, cell: (row) => row.place ? <code>{row.place.split("\n").join(", ")}</code> : "–" },
				{ label: t("c.next_step"), cell: (row) => ["published", "loading"].includes(row.state) ? <Confirm label={t("c.fw.withdraw")} title={t("c.fw.withdraw")} text={t("c.fw.withdraw_text")} danger
					act={() => post(`/v1/publications/${row.id}/withdraw`).then(list.reload)} /> : null },
			]} />
		</>
	);
}
