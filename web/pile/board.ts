/* board.ts - the operator's messages on the pile's screen: a band of its own below the head, so that none covers a price, a fault
 * or a code. One that is always in front stands alone; else one that is in front stands above one of the others, and each kind
 * takes turns, which can be held. What comes is text and is only ever put in as text. */
import { node, say } from "./dom";

export interface Message {
	id: number; front: "always" | "front" | "cycle"; outlets: number[]; texts: { lang: string; text: string; code: boolean }[];
}
type Text = Message["texts"][number];
type Words = (key: string) => string;

const TURN_MS = 8_000;
/* outlives the screen, which is built anew when the language changes */
let turn = 0;
let turned = Date.now();
let held = false;

const first = (language: string) => language.toLowerCase().split("-")[0];

function wording(message: Message, language: string): { text: Text; index: number } | null {
	const found = [
		(text: Text) => text.lang !== "" && first(text.lang) === first(language),
		(text: Text) => text.lang === "",
		() => true,
	].map((fits) => message.texts.findIndex(fits)).find((index) => index >= 0);
	const text = found === undefined ? undefined : message.texts[found];
	return text && found !== undefined ? { text, index: found } : null;
}

class Line {
	readonly box = node("div", "message");
	private readonly no = node("b", "no");
	private readonly words = node("p");
	private readonly code = node("img", "code");

	constructor(private readonly base: string) {
		this.words.dir = "auto";
		this.code.hidden = true;
		this.box.append(this.no, this.words, this.code);
	}

	show(message: Message | undefined, outlets: number[], language: string): void {
		const worded = message && wording(message, language);
		this.box.hidden = !worded;
		if (!message || !worded)
			return;
		const { text, index } = worded;
		const source = `${this.base}/message.svg?id=${message.id}&text=${index}`;
		const some = outlets.filter((no) => message.outlets.includes(no));
		say(this.no, some.length < outlets.length ? some.join(", ") : "");
		say(this.words, text.code ? "" : text.text);
		this.words.lang = text.lang || language;
		this.code.hidden = !text.code;
		if (text.code && this.code.getAttribute("src") !== source) {
			this.code.src = source;
			this.code.alt = text.text;
		}
		/* what has to be scrolled can be reached by keys too */
		this.words.tabIndex = this.words.scrollHeight > this.words.clientHeight ? 0 : -1;
	}
}

export class Board {
	readonly box = node("section", "board");
	private readonly lines: Line[];
	private readonly next = node("button", "", "›");
	private readonly hold = node("button");

	constructor(base: string, words: Words) {
		const texts = node("div", "texts");
		this.lines = [new Line(base), new Line(base)];
		texts.append(...this.lines.map((line) => line.box));
		for (const button of [this.hold, this.next])
			button.type = "button";
		this.next.setAttribute("aria-label", words("board.next"));
		this.hold.setAttribute("aria-label", words("board.hold"));
		this.next.addEventListener("click", () => this.step());
		this.hold.addEventListener("click", () => {
			held = !held;
			turned = Date.now();
			this.name();
		});
		this.box.setAttribute("aria-label", words("board.label"));
		this.box.append(texts, this.hold, this.next);
		this.box.hidden = true;
		this.name();
	}

	private redraw: () => void = () => undefined;

	private step(): void {
		turn++;
		turned = Date.now();
		this.redraw();
	}

	private name(): void {
		this.hold.setAttribute("aria-pressed", String(held));
		say(this.hold, held ? "▶" : "❚❚");
	}

	/* `outlets` are those on this screen. */
	show(messages: Message[], outlets: number[], language: string): void {
		const here = messages.filter((message) => message.outlets.some((no) => outlets.includes(no)));
		const kinds = (["always", "front", "cycle"] as const).map((front) => here.filter((message) => message.front === front))
			.filter((kind) => kind.length > 0);
		this.redraw = () => this.lines.forEach((line, i) => {
			const kind = kinds[i];
			line.show(kind?.[turn % kind.length], outlets, language);
		});
		this.box.hidden = here.length === 0;
		this.box.classList.toggle("always", here.some((message) => message.front === "always"));
		this.hold.hidden = this.next.hidden = !kinds.some((kind) => kind.length > 1);
		if (!held && Date.now() - turned >= TURN_MS)
			this.step();
		else
			this.redraw();
	}
}
