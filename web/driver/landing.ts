/* landing.ts - the little a script adds to the landing page, which works without it: the amount inside the button, no
 * double start, and price and state that stay true while the page is open. */

const REFRESH_MS = 20_000;

function label(): void {
	const button = document.getElementById("start");
	const amount = document.querySelector<HTMLInputElement>("input[name=amount]:checked");
	if (button?.dataset.label && amount?.dataset.text)
		button.textContent = button.dataset.label.replace("{amount}", amount.dataset.text);
}

/* The page as the server would draw it now; only the parts that tell the world are taken over, never the driver's
 * choices. A changed tariff also changes the hash the form sends, so nobody starts at a price not shown. */
async function refresh(): Promise<void> {
	if (document.visibilityState !== "visible")
		return;
	const reply = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
	if (!reply?.ok)
		return;
	const next = new DOMParser().parseFromString(await reply.text(), "text/html");
	if (!document.getElementById("go") !== !next.getElementById("go"))
		return location.reload();
	for (const id of ["state", "keep", "price"]) {
		const old = document.getElementById(id);
		const now = next.getElementById(id);
		if (!old || !now || old.innerHTML === now.innerHTML)
			continue;
		const open = old.querySelector("details")?.open ?? false;
		old.className = now.className;
		old.innerHTML = now.innerHTML;
		const details = old.querySelector("details");
		if (details)
			details.open = open;
	}
	const hash = (page: Document) => page.querySelector<HTMLInputElement>("input[name=tariff_hash]");
	const mine = hash(document);
	const theirs = hash(next);
	if (mine && theirs)
		mine.value = theirs.value;
}

function submit(event: Event): void {
	const button = document.getElementById("start") as HTMLButtonElement | null;
	if (!button)
		return;
	if (button.disabled)
		return event.preventDefault();
	button.disabled = true;
	button.textContent = button.dataset.busy ?? button.textContent;
}

document.addEventListener("change", label);
document.getElementById("go")?.addEventListener("submit", submit);
/* Coming back with the browser's back button shows the page as it was left: free the button again. */
window.addEventListener("pageshow", () => {
	const button = document.getElementById("start") as HTMLButtonElement | null;
	if (button)
		button.disabled = false;
	label();
});
document.addEventListener("visibilitychange", () => void refresh());
setInterval(() => void refresh(), REFRESH_MS);
label();
