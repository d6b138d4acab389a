/* chart.ts - the energy of the last 24 hours as bars, by uPlot; loaded only where it is drawn. Colours are the page's. */
import uPlot from "uplot";
import { clock, number } from "../shared/i18n";
import type { Dashboard } from "./types";

function colour(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function drawHours(box: HTMLElement, hours: Dashboard["hours"]): () => void {
	const times = hours.map((hour) => Date.parse(hour.at) / 1000);
	const values = hours.map((hour) => Number(hour.energy_wh) / 1000);
	const axis = { stroke: colour("--dim"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
	const size = () => ({ width: Math.max(240, box.clientWidth), height: 200 });
	const plot = new uPlot({
		...size(),
		cursor: { y: false },
		legend: { show: false },
		scales: { x: { range: (_, low, high) => [low, high + 3600] }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
		axes: [
			{ ...axis, grid: { show: false }, values: (_, ticks) => ticks.map((tick) => clock(tick * 1000)) },
			{ ...axis, size: 48, values: (_, ticks) => ticks.map((tick) => number(tick, ticks.every(Number.isInteger) ? 0 : 1)) },
		],
		series: [{}, {
			fill: colour("--p2"), stroke: colour("--accent"), width: 0,
			points: { show: false }, paths: uPlot.paths.bars?.({ size: [0.7, 48], align: 1 }),
		}],
	}, [times, values], box);
	const watch = new ResizeObserver(() => plot.setSize(size()));
	watch.observe(box);
	return () => {
		watch.disconnect();
		plot.destroy();
	};
}
