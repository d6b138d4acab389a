/* pile_log.tsx - everything said between server and pile, each call paired with its answer and how long it took. Live
 * until paused; a line has its own address. */
import { useEffect, useState } from "preact/hooks";
import { clockSeconds, day, t, word } from "../shared/i18n";
import { query, useData, useLogHint } from "./data";
import { latency } from "./pile_actions";
import { go, Link, usePlace, withQuery } from "./router";
import { Choose, Copy, Empty, Fault, Suggest, TextField, Waiting } from "./widgets";
import { decode } from "./decode";
import type { Page } from "../shared/types";
import type { Frame } from "./types";

const PAGE = 100;

export function LogView({ pile }: { pile: { id: string; name: string } }) {
	const place = usePlace();
	const filters = { action: place.query.get("action"), error: place.query.get("error"), connector: place.query.get("connector"),
		order: place.query.get("order"), direction: place.query.get("direction") };
	const wanted = place.query.get("frame");
	const raw = place.query.get("view") === "raw";
	const [paused, setPaused] = useState(!!wanted);
	const [before, setBefore] = useState(wanted && /^\d+$/.test(wanted) ? String(BigInt(wanted) + 1n) : "");
	const base = `/v1/piles/${pile.id}/frames${query({ ...filters, before, limit: String(PAGE) })}`;
	const { data, error, reload } = useData<Page<Frame>>(base);
	const names = useData<{ items: string[] }>("/v1/ocpp/messages").data?.items ?? [];
	const frozen = paused || !!before;
	useLogHint(frozen ? "" : pile.id, reload);
	const set = (name: string, value: string) => go(withQuery(place, { [name]: value, frame: "" }), true);
	useEffect(() => {
		if (wanted && data)
			document.getElementById(`f${wanted}`)?.scrollIntoView({ block: "center" });
	}, [!data]);
	const last = data?.items[data.items.length - 1];
	return (
		<>
			<div class="filters">
				<Suggest label={t("c.action")} value={filters.action ?? ""} onInput={(value) => set("action", value)}
					placeholder="MeterValues" options={names.map((value) => ({ value }))} />
				<Choose label={t("c.show")} value={filters.error ?? ""} onChange={(value) => set("error", value)}
					options={[{ value: "", text: t("c.all") }, { value: "1", text: t("c.only_errors") }]} />
				<TextField label={t("c.care.connector")} value={filters.connector ?? ""} onInput={(value) => set("connector", value.replace(/\D/g, ""))} mode="numeric" max={2} />
				<TextField label={t("c.order")} value={filters.order ?? ""} onInput={(value) => set("order", value.replace(/\D/g, ""))} mode="numeric" max={20} />
				<Choose label={t("c.direction")} value={filters.direction ?? ""} onChange={(value) => set("direction", value)}
					options={[{ value: "", text: t("c.both") }, { value: "in", text: t("c.from_pile") }, { value: "out", text: t("c.to_pile") }]} />
				<Choose label={t("c.view")} value={raw ? "raw" : ""} onChange={(value) => set("view", value)}
					options={[{ value: "", text: t("c.decoded") }, { value: "raw", text: t("c.raw") }]} />
				<div class="field row">
					<button type="button" class="button small quiet" aria-pressed={frozen} onClick={() => {
						setPaused(!frozen);
						if (frozen) {
							setBefore("");
							reload();
						}
					}}>{frozen ? t("c.resume") : t("c.pause")}</button>
					<a class="button small quiet" href={`/v1/piles/${pile.id}/frames${query({ ...filters, format: "csv" })}`} download>{t("c.export")}</a>
					<a class="button small quiet" href={`/v1/piles/${pile.id}/frames${query({ ...filters, format: "jsonl" })}`} download>{t("c.jsonl")}</a>
				</div>
			</div>
			<p class="hint" role="status">{frozen ? t("c.log_paused") : t("c.log_live")}</p>
			<Fault error={error} retry={reload} />
			{!data ? !error && <Waiting /> : data.items.length === 0
				? <Empty text={Object.values(filters).some(Boolean) ? t("c.empty.filtered") : t("c.empty.log")} />
				: <ol class="log">{data.items.map((frame) => <Line key={frame.id} frame={frame} raw={raw} marked={frame.id === wanted} pile={pile.id} />)}</ol>}
			{data && last && data.items.length === PAGE && (
				<p class="more"><button type="button" class="button quiet" onClick={() => setBefore(last.id)}>{t("c.older")}</button></p>
			)}
		</>
	);
}

function Line({ frame, raw, marked, pile }: { frame: Frame; raw: boolean; marked: boolean; pile: string }) {
	const incoming = frame.direction === "in";
	const link = `/console/piles/${pile}/log?frame=${frame.id}`;
	const pending = !frame.error && frame.answer === null;
	return (
		<li id={`f${frame.id}`} class={`${frame.error ? "failed" : ""}${marked ? " marked" : ""}`}>
			<details open={raw || marked}>
				<summary>
					<time dateTime={frame.at} title={day(frame.at)}>{clockSeconds(frame.at)}</time>
					<span class="arrow" title={t(incoming ? "c.from_pile" : "c.to_pile")}>
						<span aria-hidden="true">{incoming ? "←" : "→"}</span><span class="away">{t(incoming ? "c.from_pile" : "c.to_pile")}</span></span>
					<b>{frame.action}{frame.repeats.length > 0 && <span title={t("c.repeats")}> ×{frame.repeats.length + 1}</span>}</b>
					<span class="what">{frame.error ? word("c.command_error", frame.error) : decode(frame.action, frame.request, frame.answer)}</span>
					<span class="n dim">{pending ? t("c.no_answer_yet") : latency(frame.latency_us)}</span>
				</summary>
				<div class="pair">
					<figure><figcaption>{t("c.request")} <code>{frame.message_id}</code> <Copy text={JSON.stringify(frame.request)} label={t("c.request")} /></figcaption>
						<pre tabIndex={0}>{JSON.stringify(frame.request, null, 2)}</pre></figure>
					<figure><figcaption>{t("c.answer_title")}</figcaption>
						<pre tabIndex={0}>{frame.answer === null ? frame.error || t("c.no_answer_yet") : JSON.stringify(frame.answer, null, 2)}</pre></figure>
				</div>
				{frame.repeats.length > 0 && <p class="hint">{t("c.repeats")}: {frame.repeats.map(([id, at, us]) =>
					`${clockSeconds(new Date(at / 1000).toISOString())} ${id} (${latency(us)})`).join(" · ")}</p>}
				<p class="row"><Link href={link}>{t("c.permalink")}</Link>
					{frame.order_id && frame.order_id !== "0" && <Link href={`/console/orders/${frame.order_id}`}>{t("c.order")}</Link>}</p>
			</details>
		</li>
	);
}
