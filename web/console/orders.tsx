/* orders.tsx - all orders: the filters live in the address, and a set of filters can be kept by name. */
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { energy, moment, money, reason, t } from "../shared/i18n";
import { query, useList } from "./data";
import { go, Link, usePlace, withQuery } from "./router";
import { Choose, Empty, List, OrderStatus, TextField, Title, type Column } from "./widgets";
import type { OrderRow } from "./types";

const STATES = ["created", "starting", "charging", "suspended", "ended", "settled", "failed", "cancelled", "unpaid", "written_off"];

export function orderColumns(): Column<OrderRow>[] {
	return [
		{ label: t("c.created"), cell: (row) => <Link class="strong" href={`/console/orders/${row.id}`}>{moment(row.created)}</Link> },
		{ label: t("c.pile"), cell: (row) => `${row.pile} · ${row.connector}` },
		{ label: t("c.state"), cell: (row) => <OrderStatus state={row.state} /> },
		{ label: t("c.reason"), cell: (row) => (row.reason ? <span class="dim">{reason(row.reason)}</span> : null) },
		{ label: t("c.energy"), num: true, cell: (row) => energy(row.energy_wh) },
		{ label: t("c.total"), num: true, cell: (row) => money(row.total) },
		{ label: t("c.paid"), num: true, cell: (row) => money(row.paid) },
	];
}

export function OrderTable({ filters, empty }: { filters: Record<string, string | null>; empty: ComponentChildren }) {
	const list = useList<OrderRow>(`/v1/orders${query(filters)}`, ["order"]);
	return <List<OrderRow> label={t("c.nav.orders")} {...list} columns={orderColumns()} id={(row) => row.id} empty={empty} />;
}

interface Saved { name: string; href: string }
function readSaved(): Saved[] {
	try {
		return JSON.parse(localStorage.getItem("leyden.orders") ?? "[]") as Saved[];
	} catch {
		return [];
	}
}

export function OrdersScreen() {
	const place = usePlace();
	const [saved, setSaved] = useState(readSaved);
	const value = (name: string) => place.query.get(name) ?? "";
	const set = (name: string, text: string) => go(withQuery(place, { [name]: text }), true);
	const day = (name: string, end: boolean) => value(name) ? new Date(`${value(name)}T${end ? "23:59:59.999" : "00:00:00"}`).toISOString() : null;
	const filters = { q: value("q"), state: value("state"), from: day("from", false), to: day("to", true) };
	const filtered = Object.values(filters).some(Boolean);
	const keep = (next: Saved[]) => {
		setSaved(next);
		localStorage.setItem("leyden.orders", JSON.stringify(next));
	};
	const here = `${place.path}?${place.query.toString()}`;
	return (
		<>
			<Title text={t("c.nav.orders")}>
				<a class="button small quiet" href={`/v1/orders${query({ ...filters, format: "csv" })}`} download>{t("c.export")}</a>
			</Title>
			<div class="filters">
				<TextField label={t("c.find")} value={filters.q} onInput={(text) => set("q", text)} type="search" />
				<Choose label={t("c.state")} value={filters.state} onChange={(text) => set("state", text)}
					options={[{ value: "", text: t("c.all") }, ...STATES.map((state) => ({ value: state, text: t(`order.${state}`) }))]} />
				<TextField label={t("c.from")} value={value("from")} onInput={(text) => set("from", text)} type="date" />
				<TextField label={t("c.to")} value={value("to")} onInput={(text) => set("to", text)} type="date" />
			</div>
			{(filtered || saved.length > 0) && (
				<p class="saved">
					{saved.map((view) => (
						<span class="chip" key={view.name}><Link href={view.href}>{view.name}</Link>
							<button type="button" class="link" aria-label={t("c.forget", { name: view.name })} onClick={() => keep(saved.filter((v) => v !== view))}>×</button></span>
					))}
					{filtered && !saved.some((view) => view.href === here) && <SaveView onSave={(name) => keep([...saved.filter((v) => v.name !== name), { name, href: here }])} />}
					{filtered && <Link href="/console/orders">{t("c.clear")}</Link>}
				</p>
			)}
			<OrderTable filters={filters} empty={filtered
				? <Empty text={t("c.empty.filtered")}><Link href="/console/orders">{t("c.clear")}</Link></Empty>
				: <Empty text={t("c.empty.orders")}><Link href="/console/piles">{t("c.to_piles")}</Link></Empty>} />
		</>
	);
}

function SaveView({ onSave }: { onSave(name: string): void }) {
	const [name, setName] = useState("");
	return (
		<form class="row" onSubmit={(event) => {
			event.preventDefault();
			if (name.trim())
				onSave(name.trim());
		}}>
			<input aria-label={t("c.view_name")} placeholder={t("c.view_name")} value={name} maxLength={30}
				onInput={(event) => setName(event.currentTarget.value)} />
			<button class="button small quiet">{t("c.save_view")}</button>
		</form>
	);
}
