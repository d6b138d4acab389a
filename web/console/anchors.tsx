/* anchors.tsx - certificates that a pile believes others by: asked for, installed, taken away. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n";
import { Refused } from "../shared/http";
import { useData } from "./data";
import { Result, useAction } from "./pile_actions";
import { Ago, Choose, Confirm, Dialog, Empty, Fault, List } from "./widgets";
import type { PileDetail } from "./types";

interface Anchor { kind: string; algorithm: string; name_hash: string; key_hash: string; serial: string; own: boolean; at: string }
const OLD = ["csms", "manufacturer"];
const MODERN = [...OLD, "v2g", "mo"];

export function Anchors({ pile }: { pile: PileDetail }) {
	const path = `/v1/piles/${pile.id}/anchors`;
	const { data, error, reload } = useData<{ items: Anchor[] }>(path, ["pile"]);
	const [feedback, run] = useAction(pile);
	const [kind, setKind] = useState("csms");
	const [adding, setAdding] = useState(false);
	const kinds = pile.protocol?.startsWith("ocpp2") ? MODERN : OLD;
	const remove = (row: Anchor) => () => run(`${path}/delete`,
		{ algorithm: row.algorithm, name_hash: row.name_hash, key_hash: row.key_hash, serial: row.serial }).then(reload);
	return (
		<section aria-labelledby="anchors">
			<h2 id="anchors">{t("c.anchor.title")}</h2>
			<p class="hint">{t("c.anchor.text")}</p>
			<div class="row end">
				<Choose label={t("c.anchor.kind")} value={kind} onChange={setKind} options={kinds.map((value) => ({ value, text: t(`c.anchor.${value}`) }))} />
				<Confirm label={t("c.anchor.read")} title={t("c.anchor.read")} text={t("c.anchor.read_text")} disabled={!pile.online} act={() => run(`${path}/read`, { kind }).then(reload)} />
				<button type="button" class="button small quiet" disabled={!pile.online} onClick={() => setAdding(true)}>{t("c.anchor.install")}</button>
			</div>
			<Result of={feedback} />
			<Fault error={error} retry={reload} />
			{data && <List<Anchor> label={t("c.anchor.title")} items={data.items} id={(row) => row.kind + row.key_hash + row.serial} empty={<Empty text={t("c.anchor.none")} />} columns={[
				{ label: t("c.anchor.kind"), cell: (row) => <span>{t(`c.anchor.${row.kind}`)}{row.own && <span class="dim"> · {t("c.anchor.own")}</span>}</span> },
				{ label: t("c.serial"), wide: true, cell: (row) => <code class="print">{row.serial}</code> },
				{ label: t("c.anchor.told"), cell: (row) => <Ago at={row.at} /> },
				{ label: t("c.next_step"), cell: (row) => <Confirm label={t("c.anchor.remove")} title={t("c.anchor.remove")}
					text={t(row.own ? "c.anchor.remove_own_text" : "c.anchor.remove_text")} danger disabled={!pile.online} act={remove(row)} /> },
			]} />}
			{adding && <Install kind={kind} close={() => setAdding(false)} send={(certificate) => run(path, { kind, certificate }).then(reload)} />}
		</section>
	);
}

function Install({ kind, send, close }: { kind: string; send(certificate: string): Promise<void>; close(): void }) {
	const [text, setText] = useState("");
	const [failed, setFailed] = useState<Refused | null>(null);
	const submit = async (event: Event) => {
		event.preventDefault();
		try {
			await send(text);
			close();
		} catch (error) {
			setFailed(error instanceof Refused ? error : null);
		}
	};
	return (
		<Dialog title={t("c.anchor.install")} onClose={close}>
			<form onSubmit={(event) => void submit(event)}>
				<p>{t(`c.anchor.${kind}_text`)}</p>
				<label class="field"><span>{t("c.anchor.pem")}</span>
					<textarea rows={8} required value={text} maxLength={16000} onInput={(event) => setText(event.currentTarget.value)} />
				</label>
				<Fault error={failed} />
				<p class="row"><button class="button" type="submit">{t("c.anchor.install")}</button></p>
			</form>
		</Dialog>
	);
}
