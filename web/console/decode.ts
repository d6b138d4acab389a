/* decode.ts - an OCPP call in plain words: the fields that matter of the messages operators look at most, everything
 * else as name and value. */
import { number, t, word } from "../shared/i18n";

type Json = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value) ?? "");

interface Sample { measurand?: string; value?: string; unit?: string; phase?: string }
function samples(request: Json): string {
	const values = Array.isArray(request.meterValue) ? request.meterValue as { sampledValue?: Sample[] }[] : [];
	const last = values[values.length - 1]?.sampledValue ?? [];
	return last.map((sample) => {
		const name = (sample.measurand ?? "Energy.Active.Import.Register").split(".").slice(0, 2).join(".");
		return `${name}${sample.phase ? ` ${sample.phase}` : ""} ${sample.value ?? ""} ${sample.unit ?? (name === "Energy.Active" ? "Wh" : "")}`.trim();
	}).join(", ");
}

const DECODERS: Record<string, (request: Json, answer: Json) => string[]> = {
	StatusNotification: (r) => [
		t("c.connector_no", { no: text(r.connectorId) }), word("c.status", text(r.status)),
		r.errorCode === "NoError" ? "" : text(r.errorCode),
	],
	StartTransaction: (r, a) => [
		t("c.connector_no", { no: text(r.connectorId) }), text(r.idTag), `${t("c.meter")} ${number(Number(r.meterStart))} Wh`,
		a.transactionId === undefined ? "" : `#${text(a.transactionId)}`,
	],
	StopTransaction: (r) => [
		`#${text(r.transactionId)}`, `${t("c.meter")} ${number(Number(r.meterStop))} Wh`, r.reason ? text(r.reason) : "",
	],
	MeterValues: (r) => [t("c.connector_no", { no: text(r.connectorId) }), samples(r)],
	BootNotification: (r, a) => [text(r.chargePointVendor), text(r.chargePointModel), text(r.firmwareVersion ?? ""), text(a.status ?? "")],
	Heartbeat: () => [],
	Authorize: (r, a) => [text(r.idTag), text((a.idTagInfo as Json | undefined)?.status ?? "")],
};

/* One line about a call and, when there is one, what was answered. */
export function decode(action: string, request: unknown, answer: unknown): string {
	const r = (request ?? {}) as Json;
	const a = (answer ?? {}) as Json;
	const known = DECODERS[action];
	const parts = known ? known(r, a)
		: [...Object.entries(r).map(([name, value]) => `${name} ${text(value)}`), a.status === undefined ? "" : `= ${word("c.answer", text(a.status))}`];
	return parts.filter(Boolean).join(" · ");
}
