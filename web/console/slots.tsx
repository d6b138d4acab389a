/* slots.tsx - the day as 48 half hours to paint rates on, by mouse, finger or keyboard: arrows move, Space paints, Shift
 * with an arrow paints on. The same can be said as a range in the form beneath. */
import { useEffect, useRef, useState } from "preact/hooks";
import { addPrices, price, t } from "../shared/i18n";
import { Choose } from "./widgets";

/* back: paid per kWh that a car gives back. */
export interface Rate { energy: string; service: string; back: string }
export const RATE_NAMES = "ABCDEFGH";

export function half(slot: number): string {
	return `${String(Math.floor(slot / 2)).padStart(2, "0")}:${slot % 2 ? "30" : "00"}`;
}

interface SlotsProps { day: number[]; rates: Rate[]; level: number[]; brush: number; currency: string; onPaint(slots: number[]): void }
export function Slots({ day, rates, level, brush, currency, onPaint }: SlotsProps) {
	const [at, setAt] = useState(0);
	const painting = useRef(false);
	const box = useRef<HTMLDivElement>(null);
	useEffect(() => {
		const up = () => {
			painting.current = false;
		};
		addEventListener("pointerup", up);
		return () => removeEventListener("pointerup", up);
	}, []);
	const move = (to: number, paint: boolean) => {
		const next = Math.min(47, Math.max(0, to));
		setAt(next);
		if (paint)
			onPaint([at, next]);
		box.current?.querySelectorAll("button")[next]?.focus();
	};
	const key = (event: KeyboardEvent) => {
		const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 12, ArrowUp: -12, Home: -48, End: 48 };
		const step = steps[event.key];
		if (step === undefined)
			return;
		event.preventDefault();
		move(at + step, event.shiftKey);
	};
	/* A finger dragged over the day captures the pointer; what lies under it is found by position. */
	const drag = (event: PointerEvent) => {
		if (!painting.current)
			return;
		const under = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>("[data-slot]");
		const slot = Number(under?.dataset.slot ?? "-1");
		if (slot >= 0 && day[slot] !== brush)
			onPaint([slot]);
	};
	return (
		<div class="slots" ref={box} role="group" aria-label={t("c.slots")} onKeyDown={key} onPointerMove={drag}>
			{day.map((rate, slot) => {
				const r = rates[rate] ?? { energy: "0", service: "0", back: "0" };
				return (
					<button type="button" key={slot} data-slot={slot} data-rate={RATE_NAMES[rate]} data-hour={slot % 2 === 0 ? slot / 2 : undefined} class={`l${level[rate] ?? 1}`} tabIndex={slot === at ? 0 : -1}
						aria-label={t("c.slot_label", { from: half(slot), to: half(slot + 1), rate: RATE_NAMES[rate] ?? "?", price: price(addPrices(r.energy, r.service), currency) })}
						onPointerDown={() => {
							painting.current = true;
							setAt(slot);
							onPaint([slot]);
						}}
						onClick={(event) => event.detail === 0 && onPaint([slot])} />
				);
			})}
		</div>
	);
}

/* "From 08:00 to 11:30 rate B": the same painting in words. */
export function Range({ rates, onPaint }: { rates: Rate[]; onPaint(slots: number[], rate: number): void }) {
	const [from, setFrom] = useState("16");
	const [to, setTo] = useState("22");
	const [rate, setRate] = useState("0");
	const submit = (event: Event) => {
		event.preventDefault();
		const start = Number(from);
		const length = (Number(to) - start + 48) % 48 || 48;
		onPaint(Array.from({ length }, (_, i) => (start + i) % 48), Number(rate));
	};
	const starts = Array.from({ length: 48 }, (_, slot) => ({ value: String(slot), text: half(slot) }));
	const ends = Array.from({ length: 48 }, (_, slot) => ({ value: String(slot + 1), text: half(slot + 1) }));
	return (
		<form class="filters" onSubmit={submit}>
			<Choose label={t("c.from")} value={from} onChange={setFrom} options={starts} />
			<Choose label={t("c.to")} value={to} onChange={setTo} options={ends} />
			<Choose label={t("c.rate")} value={rate} onChange={setRate} options={rates.map((_, i) => ({ value: String(i), text: RATE_NAMES[i] ?? "" }))} />
			<div class="field"><button class="button small quiet">{t("c.paint")}</button></div>
		</form>
	);
}
