/* later.tsx - screens that are fetched when somebody first opens them: the first load stays small for those who only look
 * at the day. */
import { useEffect, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { t } from "../shared/i18n";
import { Waiting } from "./widgets";

type Screen<P> = (props: P) => ComponentChildren;

/* The screen that `load` brings, drawn at once when it is there already. */
export function later<P extends object>(load: () => Promise<Screen<P>>) {
	let there: Screen<P> | null = null;
	return function Later(props: P) {
		const [state, setState] = useState("");
		useEffect(() => {
			if (there === null)
				load().then((screen) => {
					there = screen;
					setState("here");
				}, () => setState("failed"));
		}, []);
		if (there !== null) {
			const Here = there;
			return <Here {...props} />;
		}
		if (state !== "failed")
			return <Waiting />;
		return (
			<p class="note bad" role="alert">
				{t("net.failed")} <button type="button" class="link" onClick={() => location.reload()}>{t("c.retry")}</button>
			</p>
		);
	};
}
