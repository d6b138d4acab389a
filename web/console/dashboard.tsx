/* dashboard.tsx - the present state in one look: numbers that are filters, what needs a hand, the day's energy, the
 * latest orders. */
import { useEffect, useRef, useState } from "preact/hooks";
import { clock, energy, money, number, plural, power, t, word } from "../shared/i18n";
import { query, useData, useList } from "./data";
import { go, Link, usePlace, withQuery } from "./router";
import { Ago, Choose, Empty, Fault, List, Title, Until, Waiting, type Column } from "./widgets";
import { orderColumns } from "./orders";
import type { Attention, Counts, Dashboard, OrderRow } from "./types";

export function DashboardScreen() {
	const { data, error, reload } = useData<Dashboard>("/v1/dashboard", ["pile", "order", "alarm"]);
	if (!data)
		return <><Title text={t("c.nav.dashboard")} />{error ? <Fault error={error} retry={reload} /> : <Waiting />}</>;
	const { piles, today } = data;
	const tiles: [string, string, string][] = [
		["/console/piles", `${number(piles.online)} / ${number(piles.total)}`, t("c.tile.online")],
		["/console/piles?state=charging", number(piles.charging), t("c.tile.charging")],
		["/console/piles?state=faulted", number(piles.faulted), t("c.tile.faulted")],
		["/console/piles?state=charging", power(data.power_w), t("c.tile.power")],
		["/console/orders", number(today.orders), t("c.tile.orders")],
		["/console/orders", energy(today.energy_wh, 1), t("c.tile.energy")],
		["/console/ledger", money(today.revenue), t("c.tile.revenue")],
	];
	return (
		<>
			<Title text={t("c.nav.dashboard")} />
			<Fault error={error} retry={reload} />
			<ul class="tiles">
				{tiles.map(([link, figure, label]) => <li key={label}><Link href={link}><b>{figure}</b><span>{label}</span></Link></li>)}
			</ul>
			<div class="halves">
				<section aria-labelledby="attention">
					<h2 id="attention">{t("c.attention")}</h2>
					<Needs items={data.attention} />
				</section>
				<section aria-labelledby="today">
					<h2 id="today">{t("c.energy_24h")}</h2>
					<EnergyChart hours={data.hours} />
				</section>
			</div>
			<section aria-labelledby="recent">
				<h2 id="recent">{t("c.recent")}</h2>
				<List<OrderRow> label={t("c.recent")} items={data.recent} id={(row) => row.id} columns={orderColumns()}
					empty={<Empty text={t("c.empty.recent")}><Link href="/console/piles">{t("c.to_piles")}</Link></Empty>} />
			</section>
		</>
	);
}

function Needs({ items }: { items: Dashboard["attention"] }) {
	const open = items.filter((item) => item.count > 0);
	if (open.length === 0)
		return <p class="calm"><span class="s-done"><span class="shape" aria-hidden="true" /></span> {t("c.attention_none")}</p>;
	return (
		<ul class="needs">
			{open.map((item) => (
				<li key={item.kind}>
					<Link href={item.link.startsWith("/console") ? item.link : `/console/attention?kind=${item.kind}`}>
						<b>{number(item.count)}</b>
						<span>{plural(`c.need.${item.kind}`, item.count)}</span>
						<span class="do">{word("c.do", item.kind)}</span>
					</Link>
				</li>
			))}
		</ul>
	);
}

/* The chart library comes only when a chart is drawn. The table beneath says the same for those who do not see it. */
function EnergyChart({ hours }: { hours: Dashboard["hours"] }) {
	const box = useRef<HTMLDivElement>(null);
	const [failed, setFailed] = useState(false);
	const total = hours.reduce((sum, hour) => sum + Number(hour.energy_wh), 0);
	useEffect(() => {
		let gone = false;
		let remove: (() => void) | undefined;
		import("./chart").then(({ drawHours }) => {
			if (!gone && box.current)
				remove = drawHours(box.current, hours);
		}, () => setFailed(true));
		return () => {
			gone = true;
			remove?.();
		};
	}, [JSON.stringify(hours)]);
	return (
		<>
			{total === 0 ? <p class="dim">{t("c.no_energy")}</p> : <div class="chart" ref={box} aria-hidden="true" />}
			{failed && <p class="dim">{t("net.failed")}</p>}
			<details>
				<summary>{t("c.as_table")}</summary>
				<table class="list small">
					<thead><tr><th scope="col">{t("c.time")}</th><th scope="col" class="n">kWh</th><th scope="col" class="n">{t("c.revenue")}</th></tr></thead>
					<tbody>
						{hours.map((hour) => (
							<tr key={hour.at}><th scope="row">{clock(hour.at)}</th><td class="n">{number(Number(hour.energy_wh) / 1000, 2)}</td>
								<td class="n">{money(hour.revenue)}</td></tr>
						))}
					</tbody>
				</table>
			</details>
		</>
	);
}

const ENDING = ["trust", "certificate"]; /* their time is an end, not a beginning */

/* The number means something else for each kind; the word is a fault, a reason or the alarm's kind. */
function attentionDetail(row: Attention): string {
	const said = (row.detail as { text?: string } | null)?.text;
	const no = row.kind === "faulted" || row.kind === "stuck" ? t("c.connector_no", { no: row.number }) : "";
	const what = row.kind === "trust" ? t(`c.desk.role.${row.word}`) : row.word && word("c.word", row.word);
	return [no, what, said].filter(Boolean).join(" · ");
}

export function AttentionScreen() {
	const place = usePlace();
	const kind = place.query.get("kind") ?? "";
	const counts = useData<Counts>("/v1/counts", ["pile", "order", "alarm"]).data?.attention ?? [];
	const list = useList<Attention>(`/v1/attention${query({ kind })}`, ["pile", "order", "alarm"]);
	const columns: Column<Attention>[] = [
		{ label: t("c.what"), cell: (row) => <b>{plural(`c.need.${row.kind}`, 1)}</b> },
		{ label: t("c.subject"), cell: (row) => row.subject },
		{ label: t("c.detail"), cell: (row) => <span class="dim">{attentionDetail(row)}</span>, wide: true },
		{ label: t("c.time"), cell: (row) => ENDING.includes(row.kind) ? <Until at={row.at} /> : <Ago at={row.at} /> },
		{ label: t("c.next_step"), cell: (row) => <Link href={row.link}>{word("c.do", row.kind)}</Link> },
	];
	const all = counts.reduce((sum, item) => sum + item.count, 0);
	return (
		<>
			<Title text={t("c.nav.attention")}>
				<a class="button small quiet" href={`/v1/attention${query({ kind, format: "csv" })}`} download>{t("c.export")}</a>
			</Title>
			<div class="filters">
				<Choose label={t("c.show")} value={kind} onChange={(value) => go(withQuery(place, { kind: value }), true)}
					options={[{ value: "", text: `${t("c.all")} (${number(all)})` }, ...counts.map((item) => ({
						value: item.kind, text: `${plural(`c.need.${item.kind}`, item.count)} (${number(item.count)})` }))]} />
			</div>
			<List<Attention> label={t("c.nav.attention")} {...list} columns={columns} id={(row) => `${row.kind}${row.subject}${row.at}`}
				empty={<Empty text={t("c.attention_none")} />} />
		</>
	);
}
