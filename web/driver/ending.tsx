/* ending.tsx - when it is over: the money that comes back as a state one can see, and the bill that adds up on screen. */
import { useEffect, useState } from "preact/hooks";
import { billed, clock, distance, energy, moment, money, number, price, reason, addPrices, span, t } from "../shared/i18n";
import type { Bill, Order } from "../shared/types";
import { GivenBack, IdleWarning } from "./charging";
import { Dial } from "./parts";

interface EndingProps { order: Order; now: number; onRetry(): Promise<void>; onPay(): Promise<void> }
export function Ending({ order, now, onRetry, onPay }: EndingProps) {
	const failed = order.state === "failed";
	/* Energy is final, but the car still stands there: the bill closes when the plug is pulled. */
	const plugged = order.state === "ended" && order.idle.from !== null;
	const motion = failed ? "blink" : order.state === "ended" || order.state === "unpaid" ? "breathe"
		: order.state === "settled" ? "still" : "quiet";
	const energyText = order.started && order.stopped
		? `${energy(order.energy_wh)} · ${span((Date.parse(order.stopped) - Date.parse(order.started)) / 1000)}`
		: energy(order.energy_wh);
	return (
		<>
			<Dial motion={motion}>
				<h1 class="word" aria-live="polite">{plugged ? t("driver.unplug") : t(`order.${order.state}`)}</h1>
				{!failed && order.state !== "cancelled" && <p class="big">{money(order.bill?.due ?? order.due)}</p>}
				{!failed && order.state !== "cancelled" && <p class="sub">{energyText}</p>}
				{!failed && <GivenBack order={order} />}
				{failed && <p class="sub">{t("driver.nothing_charged")}</p>}
			</Dial>
			{order.reason && <p class="dim mid">{reason(order.reason)}</p>}
			{plugged && <IdleWarning order={order} now={now} />}
			{plugged && order.source !== "house" && order.money.paid.minor > (order.bill?.due.minor ?? 0) && (
				<p class="mid">{t("driver.back_soon", { amount: money({ ...order.money.paid, minor: order.money.paid.minor - (order.bill?.due.minor ?? 0) }) })}</p>
			)}
			<MoneyBack order={order} />
			{order.money.surplus && <section class={`back s-${order.money.surplus.way ? "done" : "waiting"}`}>
				<p class="dim">{t(order.money.surplus.kind === "feed_in" ? "driver.surplus_credit" : "driver.surplus")}</p>
				<p class="big">{money(order.money.surplus.amount)}</p>
				<p><span class="shape" aria-hidden="true" /> <b>{t(`surplus.${order.money.surplus.way || "open"}`)}</b>
					{order.money.surplus.at && <span class="dim"> · {moment(order.money.surplus.at, order.zone)}</span>}</p>
			</section>}
			{order.state === "unpaid" && <Open order={order} onPay={onPay} />}
			{order.bill && <BillView order={order} bill={order.bill} />}
			<div class="acts">
				{(failed || order.state === "cancelled") && order.owner && <Retry onRetry={onRetry} />}
				{(failed || order.state === "cancelled") && !order.owner && (
					<a class="button big" href={`/p/${encodeURIComponent(order.pile.code)}`}>{t("driver.to_pile")}</a>
				)}
				<Nearby order={order} />
				{order.bill && <a class={`button ${order.state === "unpaid" ? "quiet" : "big"}`} href={`/o/${order.token}/receipt`}>{t("driver.receipt")}</a>}
				{order.state === "settled" && <p class="hint">{t("driver.leave")}</p>}
			</div>
		</>
	);
}

/* The bill is larger than what was secured: the rest is paid here, once. The cashier's address comes a moment after the
 * wish; who asked goes there by himself, who comes back unpaid finds the link. */
function Open({ order, onPay }: { order: Order; onPay(): Promise<void> }) {
	const [wanted, setWanted] = useState(false);
	const [failed, setFailed] = useState("");
	const url = order.pay_url;
	const amount = money(order.money.open);
	useEffect(() => {
		if (wanted && url)
			location.href = url;
	}, [wanted, url]);
	const go = async () => {
		setWanted(true);
		setFailed("");
		try {
			await onPay();
		} catch (error) {
			setFailed((error as Error).message);
			setWanted(false);
		}
	};
	return (
		<section class="acts" aria-label={t("driver.pay_open", { amount })}>
			<p class="note warn">{t("driver.open", { amount, total: money(order.bill?.due ?? order.due), paid: money(order.money.captured) })}</p>
			{failed && <p class="note bad" role="alert">{failed}</p>}
			{url ? <a class="button big" href={url}>{t("driver.to_payment")}</a> : (
				<button type="button" class="button big" disabled={wanted} onClick={() => void go()}>
					{wanted ? t("driver.payment_coming") : t("driver.pay_open", { amount })}
				</button>
			)}
		</section>
	);
}

/* "Money back" with amount, state and time; for a failed start the whole amount. */
function MoneyBack({ order }: { order: Order }) {
	const { paid, refund, refund_state: state, refund_at: at } = order.money;
	if (order.source === "house" || (refund.minor === 0 && state === "none"))
		return order.state === "failed"
			? <p class="note" role="status">{t("driver.no_money_taken")}</p> : null;
	return (
		<section class={`back s-${state === "done" ? "done" : state === "failed" ? "fault" : "waiting"}`}
			aria-live="polite">
			<p class="dim">{t(order.timing === "hold" ? "driver.released" : "driver.money_back")}</p>
			<p class="big">{money(refund)}</p>
			<p><span class="shape" aria-hidden="true" /> <b>{t(`refund.${state}`)}</b>
				{at && <span class="dim"> · {moment(at, order.zone)}</span>}</p>
			<p class="hint">
				{order.state === "failed" ? t("driver.back_all", { amount: money(paid) })
					: t("driver.back_rest", { paid: money(paid), used: money(order.bill?.due ?? order.due) })}
				{" "}{order.source === "channel" && t("driver.bank_days")}
			</p>
		</section>
	);
}

function Retry({ onRetry }: { onRetry(): Promise<void> }) {
	const [busy, setBusy] = useState(false);
	const [failed, setFailed] = useState("");
	const go = async () => {
		setBusy(true);
		try {
			await onRetry();
		} catch (error) {
			setFailed((error as Error).message);
			setBusy(false);
		}
	};
	return (
		<>
			{failed && <p class="note bad" role="alert">{failed}</p>}
			<button type="button" class="button big" disabled={busy} onClick={() => void go()}>{t("driver.retry")}</button>
		</>
	);
}

/* Where else, right now: the same place first. */
function Nearby({ order }: { order: Order }) {
	if (order.nearby.length === 0)
		return null;
	return (
		<section class="nearby" aria-labelledby="nearby">
			<h2 id="nearby">{t("driver.nearby")}</h2>
			<ul class="moves">
				{order.nearby.map((near) => (
					<li key={`${near.code} ${near.connector}`}>
						<a href={`/p/${encodeURIComponent(near.code)}/${near.connector}`}>
							<b>{near.name} · {near.connector}</b>
							<small class="dim">
								{near.distance_m === null ? t("driver.same_site") : `${near.site} · ${distance(near.distance_m)}`}
								{near.plug && ` · ${near.plug}`}{near.max_w > 0 && ` · ${number(near.max_w / 1000)} kW`}
							</small>
						</a>
						<b class="n">{price(near.total, near.currency)}<small class="dim">/ kWh</small></b>
					</li>
				))}
			</ul>
		</section>
	);
}

/* What the car gave back, half hour by half hour, set off against what was charged. */
function BackTable({ bill, zone }: { bill: Bill; zone: string }) {
	const currency = bill.credit.currency;
	return (
		<div class="scroll" tabIndex={0} role="group" aria-labelledby="back">
			<h3 id="back">{t("driver.given_back")}</h3>
			<table class="bill">
				<thead>
					<tr>
						<th scope="col">{t("driver.time")}</th>
						<th scope="col" class="n">kWh</th>
						<th scope="col" class="n">{t("driver.back_price")}</th>
						<th scope="col" class="n">{t("driver.credit")}</th>
					</tr>
				</thead>
				<tbody>
					{bill.back.map((line) => (
						<tr key={line.start}>
							<th scope="row">{clock(line.start, zone)}–{clock(Date.parse(line.start) + 1800000, zone)}{line.estimated && " *"}</th>
							<td class="n">{billed(line.energy_wh)}</td>
							<td class="n">{price(line.price, currency)}</td>
							<td class="n">{money(line.amount)}</td>
						</tr>
					))}
				</tbody>
				<tfoot>
					<tr class="sum"><th scope="row">{t("driver.sum")}</th><td class="n">{billed(bill.back_wh)}</td><td /><td class="n">{money(bill.credit)}</td></tr>
					{bill.credit_vat.minor > 0 && (
						<tr class="vat">
							<th scope="row" colSpan={3}>{t("driver.vat", { rate: `${number(bill.back_vat_bp / 100, bill.back_vat_bp % 100 ? 1 : 0)} %` })}</th>
							<td class="n">{money(bill.credit_vat)}</td>
						</tr>
					)}
					<tr class="total"><th scope="row" colSpan={3}>{t("driver.due")}</th><td class="n">{money(bill.due)}</td></tr>
					{bill.over.minor > 0 && <tr class="total"><th scope="row" colSpan={3}>{t("driver.over")}</th><td class="n">{money(bill.over)}</td></tr>}
				</tfoot>
			</table>
		</div>
	);
}

function BillView({ order, bill }: { order: Order; bill: Bill }) {
	const currency = bill.total.currency;
	const half = 30 * 60 * 1000;
	const kwh = bill.lines.reduce((sum, line) => sum + Math.round(Number(line.energy_wh) * 10), 0) / 10;
	const plus = (a: number, b: number) => money({ minor: a + b, currency });
	return (
		<section aria-labelledby="bill">
			<h2 id="bill">{t("driver.bill")}</h2>
			<div class="scroll" tabIndex={0} role="group" aria-labelledby="bill">
				<table class="bill">
					<thead>
						<tr>
							<th scope="col">{t("driver.time")}</th>
							<th scope="col" class="n">kWh</th>
							<th scope="col" class="n">{t("driver.price")}</th>
							<th scope="col" class="n">{t("driver.amount")}</th>
						</tr>
					</thead>
					<tbody>
						{bill.lines.map((line) => (
							<tr key={line.start}>
								<th scope="row">
									{clock(line.start, order.zone)}–{clock(Date.parse(line.start) + half, order.zone)}
									{line.estimated && " *"}
								</th>
								<td class="n">{billed(line.energy_wh)}</td>
								<td class="n">
									{price(addPrices(line.energy_price, line.service_price), currency)}
									<small>{price(line.energy_price, currency)} + {price(line.service_price, currency)}</small>
								</td>
								<td class="n">{plus(line.energy.minor, line.service.minor)}
									<small>{money(line.energy)} + {money(line.service)}</small></td>
							</tr>
						))}
					</tbody>
					<tfoot>
						<tr class="sum">
							<th scope="row">{t("driver.sum")}</th>
							<td class="n">{billed(kwh)}</td>
							<td />
							<td class="n">{plus(bill.energy.minor, bill.service.minor)}
								<small>{money(bill.energy)} + {money(bill.service)}</small></td>
						</tr>
						{bill.idle.minor > 0 && (
							<tr>
								<th scope="row" colSpan={3}>{t("driver.idle", { minutes: Math.ceil(order.idle.billed_s / 60) })}</th>
								<td class="n">{money(bill.idle)}</td>
							</tr>
						)}
						<tr class="total"><th scope="row" colSpan={3}>{t("driver.total")}</th><td class="n">{money(bill.total)}</td></tr>
						{bill.vat.minor > 0 && (
							<tr class="vat">
								<th scope="row" colSpan={3}>{t("driver.vat", { rate: `${number(bill.vat_bp / 100, bill.vat_bp % 100 ? 1 : 0)} %` })}</th>
								<td class="n">{money(bill.vat)}</td>
							</tr>
						)}
					</tfoot>
				</table>
			</div>
			{bill.back.length > 0 && bill.credit.minor > 0 && <BackTable bill={bill} zone={order.zone} />}
			<p class="hint">{t("driver.columns")}</p>
			{bill.lines.some((line) => line.estimated) && <p class="hint">{t("driver.estimated")}</p>}
			<dl class="facts">
				<div><dt>{t("driver.meter")}</dt>
					<dd>{billed(bill.meter_start_wh)} → {billed(bill.meter_stop_wh)} kWh</dd></div>
				<div><dt>{t("driver.tariff")}</dt><dd><code>{bill.tariff_hash.slice(0, 16)}…</code></dd></div>
			</dl>
		</section>
	);
}
