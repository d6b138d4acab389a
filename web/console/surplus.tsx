/* surplus.tsx - money of drivers without an account (a terminal took too much, a credit was larger than the bill): whose it is, and
 * giving it back. */
import { useRef, useState } from "preact/hooks";
import { moment, money, t, word } from "../shared/i18n";
import { post } from "../shared/http";
import { query, useData, useList } from "./data";
import { go, Link, usePlace, withQuery } from "./router";
import { Choose, Dialog, Empty, List, TextField, type Column } from "./widgets";
import type { Money, Page } from "../shared/types";
import type { Member } from "./types";

interface Surplus {
	id: string; at: string; order_id: string; code: string | null; amount: Money; id_tag: string; way: string; member_id: string | null; member: string | null;
	reference: string; done: string | null; kind: string;
}

export function SurplusList() {
	const place = usePlace();
	const all = place.query.get("all") === "1";
	const list = useList<Surplus>(`/v1/surplus${query({ open: all ? null : "1" })}`, ["order"]);
	const [giving, setGiving] = useState<Surplus | null>(null);
	const columns: Column<Surplus>[] = [
		{ label: t("c.time"), cell: (row) => moment(row.at) },
		{ label: t("c.order"), cell: (row) => <Link class="strong" href={`/console/orders/${row.order_id}`}>{row.code || t("c.open")}</Link> },
		{ label: t("c.surplus.why"), cell: (row) => word("c.surplus.kind", row.kind) },
		{ label: t("c.surplus.paid_with"), cell: (row) => row.id_tag ? <code>{row.id_tag}</code> : "–" },
		{ label: t("c.amount"), num: true, cell: (row) => <b>{money(row.amount)}</b> },
		{ label: t("c.surplus.back"), wide: true, cell: (row) => row.way
			? <>{word("c.surplus.way", row.way)} <span class="dim">{[row.member, row.reference, row.done && moment(row.done)].filter(Boolean).join(" · ")}</span></>
			: <button type="button" class="link" onClick={() => setGiving(row)}>{t("c.surplus.give")}</button> },
	];
	return (
		<>
			<p class="hint">{t("c.surplus.hint")}</p>
			<div class="filters">
				<Choose label={t("c.state")} value={all ? "1" : ""} onChange={(value) => go(withQuery(place, { all: value }), true)}
					options={[{ value: "", text: t("c.surplus.open") }, { value: "1", text: t("c.all") }]} />
			</div>
			<List<Surplus> label={t("c.ledger.surplus")} {...list} columns={columns} id={(row) => row.id}
				empty={<Empty text={t(all ? "c.surplus.never" : "c.surplus.none")} />} />
			{giving && <Give surplus={giving} onDone={(done) => { setGiving(null); if (done) list.reload(); }} />}
		</>
	);
}

function Give({ surplus, onDone }: { surplus: Surplus; onDone(done: boolean): void }) {
	const outside = surplus.kind === "feed_in" ? "till" : "terminal";
	const [way, setWay] = useState(outside);
	const [reference, setReference] = useState("");
	const [words, setWords] = useState("");
	const [member, setMember] = useState("");
	const [failed, setFailed] = useState("");
	const [busy, setBusy] = useState(false);
	const key = useRef(crypto.randomUUID());
	const members = useData<Page<Member>>(way === "wallet" ? `/v1/members${query({ q: words || null })}` : null).data?.items ?? [];
	const ready = way === "wallet" ? member !== "" : reference.trim() !== "";
	const submit = (event: Event) => {
		event.preventDefault();
		setBusy(true);
		post(`/v1/surplus/${surplus.id}/back`, way === "wallet" ? { way, member_id: member } : { way, reference: reference.trim() }, { "Idempotency-Key": key.current })
			.then(() => onDone(true), (error: Error) => {
				/* another wish is another key */
				key.current = crypto.randomUUID();
				setFailed(error.message);
				setBusy(false);
			});
	};
	return (
		<Dialog title={t("c.surplus.give_of", { amount: money(surplus.amount) })} onClose={() => onDone(false)}>
			<form onSubmit={submit}>
				<Choose label={t("c.surplus.how")} value={way} onChange={setWay} hint={t(`c.surplus.hint.${way}`)}
					options={[outside, "wallet"].map((value) => ({ value, text: t(`c.surplus.way.${value}`) }))} />
				{way !== "wallet" && <TextField label={t("c.surplus.reference")} hint={t(`c.surplus.reference_hint.${way}`)} value={reference} onInput={setReference} required max={80} />}
				{way === "wallet" && <>
					<TextField label={t("c.surplus.find_member")} value={words} onInput={setWords} type="search" max={60} />
					<Choose label={t("c.surplus.member")} value={member} onChange={setMember}
						options={[{ value: "", text: t("c.surplus.choose") }, ...members.map((one) => ({ value: one.id, text: one.name }))]} />
				</>}
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button" disabled={busy || !ready}>{t("c.surplus.give")}</button>
			</form>
		</Dialog>
	);
}
