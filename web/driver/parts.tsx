/* parts.tsx - pieces of the live order: age of the data, the dial that looks like the ring on the pile, stop with a
 * second question, share and report. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { age, t } from "../shared/i18n";
import { post, Refused } from "../shared/http";
import type { Order } from "../shared/types";

export function Age({ order, now, stale }: { order: Order; now: number; stale: boolean }) {
	const active = ["charging", "suspended", "stopping"].includes(order.state);
	if (!active || !order.data_at)
		return null;
	const seconds = Math.max(0, (now - Date.parse(order.data_at)) / 1000);
	return <span class="age">{t(stale ? "driver.data_old" : "driver.data", { age: age(seconds) })}</span>;
}

export type Motion = "rotate" | "breathe" | "blink" | "still" | "quiet";
const ROUND = 2 * Math.PI * 92;

/* The ring of the pile, drawn again on the phone: rotating green charges, breathing yellow waits, blinking red is a
 * fault; the words inside say the same. `part` (0..1) fills it. */
export function Dial({ motion, part, label, children }:
	{ motion: Motion; part?: number | null; label?: string; children: ComponentChildren }) {
	const share = part == null ? 0 : Math.min(1, Math.max(0, part));
	return (
		<div class={`dial m-${motion}`}>
			<svg viewBox="0 0 200 200" aria-hidden={!label} role={label ? "img" : undefined} aria-label={label}>
				<circle class="ring" cx="100" cy="100" r="92" />
				{motion === "rotate" && (
					<circle class="ring-spin" cx="100" cy="100" r="92" stroke-dasharray={`${ROUND * 0.06} ${ROUND}`} />
				)}
				{share > 0 && (
					<circle class="ring-part" cx="100" cy="100" r="92" transform="rotate(-90 100 100)"
						stroke-dasharray={`${ROUND * share} ${ROUND}`} />
				)}
			</svg>
			<div>{children}</div>
		</div>
	);
}

/* A button that asks once more before it acts, in place, so that neither thumb nor keyboard has to travel. */
export function Stop({ label, onStop }: { label: string; onStop(): Promise<void> }) {
	const [asked, setAsked] = useState(false);
	const [busy, setBusy] = useState(false);
	const [failed, setFailed] = useState("");
	const sure = useRef<HTMLButtonElement>(null);
	useEffect(() => {
		if (asked)
			sure.current?.focus();
	}, [asked]);
	const go = async () => {
		setBusy(true);
		setFailed("");
		try {
			await onStop();
		} catch (error) {
			setFailed((error as Error).message);
		}
		setBusy(false);
		setAsked(false);
	};
	if (!asked)
		return (
			<div class="acts">
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button type="button" class="button big stop" onClick={() => setAsked(true)}>{label}</button>
			</div>
		);
	return (
		<div class="ask" role="group" aria-label={t("driver.stop_sure")}>
			<p><b>{t("driver.stop_sure")}</b></p>
			<button ref={sure} type="button" class="button big stop sure" disabled={busy} onClick={() => void go()}>
				{busy ? t("driver.stop_busy") : t("driver.stop_yes")}
			</button>
			<button type="button" class="button quiet" disabled={busy} onClick={() => setAsked(false)}>
				{t("driver.stop_no")}
			</button>
		</div>
	);
}

/* What works in every state: the link for another phone, a report to the operator with the state attached. */
export function Acts({ order }: { order: Order }) {
	const [said, setSaid] = useState("");
	const [asking, setAsking] = useState(false);
	const share = async () => {
		const url = `${location.origin}/o/${order.token}`;
		try {
			if (navigator.share)
				await navigator.share({ url, title: document.title });
			else {
				await navigator.clipboard.writeText(url);
				setSaid(t("driver.copied"));
			}
		} catch (error) {
			if ((error as Error).name !== "AbortError")
				setSaid(url);
		}
	};
	return (
		<section class="acts" aria-label={t("driver.more")}>
			<div class="pair">
				<button type="button" class="button quiet" onClick={() => void share()}>{t("driver.share")}</button>
				<button type="button" class="button quiet" aria-expanded={asking} onClick={() => setAsking(!asking)}>
					{t("driver.report")}
				</button>
			</div>
			{asking && <Report order={order} onSent={() => {
				setAsking(false);
				setSaid(t("driver.reported"));
			}} />}
			<p class="hint" role="status">{said || (order.owner ? t("driver.link_owner") : t("driver.link_view"))}</p>
		</section>
	);
}

function Report({ order, onSent }: { order: Order; onSent(): void }) {
	const [text, setText] = useState("");
	const [failed, setFailed] = useState("");
	const send = async (event: Event) => {
		event.preventDefault();
		try {
			await post(`/v1/public/orders/${order.token}/problem`, { text });
			onSent();
		} catch (error) {
			setFailed(error instanceof Refused ? error.message : t("net.failed"));
		}
	};
	return (
		<form class="ask" onSubmit={(event) => void send(event)}>
			<label for="problem"><b>{t("driver.report_what")}</b></label>
			<textarea id="problem" required maxLength={500} value={text}
				onInput={(event) => setText(event.currentTarget.value)} />
			{failed && <p class="note bad" role="alert">{failed}</p>}
			<button class="button">{t("driver.report_send")}</button>
		</form>
	);
}
