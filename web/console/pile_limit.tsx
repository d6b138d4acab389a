/* pile_limit.tsx - a charging profile as people think of it: where, what for, how much, from when until when, and further steps. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n";
import type { Refused } from "../shared/http";
import { refusal } from "./pile_actions";
import { ma, plain } from "./power_data";
import { Choose, Dialog, TextField } from "./widgets";

const PURPOSES = ["default", "charge", "maximum"];
interface Step { after: string; limit: string }

export function LimitForm({ outlets, onClose, onSend }: { outlets: { value: string; text: string }[]; onClose(): void; onSend(body: object): Promise<unknown> }) {
	const [form, setForm] = useState({ purpose: "default", connector: outlets[1]?.value ?? "0", unit: "W", from: "", until: "", repeats: "", level: "1" });
	const [failed, setFailed] = useState("");
	const [steps, setSteps] = useState<Step[]>([{ after: "0", limit: "11" }]);
	const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value, ...(name === "purpose" && value === "maximum" ? { connector: "0" } : {}) });
	const step = (at: number, change: Partial<Step>) => setSteps(steps.map((one, i) => i === at ? { ...one, ...change } : one));
	const whole = form.connector === "0";
	const wrong = steps.some((one, i) => Number.isNaN(ma(one.limit)) || (i > 0 && !(ma(one.after) > ma(steps[i - 1]!.after)))) || (form.purpose === "charge" && whole);
	const submit = (event: Event) => {
		event.preventDefault();
		setFailed("");
		void onSend({
			purpose: form.purpose, unit: form.unit, level: Number(form.level) || 0, ...(whole ? {} : { connector: Number(form.connector) }),
			periods: steps.map((one) => ({ after_s: Math.round(ma(one.after) * 3.6), limit: form.unit === "W" ? String(ma(one.limit)) : plain(ma(one.limit)) })),
			...(form.from ? { from: new Date(form.from).toISOString() } : {}), ...(form.until ? { until: new Date(form.until).toISOString() } : {}),
			...(form.repeats && form.purpose !== "charge" ? { repeats: form.repeats } : {}),
		}).then(onClose, (error: Refused) => setFailed(refusal(error)));
	};
	const unit = form.unit === "W" ? "kW" : "A";
	return (
		<Dialog title={t("c.energy.set_limit")} onClose={onClose}>
			<form onSubmit={submit}>
				<Choose label={t("c.energy.purpose")} value={form.purpose} onChange={set("purpose")} hint={t(`c.energy.purpose_text.${form.purpose}`)}
					options={PURPOSES.map((value) => ({ value, text: t(`c.energy.purpose.${value}`) }))} />
				{form.purpose !== "maximum" && <Choose label={t("c.energy.where")} value={form.connector} onChange={set("connector")}
					options={form.purpose === "charge" ? outlets.filter((one) => one.value !== "0") : outlets} />}
				<Choose label={t("c.energy.unit")} value={form.unit} onChange={set("unit")} options={[{ value: "W", text: t("c.energy.unit.W") }, { value: "A", text: t("c.energy.unit.A") }]} />
				{steps.map((one, i) => (
					<div class="pair-fields" key={i}>
						{i > 0 && <TextField label={t("c.energy.after")} value={one.after} onInput={(after) => step(i, { after })} mode="decimal" max={6} required />}
						<TextField label={`${t(i ? "c.energy.then" : "c.energy.most")} (${unit})`} value={one.limit} onInput={(limit) => step(i, { limit })} mode="decimal" max={8} required />
					</div>
				))}
				<p class="row">
					<button type="button" class="button small quiet" disabled={steps.length >= 24} onClick={() => setSteps([...steps, { after: String(steps.length), limit: steps[steps.length - 1]!.limit }])}>{t("c.energy.add_step")}</button>
					{steps.length > 1 && <button type="button" class="button small quiet" onClick={() => setSteps(steps.slice(0, -1))}>{t("c.energy.drop_step")}</button>}
				</p>
				<div class="pair-fields">
					<TextField label={t("c.display.from")} value={form.from} onInput={set("from")} type="datetime-local" />
					<TextField label={t("c.display.until")} value={form.until} onInput={set("until")} type="datetime-local" />
				</div>
				{form.purpose !== "charge" && <Choose label={t("c.energy.repeats")} value={form.repeats} onChange={set("repeats")}
					options={["", "Daily", "Weekly"].map((value) => ({ value, text: t(`c.energy.repeats.${value || "once"}`) }))} />}
				<TextField label={t("c.energy.level")} value={form.level} onInput={(value) => set("level")(value.replace(/\D/g, ""))} mode="numeric" max={4} hint={t("c.energy.level_text")} />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button" disabled={wrong}>{t("c.energy.set_limit")}</button>
			</form>
		</Dialog>
	);
}
