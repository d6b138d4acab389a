/* schedule.tsx - what a pile itself says it will allow in the next hours, asked now, as steps over time. */
import "./later_words";
import { useState } from "preact/hooks";
import { clock, number, t } from "../shared/i18n";
import { Result, useTold } from "./pile_actions";
import { Dialog } from "./widgets";

interface Composite { scheduleStart?: string; chargingSchedule?: { duration?: number; chargingRateUnit: string; chargingSchedulePeriod: { startPeriod: number; limit: number }[] } }

export function ScheduleDialog({ pile, connector, name, onClose }: { pile: string; connector: number; name: string; onClose(): void }) {
	const [answer, setAnswer] = useState<Composite | null>(null);
	const [feedback, run] = useTold({ id: pile });
	const ask = () => run(`/v1/piles/${pile}/schedule`, { connector }).then((command) => {
		const told = (typeof command?.answer === "string" ? JSON.parse(command.answer) : command?.answer) as Composite | null | undefined;
		setAnswer(told?.chargingSchedule ? told : null);
	});
	return (
		<Dialog title={t("c.power.schedule_of", { outlet: name })} onClose={onClose}>
			<p class="hint">{t("c.power.schedule_text")}</p>
			{answer && <Steps answer={answer} />}
			<Result of={feedback && !answer && feedback.ok ? { text: t("c.power.no_schedule"), ok: false } : feedback} />
			<button type="button" class="button" onClick={() => void ask()}>{t("c.power.ask")}</button>
		</Dialog>
	);
}

function Steps({ answer }: { answer: Composite }) {
	const schedule = answer.chargingSchedule!;
	const periods = schedule.chargingSchedulePeriod;
	const duration = schedule.duration || 86400;
	const most = Math.max(6, ...periods.map((period) => period.limit));
	const x = (seconds: number) => (320 * seconds) / duration;
	const y = (limit: number) => 110 - (100 * limit) / most;
	const line = periods.map((period, i) => `${i ? "L" : "M"}${x(period.startPeriod)} ${y(period.limit)}H${x(periods[i + 1]?.startPeriod ?? duration)}`).join("");
	const begin = answer.scheduleStart ? Date.parse(answer.scheduleStart) : Date.now();
	return (
		<figure class="steps">
			<svg viewBox="0 0 320 120" role="img" aria-label={t("c.power.schedule")}><path class="axis" d="M0 110H320" /><path d={line} /></svg>
			<ul>{periods.map((period) => <li key={period.startPeriod}>{clock(begin + period.startPeriod * 1000)} · {number(period.limit, period.limit % 1 ? 1 : 0)} {schedule.chargingRateUnit}</li>)}</ul>
		</figure>
	);
}
