/* offline_keys.tsx - keys by which a pile signs its codes of charging without network: which one counts, a key that
 * waits for a person's word, a new one asked for, a stolen one revoked. */
import { moment, t } from "../shared/i18n";
import { post } from "../shared/http";
import { useData } from "./data";
import { Result, useAction } from "./pile_actions";
import { Confirm, Empty, Fault, List, Waiting, type Column } from "./widgets";
import type { PileDetail } from "./types";

interface Key { key: string; kind: string; state: "offered" | "believed" | "replaced" | "revoked"; since: string; until: string | null }

export function OfflineKeys({ pile }: { pile: PileDetail }) {
	const path = `/v1/piles/${pile.id}/offline-keys`;
	const { data, error, reload } = useData<{ items: Key[] }>(path, ["pile", "alarm"]);
	const [feedback, run] = useAction(pile);
	if (!data)
		return error ? <Fault error={error} retry={reload} /> : <Waiting />;
	const act = (row: Key, verb: string) => () => post(`${path}/${row.key}/${verb}`).then(reload);
	const columns: Column<Key>[] = [
		{ label: t("c.okey.key"), cell: (row) => <><code>{row.key}</code> <span class="dim">{row.kind}</span></> },
		{ label: t("c.state"), cell: (row) => t(`c.okey.state.${row.state}`) },
		{ label: t("c.since"), cell: (row) => moment(row.since) },
		{ label: t("c.okey.until"), cell: (row) => row.until ? moment(row.until) : "–" },
		{ label: t("c.next_step"), cell: (row) => (
			<span class="row">
				{(row.state === "offered" || row.state === "replaced") && <Confirm label={t("c.okey.accept")} title={t("c.okey.accept")}
					text={t("c.okey.accept_text", { key: row.key })} quiet={row.state !== "offered"} act={act(row, "accept")} />}
				{row.state !== "revoked" && <Confirm label={t("c.okey.revoke")} title={t("c.okey.revoke")} text={t("c.okey.revoke_text", { key: row.key })}
					danger act={act(row, "revoke")} />}
			</span>
		) },
	];
	return (
		<section aria-labelledby="offline-keys">
			<h2 id="offline-keys">{t("c.okey.title")}</h2>
			<List<Key> label={t("c.okey.title")} items={data.items} error={error} reload={reload} columns={columns} id={(row) => row.key}
				empty={<Empty text={t("c.okey.none")} />} />
			{data.items.length > 0 && <p class="row"><Confirm label={t("c.okey.renew")} title={t("c.okey.renew")} text={t("c.okey.renew_text")} quiet
				disabled={!pile.online} act={() => run(`${path}/renew`).then(reload)} /></p>}
			<Result of={feedback} />
		</section>
	);
}
