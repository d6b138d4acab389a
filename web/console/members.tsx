/* members.tsx - members, their money and their cards. */
import { useState } from "preact/hooks";
import { money, t } from "../shared/i18n";
import { call, post } from "../shared/http";
import { query, useData, useList } from "./data";
import { go, Link, usePlace, withQuery } from "./router";
import { Copy, Dialog, Empty, Facts, Fault, List, Status, TextField, Title, Waiting, type Column } from "./widgets";
import { CardList } from "./cards";
import { OrderTable } from "./orders";
import { MemberVehicles } from "./vehicles";
import type { Member } from "./types";

export function MembersScreen() {
	const place = usePlace();
	const q = place.query.get("q");
	const list = useList<Member>(`/v1/members${query({ q })}`);
	const [adding, setAdding] = useState(false);
	const columns: Column<Member>[] = [
		{ label: t("c.name"), cell: (row) => <Link class="strong" href={`/console/members/${row.id}`}>{row.name}</Link> },
		{ label: t("c.phone"), cell: (row) => row.phone || "–" },
		{ label: t("c.state"), cell: (row) => <Status of={row.blocked ? "blocked" : "active"} text={t(row.blocked ? "c.blocked" : "c.active")} /> },
		{ label: t("c.balance"), num: true, cell: (row) => money(row.balance) },
		{ label: t("c.available"), num: true, cell: (row) => money(row.available) },
	];
	return (
		<>
			<Title text={t("c.nav.members")}>
				<button type="button" class="button small" onClick={() => setAdding(true)}>{t("c.add_member")}</button>
			</Title>
			<div class="filters">
				<TextField label={t("c.find")} value={q ?? ""} onInput={(value) => go(withQuery(place, { q: value }), true)} type="search" />
			</div>
			<List<Member> label={t("c.nav.members")} {...list} columns={columns} id={(row) => row.id}
				empty={q ? <Empty text={t("c.empty.filtered")} /> : <Empty text={t("c.empty.members")} />} />
			{adding && <AddMember onClose={() => setAdding(false)} />}
		</>
	);
}

function AddMember({ onClose }: { onClose(): void }) {
	const [name, setName] = useState("");
	const [phone, setPhone] = useState("");
	const [failed, setFailed] = useState("");
	const submit = (event: Event) => {
		event.preventDefault();
		post<Member>("/v1/members", { name: name.trim(), phone: phone.trim() })
			.then((member) => go(`/console/members/${member.id}`), (error: Error) => setFailed(error.message));
	};
	return (
		<Dialog title={t("c.add_member")} onClose={onClose}>
			<form onSubmit={submit}>
				<TextField label={t("c.name")} value={name} onInput={setName} required max={80} />
				<TextField label={t("c.phone")} value={phone} onInput={setPhone} type="tel" max={30} />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button">{t("c.add")}</button>
			</form>
		</Dialog>
	);
}

export function MemberScreen({ id }: { id: string }) {
	const { data: member, error, reload } = useData<Member>(`/v1/members/${id}`, ["order"]);
	const crumb = { href: "/console/members", text: t("c.nav.members") };
	if (!member)
		return <><Title text={t("c.member")} crumb={crumb} />{error ? <Fault error={error} retry={reload} /> : <Waiting />}</>;
	return (
		<>
			<Title text={member.name} crumb={crumb} />
			<div class="halves">
				<section aria-labelledby="wallet">
					<h2 id="wallet">{t("c.wallet")}</h2>
					<p class="figure"><b>{money(member.available)}</b> <span class="dim">{t("c.available_of", { balance: money(member.balance) })}</span></p>
					<Facts rows={[
						[t("c.phone"), member.phone || "–"],
						[t("c.priority.title"), <MayHurry member={member} reload={reload} />],
						...(member.wallet_url ? [[t("c.wallet_link"), <><a href={member.wallet_url}>{t("c.open")}</a>{" "}
							<Copy text={new URL(member.wallet_url, location.href).href} label={t("c.wallet_link")} /></>] as [string, preact.ComponentChildren]] : []),
					]} />
				</section>
				<section aria-labelledby="tags">
					<h2 id="tags">{t("c.cards")}</h2>
					<CardList member={id} cards={member.cards ?? []} reload={reload} />
				</section>
			</div>
			<section aria-labelledby="cars"><h2 id="cars">{t("c.cars")}</h2><MemberVehicles member={id} /></section>
			<section aria-labelledby="orders"><h2 id="orders">{t("c.nav.orders")}</h2>
				<OrderTable filters={{ member: id }} empty={<Empty text={t("c.empty.member_orders")} />} /></section>
		</>
	);
}

/* May this member have charges go before others? */
function MayHurry({ member, reload }: { member: Member; reload(): void }) {
	const [failed, setFailed] = useState("");
	const change = () => call("PATCH", `/v1/members/${member.id}`, { priority: !member.priority }).then(reload, (error: Error) => setFailed(error.message));
	return (
		<>
			{t(member.priority ? "c.priority.may" : "c.priority.may_not")}{" "}
			<button type="button" class="button small quiet" onClick={change}>{t(member.priority ? "c.priority.forbid" : "c.priority.let")}</button>
			{failed && <span class="note bad" role="alert">{failed}</span>}
		</>
	);
}
