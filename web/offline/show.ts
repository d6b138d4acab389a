/* show.ts - first generation module: the start code on the screen. The server draws it; here the screen is kept awake,
 * the time left is counted, and a code that has run out is not shown any more. */
const SECOND_MS = 1000;

async function stayAwake(): Promise<void> {
	const wake = (navigator as { wakeLock?: { request(kind: "screen"): Promise<unknown> } }).wakeLock;
	await wake?.request("screen").catch(() => undefined);
}

function countDown(until: number): void {
	const left = document.getElementById("left");
	const code = document.getElementById("qr");
	if (!left || !code)
		return;
	const seconds = Math.floor((until - Date.now()) / 1000);
	if (seconds < 0) {
		left.textContent = left.dataset.gone ?? "";
		code.hidden = true;
		return;
	}
	left.dataset.label ??= left.textContent ?? "";
	left.textContent = `${left.dataset.label} · ${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
	setTimeout(() => countDown(until), SECOND_MS);
}

export function show(): void {
	const until = Date.parse(document.getElementById("code")?.dataset.until ?? "");
	if (Number.isNaN(until))
		return;
	void stayAwake();
	document.addEventListener("visibilitychange", () => {
		if (document.visibilityState === "visible")
			void stayAwake();
	});
	countDown(until);
}
