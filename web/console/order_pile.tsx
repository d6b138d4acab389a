/* order_pile.tsx - what the pile of a running charge can be told and asked about it: a message to its driver, and whether it
 * still runs there. What its version of OCPP has no words for is shown and says why it cannot be done. */
import "./later_words";
import { useState } from "preact/hooks";
import { t, word } from "../shared/i18n";
import { post, type Refused } from "../shared/http";
import { useData, useList } from "./data";
import { Result, spoken, useTold } from "./pile_actions";
import { Choose, Confirm, Fault, Field, List, Status } from "./widgets";
import type { OrderDetail, PileDetail } from "./types";

interface Message { id: string; content: string; language: string; priority: string; state: string; error: string }

const LANGUAGES = ["", "zh-CN", "en", "de"];
const PRIORITIES = ["InFront", "AlwaysFront", "NormalCycle"];
const SHAPE: Record<string, string> = { sent: "waiting", shown: "ok", refused: "bad", clearing: "waiting", cleared: "retired", over: "retired" };
const OPEN = ["charging", "suspended", "stopping"];

export function OrderPile({ of }: { of: OrderDetail }) {
	const { data: pile } = useData<PileDetail>(`/v1/piles/${of.order.pile_id}`, ["pile"]);
	const messages = useList<Message>(`/v1/displays?order=${of.order.id}`, ["pile"]);
	const open = OPEN.includes(of.view.state) && !!of.session;
	if (!pile || (!open && !messages.items?.length))
		return null;
	const modern = pile.protocol.startsWith("ocpp2");
	return (
		<section aria-labelledby="at-pile">
			<h2 id="at-pile">{t("c.order_pile.title")}</h2>
			{open && <AskPile order={of.order.id} pile={pile} modern={modern} />}
			{open && <MessageForm key={of.order.id} order={of.order.id} language={of.language} pile={pile} modern={modern} onDone={messages.reload} />}
			{!!messages.items?.length && <List<Message> label={t("c.order_pile.messages")} {...messages} id={(row) => row.id} empty={null} columns={[
				{ label: t("c.display.content"), wide: true, cell: (row) => <span>{row.content} <span class="dim">{row.language}</span></span> },
				{ label: t("c.display.priority"), cell: (row) => t(`c.display.priority.${row.priority}`) },
				{ label: t("c.state"), cell: (row) => <span><Status of={SHAPE[row.state] ?? ""} text={t(`c.display.state.${row.state}`)} />
					{row.error && <span class="dim"> · {word("c.display.error", row.error)}</span>}</span> },
				{ label: t("c.next_step"), cell: (row) => ["sent", "shown"].includes(row.state)
					? <Confirm label={t("c.display.clear")} title={t("c.display.clear")} text={t("c.display.clear_text")} danger
						act={() => post(`/v1/displays/${row.id}/clear`).then(messages.reload)} /> : null },
			]} />}
		</section>
	);
}

/* Does the pile still run this charge, and has it told everything? May its car give energy back? */
function AskPile({ order, pile, modern }: { order: string; pile: PileDetail; modern: boolean }) {
	const [feedback, run] = useTold(pile);
	const both = pile.protocol === "ocpp2.1" && pile.online;
	return (
		<>
			<div class="row">
				<button type="button" class="button small quiet" disabled={!modern || !pile.online} onClick={() => void run(`/v1/orders/${order}/ask`)}>{t("c.tx.ask")}</button>
				<Confirm label={t("c.back.let")} title={t("c.back.let")} text={t("c.back.let_text")} disabled={!both} act={() => run(`/v1/orders/${order}/give-back`, { back: true })} />
				<Confirm label={t("c.back.stop")} title={t("c.back.stop")} text={t("c.back.stop_text")} disabled={!both} act={() => run(`/v1/orders/${order}/give-back`, { back: false })} />
			</div>
			{pile.protocol !== "ocpp2.1" && <p class="hint">{t("c.back.version", { version: spoken(pile.protocol) })}</p>}
			<Result of={feedback} />
		</>
	);
}

function MessageForm({ order, language, pile, modern, onDone }: { order: string; language: string; pile: PileDetail; modern: boolean; onDone(): void }) {
	const [content, setContent] = useState("");
	const [speaks, setSpeaks] = useState(LANGUAGES.includes(language) ? language : "");
	const [priority, setPriority] = useState("InFront");
	const [sent, setSent] = useState(false);
	const [error, setError] = useState<Refused | null>(null);
	const wrong = (error?.problem?.fields ?? {}) as Record<string, string>;
	const send = (event: Event) => {
		event.preventDefault();
		setError(null);
		setSent(false);
		post(`/v1/orders/${order}/displays`, { content: content.trim(), priority, ...(speaks ? { language: speaks } : {}) }).then(() => {
			setContent("");
			setSent(true);
			onDone();
		}, setError);
	};
	return (
		<form class="grid" onSubmit={send}>
			<div class="wide"><Field label={t("c.order_pile.message")} error={wrong.content}
				hint={modern ? t("c.order_pile.message_hint") : t("c.order_pile.old", { version: spoken(pile.protocol) })}>
				{(id) => <textarea id={id} rows={2} required maxLength={512} value={content} disabled={!modern} onInput={(event) => setContent(event.currentTarget.value)} />}
			</Field></div>
			<Choose label={t("c.display.language")} value={speaks} onChange={setSpeaks} hint={language ? t("c.order_pile.reads", { language: word("c.language", language) }) : undefined}
				options={LANGUAGES.map((value) => ({ value, text: value ? word("c.language", value) : t("c.order_pile.unsaid") }))} />
			<Choose label={t("c.display.priority")} value={priority} onChange={setPriority} options={PRIORITIES.map((value) => ({ value, text: t(`c.display.priority.${value}`) }))} />
			<div class="wide row"><button class="button small" disabled={!modern || !pile.online || !content.trim()}>{t("c.display.show")}</button>
				{sent && <span role="status">{t("c.display.sent")}</span>}
				{modern && !pile.online && <span class="hint">{t("c.offline_actions")}</span>}</div>
			{error && Object.keys(wrong).length === 0 && <Fault error={error} />}
		</form>
	);
}
