/* order.tsx - one order: what it is, its one timeline in which messages, payments, money and people interleave, and its
 * money with both legs of every transfer. */
import { useState } from "preact/hooks";
import { addPrices, billed, clock, moment, money, power, price, reason, t, word } from "../shared/i18n";
import { post } from "../shared/http";
import { useData } from "./data";
import { later } from "./later";
import { Link } from "./router";
import { Confirm, Dialog, Empty, Facts, Fault, List, OrderStatus, Status, TextField, Title, Waiting } from "./widgets";
import { TransferTable } from "./ledger";
import { Timeline } from "./timeline";
import type { Bill, MeterRecord, OrderDetail, Payment } from "./types";

const OrderPile = later(() => import("./order_pile").then((part) => part.OrderPile));

const OPEN = ["created", "authorised", "starting", "charging", "suspended", "stopping"];

export function OrderScreen({ id }: { id: string }) {
	const { data, error, reload } = useData<OrderDetail>(`/v1/orders/${id}`, ["order"]);
	const crumb = { href: "/console/orders", text: t("c.nav.orders") };
	if (!data)
		return <><Title text={t("c.order")} crumb={crumb} />{error ? <Fault error={error} retry={reload} /> : <Waiting />}</>;
	const { view } = data;
	const act = (what: string, body: object = {}) => post(`/v1/orders/${id}/${what}`, body).then(reload);
	return (
		<>
			<Title text={`${view.pile.name} · ${moment(view.created, view.zone)}`} crumb={crumb}>
				<a class="button small quiet" href={`/o/${view.token}`}>{t("c.driver_page")}</a>
				{data.priority.can && (
					<Confirm label={t(data.priority.on ? "c.priority.take" : "c.priority.give")} title={t("c.priority.title")}
						text={t(data.priority.on ? "c.priority.take_text" : "c.priority.give_text")} act={() => act("priority", { on: !data.priority.on })} />
				)}
				{["charging", "suspended"].includes(view.state) && (
					<Confirm label={t("c.act.stop")} title={t("c.stop_order")} text={t("c.act.stop_text")} danger act={() => act("stop")} />
				)}
				{OPEN.includes(view.state) && <CloseOrder onClose={(why) => act("close", { reason: why })} />}
				{view.state === "unpaid" && (
					<Confirm label={t("c.write_off")} title={t("c.write_off")} text={t("c.write_off_text")} danger act={() => act("write-off")} />
				)}
			</Title>
			<p class="meta">
				<OrderStatus state={view.state} />
				{data.priority.on && <b>{t("c.priority.has")}</b>}
				{view.reason && <span>{reason(view.reason)}</span>}
				<code>{view.token}</code>
			</p>
			<Fault error={error} retry={reload} />
			<div class="halves">
				<section aria-labelledby="what">
					<h2 id="what">{t("c.what")}</h2>
					<Facts rows={facts(data)} />
				</section>
				<section aria-labelledby="money">
					<h2 id="money">{t("c.money")}</h2>
					<Facts rows={[
						[t("c.secured"), money(view.secured)], [t("c.total"), <b>{money(view.bill?.total ?? view.cost)}</b>],
						...(view.credit.minor > 0 ? [[t("c.back_credit"), money(view.credit)], [t("c.due"), <b>{money(view.bill?.due ?? view.due)}</b>]] as [string, preact.ComponentChildren][] : []),
						[t("c.paid"), money(view.money.paid)],
						[t("c.refund"), <>{money(view.money.refund)} <span class="dim">{t(`refund.${view.money.refund_state}`)}</span></>],
					]} />
					{view.bill && <BillTable bill={view.bill} zone={view.zone} />}
				</section>
			</div>
			<OrderPile of={data} />
			<section aria-labelledby="timeline"><h2 id="timeline">{t("c.timeline")}</h2><Timeline id={id} zone={view.zone} /></section>
			<section aria-labelledby="payments"><h2 id="payments">{t("c.nav.payments")}</h2><Payments items={data.payments} /></section>
			<section aria-labelledby="transfers"><h2 id="transfers">{t("c.transfers")}</h2>
				<TransferTable items={data.transfers} empty={<Empty text={t("c.empty.transfers")} />} /></section>
		</>
	);
}

function facts({ order, view, session, meter_records: signed, most_w: most }: OrderDetail): [string, preact.ComponentChildren][] {
	const flags = session?.flags ? session.flags.split(",").map((flag) => word("c.flag", flag)).join(", ") : "";
	return [
		[t("c.pile"), <><Link href={`/console/piles/${order.pile_id}`}>{view.pile.name}</Link> · {view.pile.connector} · {view.pile.site}</>],
		[t("c.started_by"), <>{word("c.starter", order.starter)}
			{order.member_id && <> · <Link href={`/console/members/${order.member_id}`}>{order.member}</Link></>}
			{order.id_tag && <> · <code>{order.id_tag}</code></>}</>],
		[t("c.timing"), `${word("c.timing", view.timing)} · ${word("c.source", view.source)}`],
		[t("c.from"), view.started ? moment(view.started, view.zone) : "–"],
		[t("c.to"), view.stopped ? moment(view.stopped, view.zone) : "–"],
		[t("c.energy"), `${billed(view.energy_wh)} kWh`],
		...(view.exported_wh !== null ? [[t("c.exported"), <Exported view={view} />] as [string, preact.ComponentChildren]] : []),
		...(most ? [[t("c.start.most_of"), power(most)] as [string, preact.ComponentChildren]] : []),
		[t("c.session"), session ? [`#${session.transaction_id}`, session.stop_reason].filter(Boolean).join(" · ") : "–"],
		...(signed.length ? [[t("c.meter.signed"), <Signed token={view.token} records={signed} />] as [string, preact.ComponentChildren]] : []),
		...(flags ? [[t("c.flags"), <b class="wait">{flags}</b>] as [string, preact.ComponentChildren]] : []),
	];
}

/* What was recorded, what of it is paid for, the register, and whatever was odd: all that a dispute is about. */
function Exported({ view }: { view: OrderDetail["view"] }) {
	const { exported } = view;
	return (
		<>
			{billed(view.exported_wh ?? "0")} kWh
			{exported && <span class="dim"> · {t("c.exported_payable", { energy: `${billed(exported.payable_wh)} kWh` })} · {billed(exported.start_wh)} → {billed(exported.last_wh)}</span>}
			{exported && exported.odd.length > 0 && <b class="wait"> · {exported.odd.map((odd) => word("c.word", odd)).join(", ")}</b>}
		</>
	);
}

/* What the meter signed at both ends: the file, and what our own check said of each. */
function Signed({ token, records }: { token: string; records: MeterRecord[] }) {
	return (
		<>
			<a href={`/o/${token}/meter.xml`}>{t("c.meter.file")}</a>
			{records.map((row) => (
				<span key={row.why} class={row.state === "valid" ? "dim" : "wait"}>
					{" · "}{t(`c.meter.${row.why}`)}: {word("c.meter.state", row.state)}{row.state === "foreign" && ` (${row.format})`}
				</span>
			))}
		</>
	);
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
		<div class="scroll" tabIndex={0} role="group" aria-label={t("c.bill")}>
			<table class="list small">
				<thead><tr><th scope="col">{t("c.time")}</th><th scope="col" class="n">kWh</th><th scope="col" class="n">{t("c.price")}</th>
					<th scope="col" class="n">{t("c.energy_fee")}</th><th scope="col" class="n">{t("c.service_fee")}</th></tr></thead>
				<tbody>
					{bill.lines.map((line) => (
						<tr key={line.start}>
							<th scope="row">{clock(line.start, zone)}–{clock(Date.parse(line.start) + 1800000, zone)}{line.estimated ? " *" : ""}</th>
							<td class="n">{billed(line.energy_wh)}</td>
							<td class="n">{price(addPrices(line.energy_price, line.service_price), currency)}</td>
							<td class="n">{money(line.energy)}</td><td class="n">{money(line.service)}</td>
						</tr>
					))}
				</tbody>
				<tfoot>
					<tr><th scope="row" colSpan={3}>{t("c.sum")}</th><td class="n">{money(bill.energy)}</td><td class="n">{money(bill.service)}</td></tr>
					{bill.idle.minor > 0 && <tr><th scope="row" colSpan={4}>{t("c.idle_fee")}</th><td class="n">{money(bill.idle)}</td></tr>}
					<tr class="strong"><th scope="row" colSpan={4}>{t("c.total")}</th><td class="n">{money(bill.total)}</td></tr>
					{bill.credit.minor > 0 && <>
						{bill.back.map((line) => (
							<tr key={line.start}>
								<th scope="row">{t("c.exported")} {clock(line.start, zone)}{line.estimated ? " *" : ""}</th>
								<td class="n">{billed(line.energy_wh)}</td><td class="n">{price(line.price, currency)}</td><td />
								<td class="n">{money(line.amount)}</td>
							</tr>
						))}
						<tr><th scope="row" colSpan={4}>{t("c.back_credit")}</th><td class="n">{money(bill.credit)}</td></tr>
						<tr class="strong"><th scope="row" colSpan={4}>{t("c.due")}</th><td class="n">{money(bill.due)}</td></tr>
						{bill.over.minor > 0 && <tr class="strong"><th scope="row" colSpan={4}>{t("c.over")}</th><td class="n">{money(bill.over)}</td></tr>}
					</>}
				</tfoot>
			</table>
			{bill.tariff_hash && <p class="hint"><code>{bill.tariff_hash}</code></p>}
		</div>
	);
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
