/* dom.ts - the two things that every part of the pile's screen does to the page. */
export function node<K extends keyof HTMLElementTagNameMap>(name: K, className = "", text = ""): HTMLElementTagNameMap[K] {
	const made = document.createElement(name);
	if (className)
		made.className = className;
	if (text)
		made.textContent = text;
	return made;
}

/* Texts are only touched when they change: a ring that turns keeps turning. */
export function say(target: HTMLElement, text: string): void {
	if (target.textContent !== text)
		target.textContent = text;
	target.hidden = text === "";
}
