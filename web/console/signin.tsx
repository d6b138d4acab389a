/* signin.tsx - the door: name and password, nothing to solve. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../shared/i18n";
import { post } from "../shared/http";
import { useTitle } from "../shared/hooks";
import { TextField } from "./widgets";
import type { Me } from "./types";

export function SignIn({ languages, onIn }: { languages: ComponentChildren; onIn(me: Me): void }) {
	const [login, setLogin] = useState("");
	const [password, setPassword] = useState("");
	const [failed, setFailed] = useState("");
	const [busy, setBusy] = useState(false);
	useTitle(`${t("c.sign_in")} · Leyden`);
	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		setFailed("");
		try {
			onIn(await post<Me>("/v1/login", { login, password }));
		} catch (error) {
			setFailed((error as Error).message);
			setBusy(false);
		}
	};
	return (
		<main class="door">
			<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a9 9 0 1 1-6.4 2.6" /><path d="M12 8v5" /></svg>
			<h1>{t("c.sign_in_title")}</h1>
			<form onSubmit={(event) => void submit(event)}>
				<TextField label={t("c.login")} value={login} onInput={setLogin} required autocomplete="username" />
				<TextField label={t("c.password")} value={password} onInput={setPassword} required type="password"
					autocomplete="current-password" />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button" disabled={busy}>{busy ? t("c.moment") : t("c.sign_in")}</button>
			</form>
			<div class="door-foot">{languages}</div>
		</main>
	);
}
