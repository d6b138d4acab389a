/* sites.tsx - the places: name, zone, money, how drivers without an account pay, which tariff. */
import { useState } from "preact/hooks";
import { money, number, parseMoney, plainMoney, t } from "../shared/i18n";
import { call } from "../shared/http";
import { useData, useList, useMe } from "./data";
import { go, Link } from "./router";
import { Choose, Dialog, Empty, List, TextField, Title, type Column } from "./widgets";
import type { Page } from "../shared/types";
import type { Site, Tariff } from "./types";

const RESERVE_MOST_MIN = 240; /* what the API allows */

/* Degrees as the API takes them: a point for the comma some write, no more digits than a hand's breadth needs; null when
 * it is no such number. */
function degrees(text: string, most: number): string | null {
	const plain = text.trim().replace(",", ".");
	return /^-?\d{1,3}(\.\d{1,15})?$/.test(plain) && Math.abs(Number(plain)) <= most ? Number(plain).toFixed(7) : null;
}
const plainDegrees = (text: string | null | undefined) => (text ?? "").replace(/\.?0+$/, "");

function MapLink({ latitude, longitude }: { latitude: string; longitude: string }) {
	return <a href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`}
		target="_blank" rel="noreferrer noopener">{t("c.map")}</a>;
}

export function SitesScreen({ id }: { id: string | undefined }) {
	const list = useList<Site>("/v1/sites");
	const tariffs = useData<Page<Tariff>>("/v1/tariffs");
	const named = (series: string | null) => tariffs.data?.items.find((tariff) => tariff.series_id === series)?.name;
	const columns: Column<Site>[] = [
		{ label: t("c.site"), cell: (row) => <Link class="strong" href={`/console/sites/${row.id}`}>{row.name}</Link> },
		{ label: t("c.address"), cell: (row) => <>{row.address || "–"}{row.latitude && row.longitude && <> <MapLink latitude={plainDegrees(row.latitude)} longitude={plainDegrees(row.longitude)} /></>}</>, wide: true },
		{ label: t("c.zone"), cell: (row) => row.zone },
		{ label: t("c.timing"), cell: (row) => t(`c.timing.${row.timing}`) },
		{ label: t("c.tariff"), cell: (row) => named(row.tariff_series_id) ?? <b class="bad">{t("c.no_tariff")}</b> },
		{ label: t("c.load.title"), cell: (row) => <Link href={`/console/sites/${row.id}/load`}>{t("c.load.open")}</Link> },
		{ label: t("c.nav.piles"), num: true, cell: (row) => <Link href={`/console/piles?site=${row.id}`}>{number(row.piles ?? 0)}</Link> },
	];
	const open = id === "new" ? null : list.items?.find((site) => site.id === id);
	return (
		<>
			<Title text={t("c.nav.sites")}>
				<Link class="button small" href="/console/sites/new">{t("c.add_site")}</Link>
			</Title>
			<List<Site> label={t("c.nav.sites")} {...list} columns={columns} id={(row) => row.id}
				empty={<Empty text={t("c.empty.sites")}><Link class="button" href="/console/sites/new">{t("c.add_site")}</Link></Empty>} />
			{id && (open || id === "new") && (
				<SiteForm key={id} site={open ?? null} tariffs={tariffs.data?.items ?? []} onDone={() => {
					go("/console/sites");
					list.reload();
				}} />
			)}
		</>
	);
}

function SiteForm({ site, tariffs, onDone }: { site: Site | null; tariffs: Tariff[]; onDone(): void }) {
	const me = useMe();
	const [form, setForm] = useState({
		name: site?.name ?? "", address: site?.address ?? "", helpline: site?.helpline ?? "",
		zone: site?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, timing: site?.timing ?? "prepay",
		tariff: site?.tariff_series_id ?? "",
		limit: site?.default_limit ? plainMoney(site.default_limit) : "100",
		reserve: String(site?.reserve_min ?? 0),
		latitude: plainDegrees(site?.latitude), longitude: plainDegrees(site?.longitude),
	});
	const [failed, setFailed] = useState("");
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
	const currency = site?.currency ?? me.tenant.currency;
	const minor = parseMoney(form.limit, currency);
	const reserve = /^\d{1,3}$/.test(form.reserve) && Number(form.reserve) <= RESERVE_MOST_MIN ? Number(form.reserve) : null;
	const nowhere = form.latitude.trim() === "" && form.longitude.trim() === "";
	const latitude = degrees(form.latitude, 90);
	const longitude = degrees(form.longitude, 180);
	const submit = async (event: Event) => {
		event.preventDefault();
		if (minor === null || reserve === null || (!nowhere && (latitude === null || longitude === null)))
			return;
		const { name, address, helpline, zone, timing } = form;
		const body = {
			name, address, helpline, zone, timing, default_limit: { minor, currency }, reserve_min: reserve,
			latitude: nowhere ? "" : latitude, longitude: nowhere ? "" : longitude,
			tariff_series_id: form.tariff || null, ...(site ? { version: site.version } : { currency }),
		};
		try {
			await call(site ? "PATCH" : "POST", site ? `/v1/sites/${site.id}` : "/v1/sites", body);
			onDone();
		} catch (error) {
			setFailed((error as Error).message);
		}
	};
	return (
		<Dialog title={site ? site.name : t("c.add_site")} onClose={onDone}>
			<form onSubmit={(event) => void submit(event)}>
				<TextField label={t("c.name")} value={form.name} onInput={set("name")} required max={80} />
				<TextField label={t("c.address")} value={form.address} onInput={set("address")} max={200} />
				<div class="pair-fields">
					<TextField label={t("c.latitude")} value={form.latitude} onInput={set("latitude")} max={20}
						error={!nowhere && latitude === null ? t("c.not_latitude") : undefined} placeholder="31.2304" />
					<TextField label={t("c.longitude")} value={form.longitude} onInput={set("longitude")} max={20}
						error={!nowhere && longitude === null ? t("c.not_longitude") : undefined} placeholder="121.4737" />
				</div>
				<p class="hint">{t("c.position_hint")}{latitude !== null && longitude !== null && <> <MapLink latitude={latitude} longitude={longitude} /></>}</p>
				<TextField label={t("c.helpline")} hint={t("c.helpline_hint")} value={form.helpline} onInput={set("helpline")} max={40} mode="tel" />
				<TextField label={t("c.zone")} hint={t("c.zone_hint")} value={form.zone} onInput={set("zone")} required max={60} />
				<Choose label={t("c.timing")} value={form.timing} onChange={set("timing")}
					options={["prepay", "hold"].map((value) => ({ value, text: t(`c.timing.${value}`) }))} />
				<TextField label={t("c.default_limit")} value={form.limit} onInput={set("limit")} required mode="decimal"
					error={minor === null ? t("c.not_money") : undefined}
					hint={minor === null ? undefined : money({ minor, currency })} />
				<TextField label={t("c.reserve_min")} value={form.reserve} onInput={set("reserve")} required max={3} mode="numeric"
					error={reserve === null ? t("c.not_minutes") : undefined} hint={t("c.reserve_hint")} />
				<Choose label={t("c.tariff")} value={form.tariff} onChange={set("tariff")}
					options={[{ value: "", text: t("c.no_tariff") }, ...tariffs.map((tariff) => ({ value: tariff.series_id, text: tariff.name }))]} />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button">{t("c.save")}</button>
			</form>
		</Dialog>
	);
}
