/* widgets.tsx - the small set of parts every screen is made of: status with its shape, lists, tabs, notes, questions
 * before anything that cannot be taken back. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { age, day, moment, plural, t, word } from "../shared/i18n";
import { useNow, useTitle } from "../shared/hooks";
import type { Refused } from "../shared/http";
import { Link } from "./router";

const SOON_DAYS = 30; /* as the server counts what needs attention */

const SHAPES: Record<string, string> = {
	Available: "free", Preparing: "plugged", Charging: "busy", SuspendedEV: "paused", SuspendedEVSE: "paused",
	Finishing: "finishing", Reserved: "waiting", Unavailable: "unavailable", Faulted: "fault", offline: "offline",
	created: "waiting", authorised: "waiting", starting: "waiting", charging: "busy", suspended: "paused",
	stopping: "paused", ended: "finishing", settled: "done", failed: "fault", cancelled: "unavailable", unpaid: "waiting",
	written_off: "unavailable", approved: "done", pending: "waiting", rejected: "unavailable", retired: "unavailable",
	succeeded: "done", waiting: "waiting", sent: "waiting", unknown: "waiting", closed: "unavailable", active: "done",
	blocked: "unavailable", online: "done", ok: "done", bad: "fault",
};

/* A status word with the shape that belongs to it. */
export function Status({ of, text }: { of: string; text: string }) {
	return <span class={`status s-${SHAPES[of] ?? "offline"}`}><span class="shape" aria-hidden="true" /><span>{text}</span></span>;
}
export const ConnectorStatus = ({ status, online }: { status: string; online: boolean }) => online
	? <Status of={status} text={word("c.status", status || "none")} />
	: <Status of="offline" text={t("connector.offline")} />;
export const OrderStatus = ({ state }: { state: string }) => <Status of={state} text={word("order", state)} />;

export function Title({ text, crumb, children }:
	{ text: string; crumb?: { href: string; text: string }; children?: ComponentChildren }) {
	useTitle(`${text} · Leyden`);
	return (
		<header class="title">
			<div>
				{crumb && <p class="crumb"><Link href={crumb.href}>{crumb.text}</Link></p>}
				<h1>{text}</h1>
			</div>
			{children && <div class="title-acts">{children}</div>}
		</header>
	);
}

export function Fault({ error, retry }: { error: Refused | null; retry?: () => void }) {
	if (!error)
		return null;
	return (
		<p class="note bad" role="alert">
			{error.message}
			{retry && <> <button type="button" class="link" onClick={retry}>{t("c.retry")}</button></>}
		</p>
	);
}

/* An empty place says why it is empty and what to do. */
export function Empty({ text, children }: { text: string; children?: ComponentChildren }) {
	return <div class="empty"><p>{text}</p>{children}</div>;
}

export const Waiting = () => <p class="waiting" role="status">{t("c.loading")}</p>;

export function Ago({ at }: { at: string | null | undefined }) {
	const now = useNow(5000);
	if (!at)
		return <span class="dim">–</span>;
	return <time dateTime={at} title={moment(at)}>{t("c.ago", { age: age((now - Date.parse(at)) / 1000) })}</time>;
}

/* An end as a date and as a distance: what is near or past stands out by shape and word. */
export function Until({ at }: { at: string | null }) {
	if (!at)
		return <span class="dim">–</span>;
	const days = Math.floor((Date.parse(at) - Date.now()) / 86400000);
	const text = days < 0 ? t("c.desk.ended", { day: day(at) }) : plural("c.desk.ends", days, { day: day(at) });
	return <Status of={days < 0 ? "bad" : days < SOON_DAYS ? "waiting" : "ok"} text={text} />;
}

export interface Column<T> { label: string; cell(row: T): ComponentChildren; num?: boolean; wide?: boolean }
interface ListProps<T> {
	label: string; items: T[] | null; columns: Column<T>[]; id(row: T): string; empty: ComponentChildren;
	error?: Refused | null; reload?: () => void; more?: (() => void) | null;
}
/* A table on wide screens, labelled blocks on narrow ones; its order never changes while one looks at it. */
export function List<T>({ label, items, columns, id, empty, error, reload, more }: ListProps<T>) {
	if (error && !items)
		return <Fault error={error} retry={reload} />;
	if (!items)
		return <Waiting />;
	if (items.length === 0)
		return <>{empty}</>;
	return (
		<>
			<Fault error={error ?? null} retry={reload} />
			<table class="list">
				<caption class="away">{label}</caption>
				<thead>
					<tr>{columns.map((column) => <th key={column.label} scope="col" class={column.num ? "n" : undefined}>{column.label}</th>)}</tr>
				</thead>
				<tbody>
					{items.map((row) => (
						<tr key={id(row)}>
							{columns.map((column) => (
								<td key={column.label} data-label={column.label}
									class={`${column.num ? "n" : ""}${column.wide ? " wide" : ""}` || undefined}>{column.cell(row)}</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
			{more && <p class="more"><button type="button" class="button quiet" onClick={more}>{t("c.more")}</button></p>}
		</>
	);
}

export function Tabs({ tabs, current }: { tabs: { href: string; id: string; text: string }[]; current: string }) {
	return (
		<nav class="tabs" aria-label={t("c.views")}>
			{tabs.map((tab) => <Link key={tab.id} href={tab.href} current={tab.id === current}>{tab.text}</Link>)}
		</nav>
	);
}

interface FieldProps { label: string; hint?: string; error?: string; children: (id: string) => ComponentChildren }
let fields = 0;
export function Field({ label, hint, error, children }: FieldProps) {
	const id = useRef("");
	if (!id.current)
		id.current = `f${++fields}`;
	return (
		<div class={`field${error ? " wrong" : ""}`}>
			<label for={id.current}>{label}</label>
			{children(id.current)}
			{error ? <p class="error" id={`${id.current}-e`}>{error}</p> : hint && <p class="hint">{hint}</p>}
		</div>
	);
}

interface ChooseProps { label: string; value: string; options: { value: string; text: string }[]; onChange(value: string): void; hint?: string }
export function Choose({ label, value, options, onChange, hint }: ChooseProps) {
	return (
		<Field label={label} hint={hint}>
			{(id) => (
				<select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
					{options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
				</select>
			)}
		</Field>
	);
}
interface TextProps {
	label: string; value: string; onInput(value: string): void; hint?: string; error?: string; required?: boolean;
	type?: "text" | "search" | "password" | "date" | "time" | "datetime-local" | "tel"; mode?: string; max?: number; autocomplete?: string; placeholder?: string;
}
export function TextField({ label, value, onInput, hint, error, required, type, mode, max, autocomplete, placeholder }: TextProps) {
	return (
		<Field label={label} hint={hint} error={error}>
			{(id) => (
				<input id={id} value={value} type={(type ?? "text") as "text"} inputMode={mode as "text"} maxLength={max ?? 200}
					required={required} autocomplete={autocomplete ?? "off"} placeholder={placeholder} aria-invalid={!!error}
					aria-describedby={error ? `${id}-e` : undefined} onInput={(event) => onInput(event.currentTarget.value)} />
			)}
		</Field>
	);
}

interface SuggestProps { label: string; value: string; options: { value: string; text?: string }[]; onInput(value: string): void; hint?: string; placeholder?: string }
/* A field that knows the usual answers and takes others. */
export function Suggest({ label, value, options, onInput, hint, placeholder }: SuggestProps) {
	return (
		<Field label={label} hint={hint}>
			{(id) => (
				<>
					<input id={id} type="search" list={`${id}-l`} value={value} maxLength={80} autocomplete="off" placeholder={placeholder}
						onInput={(event) => onInput(event.currentTarget.value)} />
					<datalist id={`${id}-l`}>
						{options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
					</datalist>
				</>
			)}
		</Field>
	);
}

/* A window above the page. Escape and the button close it; the focus returns by itself. */
export function Dialog({ title, onClose, children }: { title: string; onClose(): void; children: ComponentChildren }) {
	const box = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		box.current?.showModal();
	}, []);
	return (
		<dialog ref={box} aria-label={title} onClose={onClose} onCancel={onClose}>
			<header><h2>{title}</h2>
				<button type="button" class="link" onClick={() => box.current?.close()}>{t("c.close")}</button></header>
			{children}
		</dialog>
	);
}

interface ConfirmProps { label: string; title: string; text: string; danger?: boolean; disabled?: boolean; quiet?: boolean; act(): Promise<unknown> }
/* A button whose deed is asked for once more in words before it is done. */
export function Confirm({ label, title, text, danger, disabled, quiet, act }: ConfirmProps) {
	const [open, setOpen] = useState(false);
	const [busy, setBusy] = useState(false);
	const [failed, setFailed] = useState("");
	const run = async () => {
		setBusy(true);
		setFailed("");
		try {
			await act();
			setOpen(false);
		} catch (error) {
			setFailed((error as Error).message);
		}
		setBusy(false);
	};
	return (
		<>
			<button type="button" class={`button small ${danger ? "danger" : quiet === false ? "" : "quiet"}`} disabled={disabled} onClick={() => setOpen(true)}>
				{label}
			</button>
			{open && (
				<Dialog title={title} onClose={() => setOpen(false)}>
					<p>{text}</p>
					{failed && <p class="note bad" role="alert">{failed}</p>}
					<div class="row">
						<button type="button" class={`button ${danger ? "danger" : ""}`} disabled={busy} onClick={() => void run()}>{label}</button>
						<button type="button" class="button quiet" onClick={() => setOpen(false)}>{t("c.cancel")}</button>
					</div>
				</Dialog>
			)}
		</>
	);
}

export function Copy({ text, label }: { text: string; label: string }) {
	const [done, setDone] = useState(false);
	const copy = () => void navigator.clipboard.writeText(text).then(() => setDone(true), () => undefined);
	return (
		<button type="button" class="link" onClick={copy} aria-label={`${t("c.copy")}: ${label}`}>
			{done ? t("c.copied") : t("c.copy")}
		</button>
	);
}

export function Facts({ rows }: { rows: [string, ComponentChildren][] }) {
	return <dl class="facts">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}
