/* tariff_edit.tsx - a tariff: rates painted over the day, idle fee, tax, from when; what a charge would cost; whom it
 * touches; its history. A saved version never changes: saving makes the next one. */
import { useState } from "preact/hooks";
import { addPrices, energy, moment, money, number, parseMoney, plainMoney, plural, price, scaled, t } from "../shared/i18n";
import { post } from "../shared/http";
import { useData, useMe } from "./data";
import { go } from "./router";
import { Empty, Fault, List, TextField, Title, Waiting } from "./widgets";
import { BillTable } from "./order";
import { Range, RATE_NAMES, Slots, type Rate } from "./slots";
import type { Page } from "../shared/types";
import type { Bill, Series, Site, Tariff } from "./types";

interface Draft {
	name: string; rates: Rate[]; day: number[]; idle: string; grace: string; cap: string; vat: string; backVat: string; from: string;
}

const trim = (text: string) => (text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text);
export const isPrice = (text: string) => /^\d{1,4}(\.\d{1,5})?$/.test(text.trim().replace(",", "."));
const clean = (text: string) => {
	const [whole, part = ""] = text.trim().replace(",", ".").split(".");
	return `${Number(whole)}.${part.padEnd(5, "0")}`;
};

/* The distinct price pairs of a day become its rates, cheapest first. */
export function toDraft(tariff: Tariff | null): Draft {
	if (!tariff)
		return { name: "", rates: [{ energy: "0.42", service: "0.40", back: "0" }, { energy: "1.12", service: "0.40", back: "0" }], day: Array<number>(48).fill(0),
			idle: "0.50", grace: "15", cap: "30", vat: "13", backVat: "0", from: "" };
	const { slots, idle, vat_bp: vat, back_vat_bp: backVat } = tariff;
	const key = (slot: Rate) => `${slot.energy}|${slot.service}|${slot.back}`;
	const keys = [...new Set(slots.map(key))].sort((a, b) => {
		const sum = (text: string) => text.split("|").slice(0, 2).reduce((total, part) => total + scaled(part), 0);
		return sum(a) - sum(b);
	});
	return {
		name: tariff.name, day: slots.map((slot) => keys.indexOf(key(slot))),
		rates: keys.map((text) => {
			const [energy = "0", service = "0", back = "0"] = text.split("|").map(trim);
			return { energy, service, back };
		}),
		idle: trim(idle.price_per_min), grace: String(Math.round(idle.grace_s / 60)),
		cap: idle.cap ? plainMoney(idle.cap) : "", vat: String(vat / 100), backVat: String(backVat / 100), from: "",
	};
}

/* "2026-12-01T00:00" on the clock of a zone -> UTC. Two rounds settle the hour of a clock change. */
export function zoned(local: string, zone: string): string {
	const wall = Date.parse(`${local}:00Z`);
	let utc = wall;
	for (let i = 0; i < 2; i++) {
		const parts = new Intl.DateTimeFormat("en-CA", {
			timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
		}).formatToParts(new Date(utc));
		const get = (type: string) => parts.find((part) => part.type === type)?.value ?? "00";
		const shown = Date.parse(`${get("year")}-${get("month")}-${get("day")}T${get("hour")}:${get("minute")}:00Z`);
		utc += wall - shown;
	}
	return new Date(utc).toISOString();
}

function body(draft: Draft, series: string, currency: string, zone: string) {
	return {
		...(series === "new" ? {} : { series_id: series }), name: draft.name.trim(), currency,
		slots: draft.day.map((rate) => ({ energy: clean(draft.rates[rate]?.energy ?? "0"), service: clean(draft.rates[rate]?.service ?? "0"),
			back: clean(draft.rates[rate]?.back || "0") })),
		idle: { price_per_min: clean(draft.idle || "0"), grace_s: Math.round(Number(draft.grace) * 60),
			cap: draft.cap ? { minor: parseMoney(draft.cap, currency) ?? 0, currency } : null },
		vat_bp: Math.round(Number(draft.vat.replace(",", ".")) * 100), back_vat_bp: Math.round(Number(draft.backVat.replace(",", ".")) * 100),
		...(draft.from ? { valid_from: zoned(draft.from, zone) } : {}),
	};
}

export function TariffScreen({ series }: { series: string }) {
	const fresh = series === "new";
	const { data, error, reload } = useData<Series>(fresh ? null : `/v1/tariffs/${series}`);
	const sites = useData<Page<Site>>("/v1/sites");
	const crumb = { href: "/console/tariffs", text: t("c.nav.tariffs") };
	if ((!fresh && !data) || (!sites.data && !sites.error))
		return <><Title text={t("c.tariff")} crumb={crumb} />{error ? <Fault error={error} retry={reload} /> : <Waiting />}</>;
	const zone = sites.data?.items.find((site) => site.tariff_series_id === series)?.zone ?? sites.data?.items[0]?.zone ?? "UTC";
	return (
		<>
			<Title text={data?.name ?? t("c.new_tariff")} crumb={crumb} />
			{data && <p class="meta"><span>{t("c.version")} {data.version}</span><span>{t("c.valid_from")} {moment(data.valid_from, zone)}</span><code>{data.hash.slice(0, 16)}…</code></p>}
			<Editor key={data?.history.length ?? 0} tariff={data} series={series} zone={zone} onSaved={reload} />
			{data && <History versions={data.history} zone={zone} />}
		</>
	);
}

interface EditorProps { tariff: Tariff | null; series: string; zone: string; onSaved(): void }
function Editor({ tariff, series, zone, onSaved }: EditorProps) {
	const me = useMe();
	const currency = tariff?.currency ?? me.tenant.currency;
	const [draft, setDraft] = useState(() => toDraft(tariff));
	const [brush, setBrush] = useState(0);
	const [failed, setFailed] = useState("");
	const [saved, setSaved] = useState(false);
	const set = (name: keyof Draft) => (value: string) => setDraft({ ...draft, [name]: value });
	const paint = (slots: number[], rate = brush) =>
		setDraft((old) => ({ ...old, day: old.day.map((was, slot) => (slots.includes(slot) ? rate : was)) }));
	const valid = draft.rates.every((rate) => isPrice(rate.energy) && isPrice(rate.service) && isPrice(rate.back || "0")) && isPrice(draft.idle || "0");
	const buys = draft.rates.some((rate) => Number(rate.back.replace(",", ".")) > 0);
	const submit = async (event: Event) => {
		event.preventDefault();
		setFailed("");
		try {
			const made = await post<Series>("/v1/tariffs", body(draft, series, currency, zone));
			setSaved(true);
			if (series === "new")
				go(`/console/tariffs/${made.series_id}`);
			else
				onSaved();
		} catch (error) {
			setFailed((error as Error).message);
		}
	};
	return (
		<>
			<Rates draft={draft} brush={brush} currency={currency} onBrush={setBrush} onChange={setDraft} />
			<Slots day={draft.day} rates={valid ? draft.rates : draft.rates.map(() => ({ energy: "0", service: "0", back: "0" }))} level={rateLevels(draft.rates)}
				brush={brush} currency={currency} onPaint={paint} />
			<p class="hint">{t("c.paint_hint")}</p>
			<Range rates={draft.rates} onPaint={paint} />
			<form class="grid" onSubmit={(event) => void submit(event)}>
				<TextField label={t("c.name")} value={draft.name} onInput={set("name")} required max={60} />
				<TextField label={t("c.idle_per_min")} value={draft.idle} onInput={set("idle")} mode="decimal" error={isPrice(draft.idle || "0") ? undefined : t("c.not_price")} />
				<TextField label={t("c.grace")} value={draft.grace} onInput={set("grace")} mode="numeric" max={4} />
				<TextField label={t("c.cap")} value={draft.cap} onInput={set("cap")} mode="decimal" hint={t("c.cap_hint")} />
				<TextField label={t("c.vat")} value={draft.vat} onInput={set("vat")} mode="decimal" />
				{buys && <TextField label={t("c.back_vat")} value={draft.backVat} onInput={set("backVat")} mode="decimal" hint={t("c.back_vat_hint")} />}
				<TextField label={t("c.valid_from")} value={draft.from} onInput={set("from")} type="datetime-local" hint={t("c.valid_hint", { zone })} />
				<div class="wide">
					{tariff && <p class="note">{plural("c.impact_piles", tariff.piles)} {plural("c.impact_orders", tariff.live_orders)}</p>}
					{failed && <p class="note bad" role="alert">{failed}</p>}
					{saved && <p class="note" role="status">{t("c.tariff_saved")}</p>}
					<button class="button" disabled={!valid}>{tariff ? t("c.save_version") : t("c.save")}</button>
				</div>
			</form>
			<Simulate make={() => body(draft, series, currency, zone)} valid={valid} zone={zone} />
		</>
	);
}

function rateLevels(rates: Rate[]): number[] {
	const totals = rates.map((rate) => (isPrice(rate.energy) && isPrice(rate.service) ? scaled(clean(rate.energy)) + scaled(clean(rate.service)) : 0));
	const low = Math.min(...totals);
	const high = Math.max(...totals);
	return totals.map((total) => (high === low ? 1 : 1 + Math.round((3 * (total - low)) / (high - low))));
}

interface RatesProps { draft: Draft; brush: number; currency: string; onBrush(rate: number): void; onChange(draft: Draft): void }
function Rates({ draft, brush, currency, onBrush, onChange }: RatesProps) {
	const level = rateLevels(draft.rates);
	const change = (index: number, name: keyof Rate, value: string) =>
		onChange({ ...draft, rates: draft.rates.map((rate, i) => (i === index ? { ...rate, [name]: value } : rate)) });
	const wrong = (text: string) => (isPrice(text) ? undefined : t("c.not_price"));
	return (
		<fieldset class="rates">
			<legend>{t("c.rates")}</legend>
			{draft.rates.map((rate, i) => (
				<div class="rate" key={i}>
					<label class="brush">
						<input type="radio" name="brush" checked={brush === i} onChange={() => onBrush(i)} />
						<span class={`swatch l${level[i] ?? 1}`}>{RATE_NAMES[i]}</span>
						<span class="away">{t("c.paint_with", { rate: RATE_NAMES[i] ?? "" })}</span>
					</label>
					<TextField label={t("c.energy_fee")} value={rate.energy} onInput={(v) => change(i, "energy", v)} mode="decimal" error={wrong(rate.energy)} max={11} />
					<TextField label={t("c.service_fee")} value={rate.service} onInput={(v) => change(i, "service", v)} mode="decimal" error={wrong(rate.service)} max={11} />
					<TextField label={t("c.back_price")} value={rate.back} onInput={(v) => change(i, "back", v)} mode="decimal" error={wrong(rate.back || "0")} max={11} />
					<p class="total"><span class="dim">{t("c.total")}</span><b>
						{isPrice(rate.energy) && isPrice(rate.service) ? price(addPrices(clean(rate.energy), clean(rate.service)), currency) : "–"}</b></p>
				</div>
			))}
			{draft.rates.length < RATE_NAMES.length && (
				<button type="button" class="button small quiet" onClick={() => {
					onChange({ ...draft, rates: [...draft.rates, { ...draft.rates[draft.rates.length - 1] ?? { energy: "0", service: "0", back: "0" } }] });
					onBrush(draft.rates.length);
				}}>{t("c.add_rate")}</button>
			)}
		</fieldset>
	);
}

function Simulate({ make, valid, zone }: { make(): object; valid: boolean; zone: string }) {
	const [kwh, setKwh] = useState("30");
	const [start, setStart] = useState("13:00");
	const [kw, setKw] = useState("45");
	const [back, setBack] = useState("0");
	const [bill, setBill] = useState<Bill | null>(null);
	const [failed, setFailed] = useState("");
	const submit = async (event: Event) => {
		event.preventDefault();
		setFailed("");
		try {
			const day = new Date().toISOString().slice(0, 10);
			setBill(await post<Bill>("/v1/tariffs/simulate", {
				tariff: make(), start: zoned(`${day}T${start}`, zone), energy_wh: Math.round(Number(kwh.replace(",", ".")) * 1000), zone, power_w: Math.round(Number(kw.replace(",", ".")) * 1000),
				back_wh: Math.round(Number((back || "0").replace(",", ".")) * 1000),
			}));
		} catch (error) {
			setFailed((error as Error).message);
		}
	};
	return (
		<section aria-labelledby="simulate">
			<h2 id="simulate">{t("c.simulate")}</h2>
			<form class="filters" onSubmit={(event) => void submit(event)}>
				<TextField label={t("c.start_at")} value={start} onInput={setStart} type="time" required />
				<TextField label={t("c.energy_kwh")} value={kwh} onInput={setKwh} mode="decimal" required max={7} />
				<TextField label={t("c.power_kw")} value={kw} onInput={setKw} mode="decimal" required max={7} />
				<TextField label={t("c.back_kwh")} value={back} onInput={setBack} mode="decimal" max={7} />
				<div class="field"><button class="button small quiet" disabled={!valid}>{t("c.calculate")}</button></div>
			</form>
			{failed && <p class="note bad" role="alert">{failed}</p>}
			{bill && <><p class="figure"><b>{money(bill.due)}</b> <span class="dim">{energy(Number(kwh) * 1000)}</span></p><BillTable bill={bill} zone={zone} /></>}
		</section>
	);
}

function History({ versions, zone }: { versions: Tariff[]; zone: string }) {
	return (
		<section aria-labelledby="history">
			<h2 id="history">{t("c.history")}</h2>
			<List<Tariff> label={t("c.history")} items={versions} id={(row) => String(row.version)}
				empty={<Empty text={t("c.empty.history")} />} columns={[
					{ label: t("c.version"), cell: (row) => number(row.version) },
					{ label: t("c.name"), cell: (row) => row.name },
					{ label: t("c.valid_from"), cell: (row) => moment(row.valid_from, zone) },
					{ label: t("c.hash"), wide: true, cell: (row) => <code>{row.hash.slice(0, 24)}…</code> },
				]} />
		</section>
	);
}
