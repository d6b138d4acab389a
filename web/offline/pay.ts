/* pay.ts - first payment logic module: what is still owed is paid with one press, once; a phone that lost its network
 * on the way says so by itself and tries when it is back. */
import { sendOnce } from "./send";

export function pay(): void {
	const form = document.getElementById("pay") as HTMLFormElement | null;
	if (!form)
		return;
	sendOnce(form);
	const button = form.querySelector("button");
	const follow = () => button?.toggleAttribute("disabled", !navigator.onLine);
	window.addEventListener("online", follow);
	window.addEventListener("offline", follow);
	follow();
}
