/* pile_web.tsx - codes on a pile's screens that change with the time: used or not, how each screen stands, new secrets. */
import { t, word } from "../shared/i18n";
import { call, post } from "../shared/http";
import { useData } from "./data";
import { Ago, Choose, Confirm, Facts } from "./widgets";
import type { PileDetail } from "./types";

interface WebCode {
	mode: string | null;
	screens: { evse: number; state: string; error: string; failures: number; synced: string | null }[];
}

export function WebCodes({ pile }: { pile: PileDetail }) {
	const path = `/v1/piles/${pile.id}/web-code`;
	const { data, reload } = useData<WebCode>(path, ["pile"]);
	const set = (mode: string) => void call("PUT", path, { mode }).then(reload);
	return (
		<section aria-labelledby="web-codes">
			<h2 id="web-codes">{t("c.web.title")}</h2>
			<p class="hint">{t("c.web.text")}</p>
			{data && data.mode === null && <p class="dim">{t("c.web.missing")}</p>}
			{data?.mode && <>
				<div class="row end">
					<Choose label={t("c.web.mode")} value={data.mode} onChange={set}
						options={["off", "offered", "required"].map((mode) => ({ value: mode, text: word("c.web.mode", mode) }))} />
					{data.mode !== "off" && <Confirm label={t("c.web.renew")} title={t("c.web.renew")} text={t("c.web.renew_text")}
						act={() => post(`${path}/renew`).then(reload)} />}
				</div>
				<Facts rows={data.screens.map((screen) => [
					screen.evse ? t("c.web.screen", { evse: screen.evse }) : t("c.web.screen_all"),
					<>{word("c.web.state", screen.state)}{screen.error && <span class="dim"> · {screen.error}</span>}
						{screen.state === "current" && <span class="dim"> · <Ago at={screen.synced} /></span>}</>,
				])} />
			</>}
		</section>
	);
}
