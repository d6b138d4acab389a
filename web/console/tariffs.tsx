/* tariffs.tsx - the tariffs in force: a day of each at a glance, and a new one. */
import { moment, number, price, addPrices, scaled, t } from "../shared/i18n";
import { useList } from "./data";
import { Link } from "./router";
import { Empty, List, Title, type Column } from "./widgets";
import type { Slot, Tariff } from "./types";

function levels(slots: { energy: string; service: string }[]): number[] {
	const totals = slots.map((slot) => scaled(slot.energy) + scaled(slot.service));
	const low = Math.min(...totals);
	const high = Math.max(...totals);
	return totals.map((total) => (high === low ? 1 : 1 + Math.round((3 * (total - low)) / (high - low))));
}

/* A day as 48 bars, for the eye only; the words stand beside it. */
function DayBar({ slots }: { slots: Slot[] }) {
	return (
		<svg class="daybar" viewBox="0 0 480 40" preserveAspectRatio="none" aria-hidden="true">
			{levels(slots).map((level, slot) => (
				<rect key={slot} class={`l${level}`} x={slot * 10} y={40 - level * 9} width="9" height={level * 9} />
			))}
		</svg>
	);
}

function range(slots: Slot[], currency: string): string {
	const totals = slots.map((slot) => addPrices(slot.energy, slot.service)).sort((a, b) => Number(a) - Number(b));
	const low = totals[0] ?? "0";
	const high = totals[totals.length - 1] ?? "0";
	return low === high ? price(low, currency) : `${price(low, currency)} – ${price(high, currency)}`;
}

const Prices = ({ tariff: { slots, currency } }: { tariff: Tariff }) =>
	<div class="prices"><DayBar slots={slots} /><span>{range(slots, currency)}</span></div>;

export function TariffsScreen() {
	const list = useList<Tariff>("/v1/tariffs");
	const add = <Link class="button small" href="/console/tariffs/new">{t("c.new_tariff")}</Link>;
	const columns: Column<Tariff>[] = [
		{ label: t("c.tariff"), cell: (row) => <Link class="strong" href={`/console/tariffs/${row.series_id}`}>{row.name}</Link> },
		{ label: t("c.price_kwh"), wide: true, cell: (row) => <Prices tariff={row} /> },
		{ label: t("c.version"), num: true, cell: (row) => number(row.version) },
		{ label: t("c.valid_from"), cell: (row) => moment(row.valid_from) },
	];
	return (
		<>
			<Title text={t("c.nav.tariffs")}>{add}</Title>
			<List<Tariff> label={t("c.nav.tariffs")} {...list} columns={columns} id={(row) => row.series_id}
				empty={<Empty text={t("c.empty.tariffs")}>{add}</Empty>} />
		</>
	);
}
