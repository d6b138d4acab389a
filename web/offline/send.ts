/* send.ts - upload module: a form leaves the phone once, however often the button is pressed. */
export function sendOnce(form: HTMLFormElement): void {
	const button = form.querySelector<HTMLButtonElement>("button");
	const label = button?.textContent ?? "";
	form.addEventListener("submit", (event) => {
		if (!button)
			return;
		if (button.disabled)
			return event.preventDefault();
		button.disabled = true;
		button.textContent = button.dataset.busy ?? label;
	});
	/* the back button brings the page as it was left */
	window.addEventListener("pageshow", () => {
		if (button) {
			button.disabled = false;
			button.textContent = label;
		}
	});
}
