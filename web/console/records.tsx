/* records.tsx - what was tried with payment channels, and what people did. */
import { moment, t, word } from "../shared/i18n";
import { post } from "../shared/http";
import { query, useList } from "./data";
import { go, Link, usePlace, withQuery } from "./router";
import { Choose, Confirm, Empty, List, Title, type Column } from "./widgets";
import { paymentColumns } from "./order";
import { RefusalList } from "./pile";
import type { Alarm, Audit, Payment, Refusal } from "./types";

const STATES = ["created", "sent", "waiting", "unknown", "succeeded", "failed", "closed"];

export function PaymentsScreen() {
	const place = usePlace();
	const state = place.query.get("state");
	const list = useList<Payment>(`/v1/payments${query({ state })}`, ["order"]);
	const columns: Column<Payment>[] = [
		...paymentColumns(),
		{ label: t("c.order"), cell: (row) => row.order_id && row.order_id !== "0" ? <Link href={`/console/orders/${row.order_id}`}>{t("c.open")}</Link> : "–" },
	];
	return (
		<>
			<Title text={t("c.nav.payments")}>
				<a class="button small quiet" href={`/v1/payments${query({ state, format: "csv" })}`} download>{t("c.export")}</a>
			</Title>
			<div class="filters">
				<Choose label={t("c.state")} value={state ?? ""} onChange={(value) => go(withQuery(place, { state: value }), true)}
					options={[{ value: "", text: t("c.all") }, ...STATES.map((value) => ({ value, text: t(`c.pay_state.${value}`) }))]} />
			</div>
			<List<Payment> label={t("c.nav.payments")} {...list} columns={columns} id={(row) => row.id}
				empty={<Empty text={t(state ? "c.empty.filtered" : "c.empty.payments")} />} />
		</>
	);
}

export function RefusalsScreen() {
	const list = useList<Refusal>("/v1/refusals", ["alarm", "pile"]);
	return (
		<>
			<Title text={t("c.refusals")} crumb={{ href: "/console/attention", text: t("c.nav.attention") }} />
			<RefusalList {...list} />
		</>
	);
}

export function AlarmsScreen() {
	const list = useList<Alarm>("/v1/alarms", ["alarm"]);
	const columns: Column<Alarm>[] = [
		{ label: t("c.time"), cell: (row) => moment(row.at) },
		{ label: t("c.what"), cell: (row) => <b>{word("c.word", row.kind)}</b> },
		{ label: t("c.subject"), cell: (row) => subjectLink(row.subject) },
		{ label: t("c.detail"), wide: true, cell: (row) => detailText(row.detail) },
		{ label: t("c.next_step"), cell: (row) => (
			<Confirm label={t("c.close_alarm")} title={t("c.close_alarm")} text={t("c.close_alarm_text")}
				act={() => post(`/v1/alarms/${row.id}/close`).then(list.reload)} />
		) },
	];
	return (
		<>
			<Title text={t("c.alarms")} crumb={{ href: "/console/attention", text: t("c.nav.attention") }} />
			<List<Alarm> label={t("c.alarms")} {...list} columns={columns} id={(row) => row.id} empty={<Empty text={t("c.empty.alarms")} />} />
		</>
	);
}

/* "order:5" and "pile:7" lead there. */
function subjectLink(subject: string) {
	const [kind = "", id = ""] = subject.split(":");
	const place = ({ order: "orders", pile: "piles" } as Record<string, string>)[kind];
	if (kind === "vehicle")
		return <Link href="/console/vehicles">{t("c.car")}</Link>;
	return place && /^\d+$/.test(id) ? <Link href={`/console/${place}/${id}`}>{t(`c.${kind}`)}</Link> : <code>{subject}</code>;
}

/* A small JSON object as words: a report's text as it is, everything else as name and value. */
function detailText(detail: unknown): string {
	if (!detail || typeof detail !== "object")
		return typeof detail === "string" ? detail : "";
	return Object.entries(detail).map(([name, value]) =>
		name === "text" ? String(value) : `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(" · ");
}

export function AuditScreen() {
	const list = useList<Audit>("/v1/audit");
	const columns: Column<Audit>[] = [
		{ label: t("c.time"), cell: (row) => moment(row.at) },
		{ label: t("c.who"), cell: (row) => row.staff },
		{ label: t("c.what"), cell: (row) => word("c.audit", row.action) },
		{ label: t("c.subject"), cell: (row) => row.subject },
		{ label: t("c.detail"), wide: true, cell: (row) => <span class="dim">{detailText(row.detail)}</span> },
	];
	return (
		<>
			<Title text={t("c.nav.audit")}>
				<a class="button small quiet" href="/v1/audit?format=csv" download>{t("c.export")}</a>
			</Title>
			<List<Audit> label={t("c.nav.audit")} {...list} columns={columns} id={(row) => row.id} empty={<Empty text={t("c.empty.audit")} />} />
		</>
	);
}
