/* charging.tsx - while energy flows: cost and energy in the ring, power beneath, and what comes next by the clock. */
import { useState } from "preact/hooks";
import { age, clock, energy, money, number, power, price, t } from "../shared/i18n";
import type { Order } from "../shared/types";
import { Dial, Stop } from "./parts";

interface Coming { at: number; text: string; about?: boolean }

/* What earlier idle periods of this charge left of the grace time. */
function graceLeft(order: Order): number {
	return Math.max(0, order.idle.grace_s - order.idle.past_s) * 1000;
}

/* Idle time has begun: when the grace is over and it costs; 0 when it never will. */
function idleBilledAt(order: Order): number {
	return order.idle.from && Number(order.idle.price_per_min) > 0 ? Date.parse(order.idle.from) + graceLeft(order) : 0;
}

/* What the clock will bring, in order of time. */
function coming(order: Order, now: number): Coming[] {
	const list: Coming[] = [];
	const currency = order.secured.currency;
	const idleText = () => t("driver.idle_from", { price: price(order.idle.price_per_min, currency) });
	if (order.full_at)
		list.push({ at: Date.parse(order.full_at), text: t("driver.full"), about: true });
	if (order.limit_at)
		list.push({ at: Date.parse(order.limit_at), text: t("driver.limit_at", { amount: money(order.secured) }), about: true });
	if (order.next_price)
		list.push({
			at: Date.parse(order.next_price.at),
			text: t("driver.next_price", { price: price(order.next_price.total, currency) }),
		});
	const billed = idleBilledAt(order);
	if (billed)
		list.push({ at: billed, text: idleText() });
	else if (Number(order.idle.price_per_min) > 0 && order.full_at)
		list.push({ at: Date.parse(order.full_at) + graceLeft(order), text: idleText(), about: true });
	return list.filter((item) => item.at > now).sort((a, b) => a.at - b.at);
}

/* Fifteen and five minutes before it costs, and while it does. */
export function IdleWarning({ order, now }: { order: Order; now: number }) {
	const billed = idleBilledAt(order);
	if (!billed)
		return null;
	const left = (billed - now) / 1000;
	if (left > 900)
		return null;
	const rate = price(order.idle.price_per_min, order.secured.currency);
	return left > 0
		? <p class="note warn" role="status">{t("driver.idle_soon", { left: age(Math.max(60, left)), price: rate })}</p>
		: <p class="note bad" role="alert">{t("driver.idle_now", { price: rate, amount: money(order.parts.idle) })}</p>;
}

/* What the car gave back; and, where it is paid for, what that is worth so far. */
export function GivenBack({ order }: { order: Order }) {
	if (order.exported_wh === null)
		return null;
	return <p class="sub">{order.credit.minor > 0
		? t("driver.exported_credit", { energy: energy(order.exported_wh), credit: money(order.credit) })
		: t("driver.exported", { energy: energy(order.exported_wh) })}</p>;
}

interface Props { order: Order; now: number; onStop(): Promise<void>; onPriority(on: boolean): Promise<void> }
export function Charging({ order, now, onStop, onPriority }: Props) {
	const byMoney = order.secured.minor > 0 ? order.cost.minor / order.secured.minor : null;
	const part = order.soc !== null ? order.soc / 100 : byMoney;
	const label = order.soc !== null ? t("driver.soc", { percent: number(order.soc) })
		: t("driver.used_of", { used: money(order.cost), secured: money(order.secured) });
	const list = coming(order, now);
	return (
		<>
			<Dial motion={order.state === "charging" ? "rotate" : "breathe"} part={part} label={label}>
				<h1 class="word" aria-live="polite">{t(`order.${order.state}`)}</h1>
				<p class="big">{money(order.due)}</p>
				<p class="sub">{energy(order.energy_wh)}</p>
				<GivenBack order={order} />
				{order.soc !== null && <p class="sub">{t("driver.battery", { percent: number(order.soc) })}</p>}
			</Dial>
			<div class="gauges">
				{order.power_w !== null && <p><b>{power(order.power_w)}</b><span>{t("driver.power")}</span></p>}
				{order.voltage_v !== null && <p><b>{number(Number(order.voltage_v))} V</b><span>{t("driver.voltage")}</span></p>}
				{order.current_a !== null && <p><b>{number(Number(order.current_a))} A</b><span>{t("driver.current")}</span></p>}
			</div>
			<IdleWarning order={order} now={now} />
			{order.state === "suspended" && !order.idle.from && <p class="note">{t("driver.paused")}</p>}
			{list.length > 0 && (
				<section aria-labelledby="coming">
					<h2 id="coming" class="kicker">{t("driver.coming")}</h2>
					<ol class="coming">
						{list.map((item) => (
							<li key={item.text}>
								<b>{item.about ? t("driver.about", { time: clock(item.at, order.zone) }) : clock(item.at, order.zone)}</b>
								<span>{item.text}</span>
							</li>
						))}
					</ol>
				</section>
			)}
			<p class="hint">
				{order.price_now && t("driver.price_now", { price: price(order.price_now.total, order.secured.currency) })}
				{order.price_now && Number(order.price_now.back) > 0 && ` ${t("driver.price_back", { price: price(order.price_now.back, order.secured.currency) })}`}
				{" "}{order.source === "channel" && t("driver.of_secured", { amount: money(order.secured) })}
			</p>
			<div>
				{order.state === "stopping" ? <p class="note" role="status">{t("driver.stopping")}</p>
					: order.owner && <>
						{order.priority !== "none" && <Priority on={order.priority === "on"} onPriority={onPriority} />}
						<Stop label={t("driver.stop")} onStop={onStop} />
					</>}
			</div>
		</>
	);
}

/* For who was given it: this charge goes before others, or shares as they do. */
function Priority({ on, onPriority }: { on: boolean; onPriority(on: boolean): Promise<void> }) {
	const [busy, setBusy] = useState(false);
	const [failed, setFailed] = useState("");
	const go = () => {
		setBusy(true);
		setFailed("");
		onPriority(!on).catch((error: Error) => setFailed(error.message)).then(() => setBusy(false));
	};
	return (
		<div class="acts">
			{failed && <p class="note bad" role="alert">{failed}</p>}
			{on && <p class="note" role="status">{t("driver.priority_on")}</p>}
			<button type="button" class="button quiet" disabled={busy} onClick={go}>{t(on ? "driver.no_priority" : "driver.priority")}</button>
		</div>
	);
}
