/* timeline.tsx - everything that happened to an order in one list by time: its states, payments, money, commands and the
 * messages of the pile, each told in words. */
import { useState } from "preact/hooks";
import { clockSeconds, day, money, reason, t, word } from "../shared/i18n";
import { useData } from "./data";
import { Fault, Waiting } from "./widgets";
import { decode } from "./decode";
import { latency } from "./pile_actions";
import type { Money, Page } from "../shared/types";
import type { Moment } from "./types";

export function Timeline({ id, zone }: { id: string; zone: string }) {
	const { data, error, reload } = useData<Page<Moment> & { messages_from: string | null }>(`/v1/orders/${id}/timeline`, ["order", "frame"]);
	const [kind, setKind] = useState("");
	if (!data)
		return error ? <Fault error={error} retry={reload} /> : <Waiting />;
	const kinds = [...new Set(data.items.map((item) => item.kind))];
	let before = "";
	return (
		<>
			<div class="chips" role="group" aria-label={t("c.show")}>
				{["", ...kinds].map((name) => (
					<button type="button" key={name} class="chip" aria-pressed={kind === name} onClick={() => setKind(name)}>
						{name ? word("c.kind", name) : t("c.all")}</button>
				))}
			</div>
			{data.messages_from && <p class="note">{t("c.messages_gone", { date: day(data.messages_from, "UTC") })}</p>}
			<ol class="line">
				{data.items.filter((item) => !kind || item.kind === kind).map((item, i) => {
					const date = day(item.at, zone);
					const fresh = date !== before;
					before = date;
					return (
						<li key={i} class={`k-${item.kind}`}>
							<time dateTime={item.at}>{fresh && <small>{date}</small>}{clockSeconds(item.at, zone)}</time>
							<span class="kind">{word("c.kind", item.kind)}</span>
							<span><b>{title(item)}</b> <span class="dim">{[detail(item), item.by].filter(Boolean).join(" · ")}</span></span>
						</li>
					);
				})}
			</ol>
		</>
	);
}

function title(item: Moment): string {
	switch (item.kind) {
	case "state": return word("order", item.word);
	case "transfer": return word("c.code", item.word);
	case "payment": return word(has(item, "channel") ? "c.pay_kind" : "c.word", item.word);
	default: return word("c.word", item.word);
	}
}

type Row = Record<string, unknown>;
const row = (item: Moment): Row => (item.detail && typeof item.detail === "object" ? item.detail as Row : {});
const has = (item: Moment, name: string) => name in row(item);
const text = (value: unknown) => (typeof value === "string" ? value : "");
const amount = (value: unknown) => (value && typeof value === "object" && "minor" in value ? money(value as Money) : "");

/* What is worth a word beside the title, by kind. */
function detail(item: Moment): string {
	const d = row(item);
	switch (item.kind) {
	case "transfer":
		return `${amount(d.amount)} · ${word("c.account_kind", text(d.debit_kind))} → ${word("c.account_kind", text(d.credit_kind))} · ${word("c.transfer_kind", text(d.kind))}`;
	case "payment":
		return [amount(d.amount), text(d.channel), d.state ? word("c.pay_state", text(d.state)) : "", text(d.error)].filter(Boolean).join(" · ");
	case "command":
		return [d.error ? word("c.command_error", text(d.error)) : "", d.state ? word("c.command_state", text(d.state)) : "",
			latency(Number(d.latency_us ?? 0))].filter(Boolean).join(" · ");
	case "frame":
		return [d.direction === "in" ? "←" : "→", decode(item.word, d.request, d.answer), d.error ? word("c.command_error", text(d.error)) : "",
			latency(Number(d.latency_us ?? 0))].filter(Boolean).join(" · ");
	default:
		return d.reason ? reason(text(d.reason)) : Object.values(d).map((value) => amount(value) || (typeof value === "object" ? "" : word("c.word", String(value)))).filter(Boolean).join(" · ");
	}
}
