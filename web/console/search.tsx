/* search.tsx - one box for everything: piles, orders, members and cards by any part of their names and numbers. */
import { t } from "../shared/i18n";
import { query, useList } from "./data";
import { Link, usePlace } from "./router";
import { Empty, List, Title, type Column } from "./widgets";
import { orderColumns } from "./orders";
import type { Member, OrderRow, Pile, Tag } from "./types";

const PILE: Column<Pile>[] = [
	{ label: t("c.pile"), cell: (row) => <Link class="strong" href={`/console/piles/${row.id}`}>{row.name}</Link> },
	{ label: t("c.code"), cell: (row) => <code>{row.code}</code> },
	{ label: t("c.site"), cell: (row) => row.site || "–" },
];
const MEMBER: Column<Member>[] = [
	{ label: t("c.name"), cell: (row) => <Link class="strong" href={`/console/members/${row.id}`}>{row.name}</Link> },
	{ label: t("c.phone"), cell: (row) => row.phone || "–" },
];
const TAG: Column<Tag>[] = [
	{ label: t("c.id_tag"), cell: (row) => row.member_id ? <Link class="strong" href={`/console/members/${row.member_id}`}>{row.id_tag}</Link> : <code>{row.id_tag}</code> },
	{ label: t("c.member"), cell: (row) => row.member || "–" },
];

function Found<T>({ title, path, columns, id }: { title: string; path: string; columns: Column<T>[]; id(row: T): string }) {
	const list = useList<T>(path);
	return (
		<section>
			<h2>{title}</h2>
			<List<T> label={title} {...list} columns={columns} id={id} empty={<p class="dim">{t("c.nothing_found")}</p>} />
		</section>
	);
}

export function SearchScreen() {
	const q = usePlace().query.get("q") ?? "";
	if (!q)
		return <><Title text={t("c.search_title")} /><Empty text={t("c.search_hint")} /></>;
	const at = (list: string) => `/v1/${list}${query({ q, limit: "10" })}`;
	return (
		<>
			<Title text={t("c.search_for", { q })} />
			<Found<Pile> title={t("c.nav.piles")} path={at("piles")} columns={PILE} id={(row) => row.id} />
			<Found<OrderRow> title={t("c.nav.orders")} path={at("orders")} columns={orderColumns()} id={(row) => row.id} />
			<Found<Member> title={t("c.nav.members")} path={at("members")} columns={MEMBER} id={(row) => row.id} />
			<Found<Tag> title={t("c.cards")} path={at("tags")} columns={TAG} id={(row) => row.id} />
		</>
	);
}
