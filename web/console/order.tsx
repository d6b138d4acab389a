/* order.tsx - one order: what it is, its one timeline in which messages, payments, money and people interleave, and its
 * money with both legs of every transfer. */
import { useState } from "preact/hooks";
import { addPrices, clock, clockSeconds, day, energy, moment, money, number, price, reason, t, word } from "../shared/i18n";
import { post } from "../shared/http";
import { useData } from "./data";
import { Link } from "./router";
import { Confirm, Dialog, Empty, Facts, Fault, List, OrderStatus, Status, TextField, Title, Waiting } from "./widgets";
import { TransferTable } from "./ledger";
import type { Page } from "../shared/types";
import type { Bill, Moment, OrderDetail, Payment } from "./types";

const OPEN = ["created", "authorised", "starting", "charging", "suspended", "stopping"];

export function OrderScreen({ id }: { id: string }) {
	const { data: order, error, reload } = useData<OrderDetail>(`/v1/orders/${id}`, ["order"]);
	const crumb = { href: "/console/orders", text: t("c.nav.orders") };
	if (!order)
		return <><Title text={t("c.order")} crumb={crumb} />{error ? <Fault error={error} retry={reload} /> : <Waiting />}</>;
	const act = (what: string, body: object = {}) => post(`/v1/orders/${id}/${what}`, body).then(reload);
	return (
		<>
			<Title text={`${order.pile.name} · ${moment(order.created, order.zone)}`} crumb={crumb}>
				<a class="button small quiet" href={`/o/${order.token}`}>{t("c.driver_page")}</a>
				{["charging", "suspended"].includes(order.state) && (
					<Confirm label={t("c.act.stop")} title={t("c.stop_order")} text={t("c.act.stop_text")} danger act={() => act("stop")} />
				)}
				{OPEN.includes(order.state) && <CloseOrder onClose={(why) => act("close", { reason: why })} />}
				{order.state === "unpaid" && (
					<Confirm label={t("c.write_off")} title={t("c.write_off")} text={t("c.write_off_text")} danger act={() => act("write-off")} />
				)}
			</Title>
			<p class="meta">
				<OrderStatus state={order.state} />
				{order.reason && <span>{reason(order.reason)}</span>}
				<code>{order.token}</code>
			</p>
			<Fault error={error} retry={reload} />
			<div class="halves">
				<section aria-labelledby="what">
					<h2 id="what">{t("c.what")}</h2>
					<Facts rows={facts(order)} />
				</section>
				<section aria-labelledby="money">
					<h2 id="money">{t("c.money")}</h2>
					<Facts rows={[
						[t("c.secured"), money(order.secured)], [t("c.total"), <b>{money(order.bill?.total ?? order.cost)}</b>],
						[t("c.paid"), money(order.money.paid)],
						[t("c.refund"), <>{money(order.money.refund)} <span class="dim">{t(`refund.${order.money.refund_state}`)}</span></>],
					]} />
					{order.bill && <BillTable bill={order.bill} zone={order.zone} />}
				</section>
			</div>
			<section aria-labelledby="timeline"><h2 id="timeline">{t("c.timeline")}</h2><Timeline id={id} zone={order.zone} /></section>
			<section aria-labelledby="payments"><h2 id="payments">{t("c.nav.payments")}</h2><Payments items={order.payments} /></section>
			<section aria-labelledby="transfers"><h2 id="transfers">{t("c.transfers")}</h2>
				<TransferTable items={order.transfers} empty={<Empty text={t("c.empty.transfers")} />} /></section>
		</>
	);
}

function facts(order: OrderDetail): [string, preact.ComponentChildren][] {
	return [
		[t("c.pile"), <><Link href={`/console/piles/${order.pile_id}`}>{order.pile.name}</Link> · {order.pile.connector} · {order.pile.site}</>],
		[t("c.started_by"), <>{word("c.starter", order.starter)}{order.member && <> · <Link href={`/console/members/${order.member.id}`}>{order.member.name}</Link></>}
			{order.id_tag && <> · <code>{order.id_tag}</code></>}</>],
		[t("c.timing"), `${word("c.timing", order.timing)} · ${word("c.source", order.source)}`],
		[t("c.from"), order.started ? moment(order.started, order.zone) : "–"],
		[t("c.to"), order.stopped ? moment(order.stopped, order.zone) : "–"],
		[t("c.energy"), energy(order.energy_wh, 4)],
		[t("c.session"), order.session ? `#${order.session.transaction_id}${order.session.stop_reason ? ` · ${order.session.stop_reason}` : ""}` : "–"],
		...(order.session?.flags.length ? [[t("c.flags"), <b class="wait">{order.session.flags.map((flag) => word("c.flag", flag)).join(", ")}</b>] as [string, preact.ComponentChildren]] : []),
	];
}

function CloseOrder({ onClose }: { onClose(why: string): Promise<unknown> }) {
	const [open, setOpen] = useState(false);
	const [why, setWhy] = useState("");
	const [failed, setFailed] = useState("");
	const submit = (event: Event) => {
		event.preventDefault();
		onClose(why).then(() => setOpen(false), (error: Error) => setFailed(error.message));
	};
	return (
		<>
			<button type="button" class="button small danger" onClick={() => setOpen(true)}>{t("c.close_order")}</button>
			{open && (
				<Dialog title={t("c.close_order")} onClose={() => setOpen(false)}>
					<form onSubmit={submit}>
						<p>{t("c.close_order_text")}</p>
						<TextField label={t("c.why")} value={why} onInput={setWhy} required max={200} />
						{failed && <p class="note bad" role="alert">{failed}</p>}
						<button class="button danger">{t("c.close_order")}</button>
					</form>
				</Dialog>
			)}
		</>
	);
}

export function BillTable({ bill, zone }: { bill: Bill; zone: string }) {
	const currency = bill.total.currency;
	return (
		<div class="scroll" tabIndex={0} role="region" aria-label={t("c.bill")}>
			<table class="list small">
				<thead><tr><th scope="col">{t("c.time")}</th><th scope="col" class="n">kWh</th><th scope="col" class="n">{t("c.price")}</th>
					<th scope="col" class="n">{t("c.energy_fee")}</th><th scope="col" class="n">{t("c.service_fee")}</th></tr></thead>
				<tbody>
					{bill.lines.map((line) => (
						<tr key={line.start}>
							<th scope="row">{clock(line.start, zone)}–{clock(Date.parse(line.start) + 1800000, zone)}{line.estimated ? " *" : ""}</th>
							<td class="n">{number(Number(line.energy_wh) / 1000, 4)}</td>
							<td class="n">{price(addPrices(line.energy_price, line.service_price), currency)}</td>
							<td class="n">{money(line.energy)}</td><td class="n">{money(line.service)}</td>
						</tr>
					))}
				</tbody>
				<tfoot>
					<tr><th scope="row" colSpan={3}>{t("c.sum")}</th><td class="n">{money(bill.energy)}</td><td class="n">{money(bill.service)}</td></tr>
					{bill.idle.minor > 0 && <tr><th scope="row" colSpan={4}>{t("c.idle_fee")}</th><td class="n">{money(bill.idle)}</td></tr>}
					<tr class="strong"><th scope="row" colSpan={4}>{t("c.total")}</th><td class="n">{money(bill.total)}</td></tr>
				</tfoot>
			</table>
			<p class="hint"><code>{bill.tariff_hash}</code></p>
		</div>
	);
}

function Timeline({ id, zone }: { id: string; zone: string }) {
	const { data, error, reload } = useData<Page<Moment>>(`/v1/orders/${id}/timeline`, ["order", "frame"]);
	const [kind, setKind] = useState("");
	if (!data)
		return error ? <Fault error={error} retry={reload} /> : <Waiting />;
	const kinds = [...new Set(data.items.map((item) => item.kind))];
	let before = "";
	return (
		<>
			<div class="chips" role="group" aria-label={t("c.show")}>
				{["", ...kinds].map((name) => (
					<button type="button" key={name} class="chip" aria-pressed={kind === name} onClick={() => setKind(name)}>
						{name ? word("c.kind", name) : t("c.all")}</button>
				))}
			</div>
			<ol class="line">
				{data.items.filter((item) => !kind || item.kind === kind).map((item, i) => {
					const date = day(item.at, zone);
					const fresh = date !== before;
					before = date;
					return (
						<li key={i} class={`k-${item.kind}`}>
							<time dateTime={item.at}>{fresh && <small>{date}</small>}{clockSeconds(item.at, zone)}</time>
							<span class="kind">{word("c.kind", item.kind)}</span>
							<span><b>{momentWord(item)}</b> <Detail of={item.detail} /></span>
						</li>
					);
				})}
			</ol>
		</>
	);
}

function momentWord(item: Moment): string {
	if (item.kind === "state")
		return word("order", item.word);
	return word("c.word", item.word);
}

/* The detail of an event is a small JSON object; shown as names and values. */
function Detail({ of }: { of: unknown }) {
	let value = of;
	if (typeof of === "string" && of.startsWith("{")) {
		try {
			value = JSON.parse(of) as unknown;
		} catch {
			return <span class="dim">{of}</span>;
		}
	}
	if (!value || typeof value !== "object")
		return value ? <span class="dim">{word("c.word", String(value))}</span> : null;
	const parts = Object.entries(value).filter(([, v]) => v !== null && v !== "").map(([name, v]) => {
		const amount = v as { minor?: number; currency?: string };
		return `${word("c.detail", name)}: ${typeof v === "object" && amount.minor !== undefined && amount.currency
			? money({ minor: amount.minor, currency: amount.currency }) : typeof v === "object" ? JSON.stringify(v) : String(v)}`;
	});
	return <span class="dim">{parts.join(" · ")}</span>;
}

function Payments({ items }: { items: Payment[] }) {
	return (
		<List<Payment> label={t("c.nav.payments")} items={items} id={(row) => row.id} empty={<Empty text={t("c.empty.order_payments")} />} columns={paymentColumns()} />
	);
}

export function paymentColumns() {
	return [
		{ label: t("c.created"), cell: (row: Payment) => moment(row.created) },
		{ label: t("c.kind_title"), cell: (row: Payment) => word("c.pay_kind", row.kind) },
		{ label: t("c.state"), cell: (row: Payment) => <Status of={row.state} text={word("c.pay_state", row.state)} /> },
		{ label: t("c.channel"), cell: (row: Payment) => row.channel },
		{ label: t("c.number"), cell: (row: Payment) => <code>{row.channel_ref || row.key}</code> },
		{ label: t("c.error"), cell: (row: Payment) => row.error ? <span class="bad">{row.error}</span> : "–" },
		{ label: t("c.amount"), num: true, cell: (row: Payment) => money(row.amount) },
	];
}
