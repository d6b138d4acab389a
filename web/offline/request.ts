/* request.ts - charging request module: what the driver wants, checked while typing, sent once. */
import { sendOnce } from "./send";

const LEAST_KWH = 0.1;

function check(input: HTMLInputElement, most: number): void {
	const value = Number(input.value.trim().replace(",", "."));
	const good = input.value.trim() === "" || (Number.isFinite(value) && value >= LEAST_KWH && value <= most);
	input.setAttribute("aria-invalid", String(!good));
}

export function request(): void {
	const form = document.getElementById("request") as HTMLFormElement;
	const kwh = form.elements.namedItem("kwh") as HTMLInputElement | null;
	const minutes = form.elements.namedItem("minutes") as HTMLInputElement | null;
	kwh?.addEventListener("input", () => check(kwh, 1000));
	minutes?.addEventListener("input", () => check(minutes, 10080));
	/* a decimal comma is how half of our drivers write numbers; the server wants a point */
	form.addEventListener("submit", () => {
		if (kwh)
			kwh.value = kwh.value.trim().replace(",", ".");
	});
	sendOnce(form);
}
