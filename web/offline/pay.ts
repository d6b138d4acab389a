/* pay.ts - first payment logic module: what is still owed is paid with one press, once; a phone that lost its network
 * on the way says so by itself and tries when it is back. Where the cashier is known already the press is a link to it, and
 * nothing is to be done here. */
import { sendOnce } from "./send";

export function pay(): void {
	const form = document.getElementById("pay");
	if (!(form instanceof HTMLFormElement))
		return;
	sendOnce(form);
	const button = form.querySelector("button");
	const follow = () => button?.toggleAttribute("disabled", !navigator.onLine);
	window.addEventListener("online", follow);
	window.addEventListener("offline", follow);
	follow();
}
