/* power_data.tsx - what the load of a site is, and how its numbers are written and drawn. */
import { number, t } from "../shared/i18n";

export interface Phase { limit_ma: number; base_ma: number; reserve_ma: number; start_ma: number; given_ma: number; held_ma: number; measured_ma: number }
export interface Outlet {
	pile_id: string; pile: string; pile_code: string; connector: number; protocol: string; online: boolean; status: string; charging: boolean; power_w: number;
	current_ma: number; circuit_id: string | null; rotation: string; car_phases: number; most_ma: number; set_most_ma: number; priority: number; cap_ma: number | null;
	cap_until: string | null; external_ma: number | null; external_source: string; wanted_wh: number; departs: string | null; urgent: boolean; share_ma: number;
	told_ma: number; may_ma: number; default_ma: number; state: string; reason: string; since: string | null; error: string;
}
export interface Circuit { id: string; name: string; limit_ma: number[]; revision: number; outlets: number; phases: Phase[] }
export interface Signal { id: string; from: string; until: string; percent: number; limit_w: number; note: string }
export interface Power {
	site_id: string; site: string; zone: string; limited: boolean; ending: boolean; limit_ma: number[]; limit_w: number; base_ma: number[]; reserve_ma: number;
	offline_ma: number; turn_s: number; hours: number[]; over: string | null; revision: number; percent: number; phases?: Phase[]; circuits: Circuit[];
	signals: Signal[]; outlets: Outlet[]; away: string[]; outlets_away: number; outlets_waiting: number; outlets_all: number; outlets_found: number; outlets_from: number;
}

export const amps = (ma: number) => t("c.power.amps", { a: number(ma / 1000, ma % 1000 ? 1 : 0) });
/* Amperes or kilowatts as typed, in thousandths; NaN when it is no number. */
export const ma = (text: string): number => {
	const value = Number(text.trim().replace(",", "."));
	return text.trim() !== "" && Number.isFinite(value) && value >= 0 ? Math.round(value * 1000) : NaN;
};
export const plain = (milli: number) => String(milli / 1000);

/* One phase as a bar: what else runs, what cars may draw, what is kept for those who cannot be told, what is kept free. */
export function PhaseBar({ name, phase }: { name: string; phase: Phase }) {
	const parts: [string, number][] = [["base", phase.base_ma], ["given", phase.given_ma], ["held", phase.held_ma], ["kept", phase.start_ma + phase.reserve_ma]];
	const used = parts.reduce((sum, [, ma]) => sum + ma, 0);
	const whole = Math.max(phase.limit_ma, used, 1);
	const text = t("c.power.phase_text", { name, used: amps(used), limit: amps(phase.limit_ma) });
	return (
		<figure class="phase">
			<figcaption><b>{name}</b> <span>{t("c.power.of_limit", { used: amps(used), limit: amps(phase.limit_ma) })}</span></figcaption>
			<div class={`load${used > phase.limit_ma ? " over" : ""}`} role="img" aria-label={text}>
				{parts.filter(([, ma]) => ma > 0).map(([kind, ma]) => <span key={kind} class={kind} style={`inline-size:${(100 * ma) / whole}%`} />)}
				<i style={`inset-inline-start:${(100 * phase.measured_ma) / whole}%`} />
			</div>
			<p class="dim">{parts.filter(([, ma]) => ma > 0).map(([kind, ma]) => `${t(`c.power.part.${kind}`)} ${amps(ma)}`).join(" · ")}
				{` · ${t("c.power.part.measured")} ${amps(phase.measured_ma)}`}</p>
		</figure>
	);
}
