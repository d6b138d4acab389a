/* piles.tsx - the piles: found by word, site or state; each connector told in words; a new pile in one step with what
 * must be typed into it shown once. */
import { useState } from "preact/hooks";
import { number, t, word } from "../shared/i18n";
import { post } from "../shared/http";
import { query, useData, useList } from "./data";
import { InstallerSheet } from "./installer";
import { go, Link, usePlace, withQuery } from "./router";
import { Ago, Choose, ConnectorStatus, Copy, Dialog, Empty, Facts, List, Status, TextField, Title, type Column } from "./widgets";
import type { Page } from "../shared/types";
import type { Counts, Pile, Secret, Site } from "./types";

const STATES = ["", "online", "offline", "charging", "faulted", "pending"];

export function PilesScreen() {
	const place = usePlace();
	const filters = { q: place.query.get("q"), site: place.query.get("site"), state: place.query.get("state") };
	const list = useList<Pile>(`/v1/piles${query(filters)}`, ["pile", "order"]);
	const sites = useData<Page<Site>>("/v1/sites");
	const counts = useData<Counts>("/v1/counts", ["pile"]).data?.piles;
	const [adding, setAdding] = useState(false);
	/* The numbers are of all sites: beside another filter they would mislead. */
	const count = (state: string) => counts && !filters.site && !filters.q ? ` (${number(counts[(state || "all") as keyof Counts["piles"]])})` : "";
	const set = (name: string, value: string) => go(withQuery(place, { [name]: value }), true);
	const filtered = Object.values(filters).some(Boolean);
	return (
		<>
			<Title text={t("c.nav.piles")}>
				<button type="button" class="button small" onClick={() => setAdding(true)}>{t("c.add_pile")}</button>
			</Title>
			<div class="filters">
				<TextField label={t("c.find")} value={filters.q ?? ""} onInput={(value) => set("q", value)} type="search" />
				<Choose label={t("c.site")} value={filters.site ?? ""} onChange={(value) => set("site", value)}
					options={[{ value: "", text: t("c.all") }, ...(sites.data?.items ?? []).map((site) => ({ value: site.id, text: site.name }))]} />
				<Choose label={t("c.state")} value={filters.state ?? ""} onChange={(value) => set("state", value)}
					options={STATES.map((state) => ({ value: state, text: `${state ? t(`c.pile_filter.${state}`) : t("c.all")}${count(state)}` }))} />
			</div>
			<List<Pile> label={t("c.nav.piles")} {...list} columns={columns} id={(row) => row.id}
				empty={filtered ? <Empty text={t("c.empty.filtered")}><Link href="/console/piles">{t("c.clear")}</Link></Empty>
					: <Empty text={t("c.empty.piles")}><button type="button" class="button" onClick={() => setAdding(true)}>{t("c.add_pile")}</button></Empty>} />
			{adding && <AddPile sites={sites.data?.items ?? []} onClose={() => {
				setAdding(false);
				list.reload();
			}} />}
		</>
	);
}

const columns: Column<Pile>[] = [
	{ label: t("c.pile"), cell: (row) => <span><Link class="strong" href={`/console/piles/${row.id}`}>{row.name}</Link> <span class="dim">{row.code}</span></span> },
	{ label: t("c.site"), cell: (row) => row.site || "–" },
	{ label: t("c.connectors"), wide: true, cell: (row) => <Plugs pile={row} /> },
	{ label: t("c.device"), cell: (row) => <span class="dim">{[row.vendor, row.model].filter(Boolean).join(" ") || "–"}</span> },
	{ label: t("c.seen"), cell: (row) => <Ago at={row.last_seen} /> },
];

function Plugs({ pile }: { pile: Pile }) {
	if (pile.state !== "approved")
		return <Status of={pile.state} text={word("c.pile_state", pile.state)} />;
	const real = pile.connectors.filter((connector) => connector.no > 0);
	if (!pile.online || real.length === 0)
		return <ConnectorStatus status="" online={pile.online} />;
	return (
		<ul class="inline">
			{real.map((connector) => (
				<li key={connector.no}><span class="dim">{connector.no}</span> <ConnectorStatus status={connector.status} online /></li>
			))}
		</ul>
	);
}

function AddPile({ sites, onClose }: { sites: Site[]; onClose(): void }) {
	const [code, setCode] = useState("");
	const [name, setName] = useState("");
	const [site, setSite] = useState(sites[0]?.id ?? "");
	const [failed, setFailed] = useState("");
	const [secret, setSecret] = useState<Secret | null>(null);
	const submit = async (event: Event) => {
		event.preventDefault();
		try {
			setSecret(await post<Secret>("/v1/piles", { code: code.trim(), name: name.trim(), site_id: site }));
		} catch (error) {
			setFailed((error as Error).message);
		}
	};
	return (
		<Dialog title={secret ? t("c.type_in") : t("c.add_pile")} onClose={onClose}>
			{secret ? <SecretView secret={secret} code={code.trim()} /> : (
				<form onSubmit={(event) => void submit(event)}>
					<TextField label={t("c.code")} hint={t("c.code_hint")} value={code} onInput={setCode} required max={48} />
					<TextField label={t("c.painted")} hint={t("c.painted_hint")} value={name} onInput={setName} required max={40} />
					<Choose label={t("c.site")} value={site} onChange={setSite} options={sites.map((s) => ({ value: s.id, text: s.name }))} />
					{failed && <p class="note bad" role="alert">{failed}</p>}
					<button class="button">{t("c.add")}</button>
				</form>
			)}
		</Dialog>
	);
}

/* Address and password for the installer, to type in or to scan; the password is never shown again. */
export function SecretView({ secret, code }: { secret: { url: string; password: string }; code: string }) {
	return (
		<>
			<p class="note warn">{t("c.once")}</p>
			<Facts rows={[
				[t("c.url"), <><code>{secret.url}</code> <Copy text={secret.url} label={t("c.url")} /></>],
				[t("c.password"), <><code>{secret.password}</code> <Copy text={secret.password} label={t("c.password")} /></>],
			]} />
			<InstallerSheet url={secret.url} password={secret.password} code={code} />
		</>
	);
}
