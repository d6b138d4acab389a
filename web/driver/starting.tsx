/* starting.tsx - from the wish to the first current: four steps with ticks and seconds, and the promise that the money
 * comes back by itself when nothing flows in time. */
import { money, span, t } from "../shared/i18n";
import type { Order } from "../shared/types";
import { Dial, Stop } from "./parts";

const STEPS = ["paid", "sent", "accepted", "current"] as const;

export function Starting({ order, now, onStop }: { order: Order; now: number; onStop(): Promise<void> }) {
	const waiting = order.state === "created";
	const deadline = order.start_deadline ? Date.parse(order.start_deadline) : null;
	const left = deadline ? Math.max(0, Math.ceil((deadline - now) / 1000)) : null;
	return (
		<>
			<Dial motion="breathe">
				<h1 class="word" aria-live="polite">{t(`order.${order.state}`)}</h1>
				<p class="big">{money(order.secured)}</p>
				<p class="sub">{t(`driver.secured_${order.timing}`)}</p>
			</Dial>
			{waiting && order.pay_url && order.owner && (
				<p>
					<a class="button big" href={order.pay_url}>{t("driver.to_payment")}</a>
				</p>
			)}
			{waiting && !order.pay_url && order.owner && <p class="hint mid" role="status">{t("driver.payment_coming")}</p>}
			<ol class="steps">
				<Steps order={order} now={now} />
			</ol>
			{!waiting && (
				<p class="hint" role="timer">
					{left === null ? t("driver.promise") : t("driver.promise_left", { seconds: left })}
				</p>
			)}
			{order.owner && order.state !== "starting" && (
				<div><Stop label={t("driver.cancel")} onStop={onStop} /></div>
			)}
		</>
	);
}

function Steps({ order, now }: { order: Order; now: number }) {
	let before = Date.parse(order.created);
	let running = true;
	return (
		<>
			{STEPS.map((name) => {
				const at = order.steps.find((step) => step.name === name)?.at ?? null;
				const since = before;
				if (at)
					before = Date.parse(at);
				const current = running && !at;
				if (current)
					running = false;
				const seconds = ((at ? Date.parse(at) : now) - since) / 1000;
				return (
					<li key={name} class={at ? "done" : current ? "on" : undefined} aria-current={current ? "step" : undefined}>
						<i aria-hidden="true" />
						<span>{t(`driver.step.${name}`)}<span class="away"> {at ? t("driver.step_done") : ""}</span></span>
						<span class="dim">{at || current ? span(seconds) : ""}</span>
					</li>
				);
			})}
		</>
	);
}
