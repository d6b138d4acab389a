/* cards.tsx - a member's cards: personal ones spend the wallet, commercial ones hold money of their own. One card with its
 * balance, what was spent, and money taken at the desk. */
import { useRef, useState } from "preact/hooks";
import { money, parseMoney, t, word } from "../shared/i18n";
import { onceKey, post } from "../shared/http";
import { query, useData, useList } from "./data";
import { Link } from "./router";
import { Choose, Confirm, Copy, Dialog, Empty, Facts, Fault, List, Status, TextField, Title, Waiting, type Column } from "./widgets";
import { TransferTable } from "./ledger";
import type { Tag, Transfer } from "./types";

const KINDS = ["personal", "commercial"];

export function CardList({ member, cards, reload }: { member: string; cards: Tag[]; reload(): void }) {
	const [tag, setTag] = useState("");
	const [kind, setKind] = useState("personal");
	const [failed, setFailed] = useState("");
	const add = (event: Event) => {
		event.preventDefault();
		setFailed("");
		post(`/v1/members/${member}/tags`, { id_tag: tag.trim(), kind }).then(() => {
			setTag("");
			reload();
		}, (refused: Error) => setFailed(refused.message));
	};
	return (
		<>
			<List<Tag> label={t("c.cards")} items={cards} id={(row) => row.id} columns={columns(reload)} empty={<Empty text={t("c.empty.tags")} />} />
			<form class="row end" onSubmit={add}>
				<TextField label={t("c.id_tag")} value={tag} onInput={setTag} required max={36} error={failed || undefined} />
				<Choose label={t("c.card_kind")} value={kind} onChange={setKind}
					options={KINDS.map((value) => ({ value, text: t(`c.card_kind.${value}`) }))} />
				<button class="button small quiet">{t("c.add_card")}</button>
			</form>
		</>
	);
}

function columns(reload: () => void): Column<Tag>[] {
	return [
		{ label: t("c.id_tag"), cell: (row) => (
			<span><Link class="strong" href={`/console/cards/${row.id}`}>{row.id_tag}</Link> <small class="dim">{word("c.card_kind", row.kind)}</small></span>
		) },
		{ label: t("c.balance"), num: true, cell: (row) => (row.balance ? money(row.balance) : "–") },
		{ label: t("c.state"), cell: (row) => <Status of={row.state} text={word("c", row.state)} /> },
		{ label: t("c.change"), cell: (row) => <Block card={row} reload={reload} /> },
	];
}

function Block({ card, reload }: { card: Tag; reload(): void }) {
	return card.state === "blocked"
		? <Confirm label={t("c.unblock")} title={t("c.unblock_title", { tag: card.id_tag })} text={t("c.unblock_text")} act={() => post(`/v1/tags/${card.id}/unblock`).then(reload)} />
		: <Confirm label={t("c.block")} title={t("c.block_title", { tag: card.id_tag })} text={t("c.block_text")} danger act={() => post(`/v1/tags/${card.id}/block`).then(reload)} />;
}

export function CardScreen({ id }: { id: string }) {
	const { data: card, error, reload } = useData<Tag>(`/v1/tags/${id}`, ["order"]);
	const [filling, setFilling] = useState(false);
	const crumb = { href: card?.member_id ? `/console/members/${card.member_id}` : "/console/members", text: card?.member || t("c.nav.members") };
	if (!card)
		return <><Title text={t("c.cards")} crumb={crumb} />{error ? <Fault error={error} retry={reload} /> : <Waiting />}</>;
	return (
		<>
			<Title text={card.id_tag} crumb={crumb}>
				{card.balance && <button type="button" class="button small" onClick={() => setFilling(true)}>{t("c.card_fill")}</button>}
				<Block card={card} reload={reload} />
			</Title>
			{card.balance && card.available && (
				<p class="figure"><b>{money(card.available)}</b> <span class="dim">{t("c.available_of", { balance: money(card.balance) })}</span></p>
			)}
			<Facts rows={[
				[t("c.card_kind"), word("c.card_kind", card.kind)],
				[t("c.state"), <Status of={card.state} text={word("c", card.state)} />],
				...(card.page_url ? [[t("c.card_page"), <><a href={card.page_url}>{t("c.open")}</a>{" "}
					<Copy text={new URL(card.page_url, location.href).href} label={t("c.card_page")} /></>] as [string, preact.ComponentChildren]] : []),
			]} />
			{!card.balance && <p class="dim">{t("c.card_kind.personal_text")}</p>}
			{card.account_id && <Spending account={card.account_id} />}
			{filling && card.balance && <Fill card={card} currency={card.balance.currency} onClose={() => setFilling(false)} onDone={reload} />}
		</>
	);
}

function Spending({ account }: { account: string }) {
	const list = useList<Transfer>(`/v1/ledger/transfers${query({ account })}`, ["order"]);
	return (
		<section aria-labelledby="spending"><h2 id="spending">{t("c.card_spending")}</h2>
			<TransferTable {...list} empty={<Empty text={t("c.card_no_spending")} />} /></section>
	);
}

function Fill({ card, currency, onClose, onDone }: { card: Tag; currency: string; onClose(): void; onDone(): void }) {
	const [text, setText] = useState("");
	const [failed, setFailed] = useState("");
	const [busy, setBusy] = useState(false);
	const key = useRef(onceKey()); /* the same money is never taken twice by an impatient click */
	const minor = parseMoney(text, currency);
	const submit = (event: Event) => {
		event.preventDefault();
		if (!minor)
			return;
		setBusy(true);
		post(`/v1/tags/${card.id}/topup`, { amount: { minor, currency } }, { "Idempotency-Key": key.current }).then(() => {
			onDone();
			onClose();
		}, (error: Error) => {
			setFailed(error.message);
			setBusy(false);
		});
	};
	return (
		<Dialog title={t("c.card_fill_title", { tag: card.id_tag })} onClose={onClose}>
			<form onSubmit={submit}>
				<p>{t("c.card_fill_text")}</p>
				<TextField label={t("c.amount")} value={text} onInput={setText} mode="decimal" required max={12}
					error={text && minor === null ? t("c.not_money") : undefined} hint={minor ? money({ minor, currency }) : undefined} />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button" disabled={busy || !minor}>{t("c.card_fill")}</button>
			</form>
		</Dialog>
	);
}
