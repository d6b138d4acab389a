/* pile_actions.tsx - what an operator can tell a pile. Each deed is asked for in words, sent, and followed until the
 * pile's own answer is there. */
import { useEffect, useRef, useState } from "preact/hooks";
import { number, t, word } from "../shared/i18n";
import { call, get, type Refused } from "../shared/http";
import { Link } from "./router";
import { Choose, Confirm, Dialog, Field, TextField } from "./widgets";
import type { Command, Connector, PileDetail } from "./types";

const FOLLOW_MS = 400;
const GIVE_UP = 90;

export interface Feedback { text: string; ok: boolean | null; order?: string }

export const latency = (us: number) => (us ? `${number(us / 1000, us < 10_000 ? 1 : 0)} ms` : "");

/* Sends an action (or any call that answers with a command, by its whole path) and follows the command until the pile
 * answered. */
type Run = (action: string, body?: object, method?: string) => Promise<Command | null>;
export function useAction(pile: { id: string }): [Feedback | null, Run] {
	const [feedback, setFeedback] = useState<Feedback | null>(null);
	const gone = useRef(false);
	useEffect(() => () => {
		gone.current = true;
	}, []);
	const run: Run = async (action, body = {}, method = "POST") => {
		const path = action.startsWith("/") ? action : `/v1/piles/${pile.id}/actions/${action}`;
		setFeedback({ text: t("c.sent"), ok: null });
		const told = await call<{ command_id?: string; order_id?: string; state?: string }>(method, path, method === "DELETE" ? undefined : body);
		const id = told.command_id;
		if (!id) {
			setFeedback({ text: `${t("c.order")}: ${word("order", told.state ?? "")}`, ok: true, order: told.order_id });
			return null;
		}
		for (let i = 0; i < GIVE_UP && !gone.current; i++) {
			const command = await get<Command>(`/v1/commands/${id}`);
			if (command.state !== "queued") {
				setFeedback(describe(command));
				return command;
			}
			await new Promise((done) => setTimeout(done, FOLLOW_MS));
		}
		setFeedback({ text: t("c.no_answer"), ok: false });
		return null;
	};
	return [feedback, run];
}

/* The same, but a refused call is told like a refused command. The third still throws: for forms that stay open then. */
export function useTold(pile: { id: string }): [Feedback | null, Run, Run] {
	const [feedback, run] = useAction(pile);
	const [failed, setFailed] = useState("");
	const told: Run = (action, body, method) => {
		setFailed("");
		return run(action, body, method).catch((error: Error) => {
			setFailed(error.message);
			return null;
		});
	};
	return [failed ? { text: failed, ok: false } : feedback, told, run];
}

/* What a pile speaks, as people write it. */
export const spoken = (protocol: string) => `OCPP ${(protocol || "ocpp1.6").replace("ocpp", "")}`;

/* Why a call was refused, with the fields it speaks of. */
export function refusal(error: Refused): string {
	const fields = Object.entries((error.problem?.fields ?? {}) as Record<string, string>);
	return fields.length > 0 ? fields.map(([name, text]) => `${name}: ${text}`).join("; ") : error.message;
}

interface Answer {
	status?: string; setMonitoringResult?: { status: string }[]; clearMonitoringResult?: { status: string }[];
	messagesInQueue?: boolean; ongoingIndicator?: boolean;
}
const parsed = (command: Command) => (typeof command.answer === "string" && command.answer ? JSON.parse(command.answer) : command.answer) as Answer | null;
/* The status of a pile's answer; empty when it gave none. */
export const answered = (command: Command | null) => command && !command.error ? parsed(command)?.status ?? "" : "";

function describe(command: Command): Feedback {
	if (command.error)
		return { text: word("c.command_error", command.error), ok: false };
	const answer = parsed(command);
	if (answer?.messagesInQueue !== undefined)
		return { text: [answer.ongoingIndicator === undefined ? "" : t(answer.ongoingIndicator ? "c.tx.ongoing" : "c.tx.over"),
			t(answer.messagesInQueue ? "c.tx.queued" : "c.tx.told")].filter(Boolean).join(" "), ok: true };
	const status = answer?.status ?? answer?.setMonitoringResult?.[0]?.status ?? answer?.clearMonitoringResult?.[0]?.status ?? "ok";
	const ok = ["Accepted", "Unlocked", "Scheduled", "RebootRequired", "ok"].includes(status);
	return { text: [word("c.answer", status), latency(command.latency_us)].filter(Boolean).join(" · "), ok };
}

export function Result({ of }: { of: Feedback | null }) {
	if (!of)
		return null;
	return <p class={`result ${of.ok === null ? "" : of.ok ? "s-done" : "s-fault"}`} role="status">
		{of.ok !== null && <span class="shape" aria-hidden="true" />}{of.text}
		{of.order && <Link href={`/console/orders/${of.order}`}>{t("c.open")}</Link>}</p>;
}

export function ConnectorActions({ pile, connector }: { pile: PileDetail; connector: Connector }) {
	const [feedback, run] = useAction(pile);
	const [starting, setStarting] = useState(false);
	const no = { connector: connector.no };
	const name = t("c.connector_of", { no: connector.no, pile: pile.name });
	const off = !pile.online;
	const busy = !!connector.order_id || ["Charging", "SuspendedEV", "SuspendedEVSE"].includes(connector.status);
	return (
		<>
			<div class="row">
				{busy ? <Confirm label={t("c.act.stop")} title={t("c.act.stop_title", { name })} text={t("c.act.stop_text")} danger disabled={off}
					act={() => run("stop", no)} />
					: <button type="button" class="button small quiet" disabled={off} onClick={() => setStarting(true)}>{t("c.act.start")}</button>}
				<Confirm label={t("c.act.unlock")} title={t("c.act.unlock_title", { name })} text={t("c.act.unlock_text")} danger disabled={off}
					act={() => run("unlock", no)} />
				{connector.status === "Unavailable"
					? <Confirm label={t("c.act.enable")} title={t("c.act.enable_title", { name })} text={t("c.act.enable_text")} disabled={off}
						act={() => run("availability", { ...no, type: "Operative" })} />
					: <Confirm label={t("c.act.disable")} title={t("c.act.disable_title", { name })} text={t("c.act.disable_text")} danger disabled={off}
						act={() => run("availability", { ...no, type: "Inoperative" })} />}
			</div>
			{off && <p class="hint">{t("c.offline_actions")}</p>}
			<Result of={feedback} />
			{starting && <StartForm title={t("c.act.start_title", { name })} pile={pile} onClose={() => setStarting(false)} onSend={(body) => run("start", { ...no, ...body })} />}
		</>
	);
}

/* Kilowatts or kilowatt-hours as typed; 0 when empty, NaN when it is no number. */
const thousand = (text: string) => text.trim() === "" ? 0 : Math.round(Number(text.trim().replace(",", ".")) * 1000);
const fits = (value: number, least: number, most: number) => value === 0 || (value >= least && value <= most);

/* A charge on the house, with bounds where somebody wants them. */
function StartForm({ title, pile, onClose, onSend }: { title: string; pile: PileDetail; onClose(): void; onSend(body: object): Promise<unknown> }) {
	const [power, setPower] = useState("");
	const [energy, setEnergy] = useState("");
	const [failed, setFailed] = useState("");
	const [busy, setBusy] = useState(false);
	const [most, limit] = [thousand(power), thousand(energy)];
	/* 1.6 piles say which profiles they support; one without smart charging would not keep it. */
	const supports = pile.settings.find((one) => one.key === "SupportedFeatureProfiles")?.value;
	const dumb = supports !== undefined && !supports.includes("SmartCharging");
	const submit = (event: Event) => {
		event.preventDefault();
		setBusy(true);
		setFailed("");
		onSend({ ...(most ? { most_w: most } : {}), ...(limit ? { limit_wh: limit } : {}) }).then(onClose, (error: Refused) => {
			setFailed(refusal(error));
			setBusy(false);
		});
	};
	return (
		<Dialog title={title} onClose={onClose}>
			<form onSubmit={submit}>
				<p>{t("c.act.start_text")}</p>
				<Field label={t("c.start.most")} hint={t(dumb ? "c.start.dumb" : "c.start.most_text")} error={fits(most, 1000, 1000000) ? undefined : t("c.start.most_wrong")}>
					{(id) => <input id={id} value={power} disabled={dumb} inputMode="decimal" maxLength={6} autocomplete="off" onInput={(event) => setPower(event.currentTarget.value)} />}
				</Field>
				<TextField label={t("c.start.energy")} value={energy} onInput={setEnergy} mode="decimal" max={7} hint={t("c.start.energy_text")}
					error={fits(limit, 1, 10000000) ? undefined : t("c.start.energy_wrong")} />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<div class="row">
					<button class="button" disabled={busy || !fits(most, 1000, 1000000) || !fits(limit, 1, 10000000)}>{t("c.act.start")}</button>
					<button type="button" class="button quiet" onClick={onClose}>{t("c.cancel")}</button>
				</div>
			</form>
		</Dialog>
	);
}

const TRIGGERS = ["BootNotification", "Heartbeat", "StatusNotification", "MeterValues"];

export function PileActions({ pile }: { pile: PileDetail }) {
	const [feedback, run] = useAction(pile);
	const [trigger, setTrigger] = useState("StatusNotification");
	const [transfer, setTransfer] = useState(false);
	const off = !pile.online;
	return (
		<>
			<div class="row">
				<Confirm label={t("c.act.soft")} title={t("c.act.soft_title", { name: pile.name })} text={t("c.act.soft_text")} danger disabled={off}
					act={() => run("reset", { type: "Soft" })} />
				<Confirm label={t("c.act.hard")} title={t("c.act.hard_title", { name: pile.name })} text={t("c.act.hard_text")} danger disabled={off}
					act={() => run("reset", { type: "Hard" })} />
				<Confirm label={t("c.act.cache")} title={t("c.act.cache")} text={t("c.act.cache_text")} disabled={off} act={() => run("clear-cache")} />
				<button type="button" class="button small quiet" disabled={off} onClick={() => setTransfer(true)}>{t("c.act.data")}</button>
			</div>
			<form class="row end" onSubmit={(event) => {
				event.preventDefault();
				void run("trigger", { message: trigger }).catch(() => undefined);
			}}>
				<Choose label={t("c.act.trigger")} value={trigger} onChange={setTrigger} options={TRIGGERS.map((value) => ({ value, text: value }))} />
				<button class="button small quiet" disabled={off}>{t("c.act.ask")}</button>
			</form>
			<div class="row">
				<Confirm label={t("c.emergency.stop")} title={t("c.emergency.stop_title", { name: pile.name })} text={t("c.emergency.stop_text")} danger quiet={false}
					disabled={off} act={() => run("emergency")} />
				<Confirm label={t("c.emergency.release")} title={t("c.emergency.release_title", { name: pile.name })} text={t("c.emergency.release_text")} danger
					disabled={off} act={() => run("emergency-release")} />
			</div>
			<Result of={feedback} />
			{transfer && <Transfer onClose={() => setTransfer(false)} onSend={(body) => run("data-transfer", Object.fromEntries(Object.entries(body).filter(([, v]) => v !== "")))} />}
		</>
	);
}

function Transfer({ onClose, onSend }: { onClose(): void; onSend(body: object): Promise<unknown> }) {
	const [form, setForm] = useState({ vendor_id: "", message_id: "", data: "" });
	const [failed, setFailed] = useState("");
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
	const submit = (event: Event) => {
		event.preventDefault();
		onSend(form).then(onClose, (error: Error) => setFailed(error.message));
	};
	return (
		<Dialog title={t("c.act.data")} onClose={onClose}>
			<form onSubmit={submit}>
				<TextField label={t("c.vendor_id")} value={form.vendor_id} onInput={set("vendor_id")} required max={255} />
				<TextField label={t("c.message_id")} value={form.message_id} onInput={set("message_id")} max={50} />
				<TextField label={t("c.data")} value={form.data} onInput={set("data")} max={2000} />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button">{t("c.send")}</button>
			</form>
		</Dialog>
	);
}
