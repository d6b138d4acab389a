/* ledger.tsx - the books: accounts with their four counters, every transfer with both legs, and whether it all adds up. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { moment, money, t, word } from "../shared/i18n";
import { query, useData, useList } from "./data";
import { later } from "./later";
import { Link, usePlace } from "./router";
import { Empty, Fault, List, Tabs, Title, Waiting, type Column } from "./widgets";
import type { Account, Check, Transfer } from "./types";

const SurplusList = later(() => import("./surplus").then((part) => part.SurplusList));

export function LedgerScreen({ tab }: { tab: string }) {
	return (
		<>
			<Title text={t("c.nav.ledger")} />
			<Tabs current={tab} tabs={["accounts", "transfers", "surplus", "check"].map((name) => ({
				id: name, href: name === "accounts" ? "/console/ledger" : `/console/ledger/${name}`, text: t(`c.ledger.${name}`),
			}))} />
			{tab === "accounts" && <Accounts />}
			{tab === "transfers" && <Transfers />}
			{tab === "surplus" && <SurplusList />}
			{tab === "check" && <Checks />}
		</>
	);
}

function Accounts() {
	const list = useList<Account>("/v1/ledger/accounts", ["order"]);
	const [how, setHow] = useState("");
	const columns: Column<Account>[] = [
		{ label: t("c.account"), cell: (row) => <Link class="strong" href={`/console/ledger/transfers?account=${row.id}`}>{word("c.account_kind", row.kind)}</Link> },
		{ label: t("c.owner"), cell: (row) => [row.name, row.owner && row.owner !== "0" ? row.owner : ""].filter(Boolean).join(" · ") || "–" },
		{ label: t("c.debits"), num: true, cell: (row) => money(row.debits_posted) },
		{ label: t("c.credits"), num: true, cell: (row) => money(row.credits_posted) },
		{ label: t("c.held"), num: true, cell: (row) => money(row.debits_pending) },
		{ label: t("c.balance"), num: true, cell: (row) => (
			<><b>{money(row.balance)}</b>{" "}
				<button type="button" class="link" aria-expanded={how === row.id} onClick={() => setHow(how === row.id ? "" : row.id)}>{t("c.how")}</button>
				{how === row.id && <p class="how">{t("c.how_text", {
					credits: money(row.credits_posted), debits: money(row.debits_posted), balance: money(row.balance),
					held: money(row.debits_pending),
				})}</p>}</>
		) },
	];
	return <List<Account> label={t("c.ledger.accounts")} {...list} columns={columns} id={(row) => row.id} empty={<Empty text={t("c.empty.accounts")} />} />;
}

function Side({ id, kind, name }: { id: string; kind: string; name: string }) {
	return <span><Link href={`/console/ledger/transfers?account=${id}`}>{word("c.account_kind", kind)}</Link>{name && <span class="dim"> {name}</span>}</span>;
}

export function TransferTable({ items, empty, more, error, reload }:
	{ items: Transfer[] | null; empty: ComponentChildren; more?: (() => void) | null; error?: ReturnType<typeof useList>["error"]; reload?: () => void }) {
	const columns: Column<Transfer>[] = [
		{ label: t("c.time"), cell: (row) => moment(row.at) },
		{ label: t("c.what_for"), cell: (row) => <>{word("c.code", row.code)} <span class="dim">{word("c.transfer_kind", row.kind)}</span></> },
		{ label: t("c.debit"), cell: (row) => <Side id={row.debit_account_id} kind={row.debit_kind} name={row.debit_name} /> },
		{ label: t("c.credit"), cell: (row) => <Side id={row.credit_account_id} kind={row.credit_kind} name={row.credit_name} /> },
		{ label: t("c.order"), cell: (row) => row.order_id && row.order_id !== "0" ? <Link href={`/console/orders/${row.order_id}`}>{t("c.open")}</Link> : "–" },
		{ label: t("c.amount"), num: true, cell: (row) => <b>{money(row.amount)}</b> },
	];
	return <List<Transfer> label={t("c.transfers")} items={items} columns={columns} id={(row) => row.id} empty={empty} more={more} error={error} reload={reload} />;
}

function Transfers() {
	const place = usePlace();
	const account = place.query.get("account");
	const list = useList<Transfer>(`/v1/ledger/transfers${query({ account, order: place.query.get("order") })}`, ["order"]);
	return (
		<>
			{account && <p class="saved"><Link href="/console/ledger/transfers">{t("c.all_transfers")}</Link></p>}
			<TransferTable {...list} empty={<Empty text={t("c.empty.transfers")} />} />
		</>
	);
}

function Checks() {
	const { data, error, reload } = useData<Check>("/v1/ledger/check");
	if (!data)
		return error ? <Fault error={error} retry={reload} /> : <Waiting />;
	return (
		<>
			<p class={`verdict s-${data.ok ? "done" : "fault"}`}><span class="shape" aria-hidden="true" />
				<b>{t(data.ok ? "c.books_ok" : "c.books_bad")}</b>
				<button type="button" class="button small quiet" onClick={reload}>{t("c.check_again")}</button></p>
			<ul class="checks">
				{data.checks.map((check) => (
					<li key={check.name} class={check.ok ? "s-done" : "s-fault"}>
						<span class="shape" aria-hidden="true" />
						<span><b>{word("c.check", check.name)}</b><span class="away"> {t(check.ok ? "c.ok" : "c.not_ok")}</span>
							{check.detail && <small class="dim">{check.detail}</small>}</span>
					</li>
				))}
			</ul>
		</>
	);
}
