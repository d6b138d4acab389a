/* pile_control.tsx - one of the grid's controls (DER): its kind chooses what has to be said of it. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n";
import type { Refused } from "../shared/http";
import { refusal } from "./pile_actions";
import { Choose, Dialog, Field, TextField } from "./widgets";

/* What each kind is made of; all others are curves. */
const PARTS: Record<string, string[]> = {
	LimitMaxDischarge: ["percent"], FixedVar: ["setpoint", "unit"], FixedPFAbsorb: ["displacement", "excitation"], FixedPFInject: ["displacement", "excitation"],
	FreqDroop: ["over_freq", "over_droop", "under_freq", "under_droop", "response"], Gradients: ["gradient", "soft_gradient"],
	EnterService: ["low_voltage", "high_voltage", "low_freq", "high_freq", "delay", "random_delay", "ramp"],
};
const CURVE = ["points", "unit", "response"];
const CURVES = ["VoltVar", "VoltWatt", "WattVar", "WattPF", "FreqWatt", "HVMustTrip", "HVMayTrip", "HVMomCess", "LVMustTrip", "LVMayTrip", "LVMomCess", "HFMustTrip",
	"HFMayTrip", "LFMustTrip", "PowerMonitoringMustTrip"];
export const KINDS = [...Object.keys(PARTS), ...CURVES];
const OPTIONAL = ["response", "delay", "random_delay", "ramp"];
const UNITS = ["PctMaxVar", "PctVarAvail", "PctMaxW", "PctWAvail", "PctEffectiveV", "Not_Applicable"];
const ALWAYS = ["Gradients", "EnterService"];

const decimal = (text: string) => text.trim().replace(",", ".");
const isNumber = (text: string) => /^-?\d+(\.\d{1,6})?$/.test(decimal(text));
/* "92:44" a line. */
const points = (text: string) => text.trim().split(/\s*\n\s*|\s{2,}|\s*;\s*/).filter(Boolean).map((line) => line.split(":").map(decimal));
const pointsFit = (text: string) => {
	const all = points(text);
	return all.length > 0 && all.length <= 10 && all.every((pair) => pair.length === 2 && pair.every(isNumber));
};

export function ControlForm({ kinds, onClose, onSend }: { kinds: string[]; onClose(): void; onSend(body: object): Promise<unknown> }) {
	const [form, setForm] = useState<Record<string, string>>({ kind: "LimitMaxDischarge", name: "", when: "default", priority: "1", hours: "1", percent: "50", unit: "PctMaxVar" });
	const [failed, setFailed] = useState("");
	const value = (name: string) => form[name] ?? "";
	const set = (name: string) => (text: string) => setForm({ ...form, [name]: text });
	const kind = value("kind");
	const parts = PARTS[kind] ?? CURVE;
	const always = ALWAYS.includes(kind);
	const timed = !always && value("when") === "timed";
	const fits = (part: string) => part === "unit" || part === "excitation" || (part === "points" ? pointsFit(value(part)) : OPTIONAL.includes(part) && !value(part) && !(kind === "FreqDroop")
		|| isNumber(value(part)));
	const wrong = !parts.every(fits) || (timed && !(Number(decimal(value("hours"))) > 0));
	const submit = (event: Event) => {
		event.preventDefault();
		setFailed("");
		const said = parts.filter((part) => part === "excitation" ? value(part) === "1" : value(part) !== "").map((part) => [part,
			part === "points" ? points(value(part)).map(([x, y]) => ({ x, y })) : part === "excitation" ? true : part === "unit" ? value(part) : decimal(value(part))]);
		void onSend({
			kind, ...Object.fromEntries(said), priority: Number(value("priority")) || 0, ...(value("name").trim() ? { name: value("name").trim() } : {}), default: !timed,
			...(timed ? { seconds: Math.round(Number(decimal(value("hours"))) * 3600), ...(value("from") ? { from: new Date(value("from")).toISOString() } : {}) } : {}),
		}).then(onClose, (error: Refused) => setFailed(refusal(error)));
	};
	const part = (name: string) => name === "unit"
		? <Choose key={name} label={t("c.grid.part.unit")} value={value("unit")} onChange={set("unit")} options={UNITS.map((unit) => ({ value: unit, text: t(`c.grid.unit.${unit}`) }))} />
		: name === "excitation"
			? <Choose key={name} label={t("c.grid.part.excitation")} value={value(name)} onChange={set(name)} options={["", "1"].map((one) => ({ value: one, text: t(`c.grid.excitation.${one || "0"}`) }))} />
			: name === "points"
				? <Field key={name} label={t("c.grid.part.points")} hint={t("c.grid.points_hint")} error={value(name) && !pointsFit(value(name)) ? t("c.grid.points_wrong") : undefined}>
					{(id) => <textarea id={id} rows={4} value={value(name)} placeholder={"92:44\n98:0\n102:0\n108:-44"} onInput={(event) => set(name)(event.currentTarget.value)} />}</Field>
				: <TextField key={name} label={t(`c.grid.part.${name}`)} value={value(name)} onInput={set(name)} mode="decimal" max={16} required={!OPTIONAL.includes(name) || kind === "FreqDroop"}
					error={value(name) && !isNumber(value(name)) ? t("c.grid.not_number") : undefined} />;
	return (
		<Dialog title={t("c.grid.set")} onClose={onClose}>
			<form onSubmit={submit}>
				<Choose label={t("c.grid.kind")} value={kind} onChange={set("kind")} options={kinds.map((one) => ({ value: one, text: t(`c.grid.kind.${one}`) }))} />
				{parts.map(part)}
				{always ? <p class="hint">{t("c.grid.always")}</p>
					: <Choose label={t("c.display.time")} value={value("when")} onChange={set("when")} hint={t(`c.grid.when_text.${value("when")}`)}
						options={["default", "timed"].map((one) => ({ value: one, text: t(`c.grid.when.${one}`) }))} />}
				{timed && <div class="pair-fields">
					<TextField label={t("c.display.from")} value={value("from")} onInput={set("from")} type="datetime-local" hint={t("c.grid.from_hint")} />
					<TextField label={t("c.grid.hours")} value={value("hours")} onInput={set("hours")} mode="decimal" max={7} required />
				</div>}
				<div class="pair-fields">
					<TextField label={t("c.grid.priority")} value={value("priority")} onInput={(text) => set("priority")(text.replace(/\D/g, ""))} mode="numeric" max={4} hint={t("c.grid.priority_hint")} />
					<TextField label={t("c.grid.name")} value={value("name")} onInput={set("name")} max={36} hint={t("c.grid.name_hint")} />
				</div>
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button" disabled={wrong}>{t("c.grid.set")}</button>
			</form>
		</Dialog>
	);
}
