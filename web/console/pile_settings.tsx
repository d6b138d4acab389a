/* pile_settings.tsx - the pile's configuration keys as it last told them: read again, change one. */
import { useState } from "preact/hooks";
import { t } from "../shared/i18n";
import { Ago, Dialog, Empty, List, TextField } from "./widgets";
import { Result, useAction } from "./pile_actions";
import type { PileDetail } from "./types";

type Setting = PileDetail["settings"][number];

export function SettingsView({ pile, onChange }: { pile: PileDetail; onChange(): void }) {
	const [feedback, run] = useAction(pile);
	const [find, setFind] = useState("");
	const [open, setOpen] = useState<Setting | null>(null);
	const [failed, setFailed] = useState("");
	const read = () => void run("get-configuration").then(onChange, (error: Error) => setFailed(error.message));
	const items = pile.settings.filter((setting) => setting.key.toLowerCase().includes(find.toLowerCase()));
	const button = <button type="button" class="button small" disabled={!pile.online} onClick={read}>{t("c.read_config")}</button>;
	return (
		<>
			<div class="filters">
				<TextField label={t("c.find")} value={find} onInput={setFind} type="search" />
				<div class="field">{button}</div>
			</div>
			{failed && <p class="note bad" role="alert">{failed}</p>}
			<Result of={feedback} />
			<List<Setting> label={t("c.tab.config")} items={items} id={(row) => row.key}
				empty={<Empty text={pile.settings.length ? t("c.empty.filtered") : t("c.empty.config")}>{!pile.settings.length && button}</Empty>}
				columns={[
					{ label: t("c.key"), cell: (row) => <code>{row.key}</code> },
					{ label: t("c.value"), wide: true, cell: (row) => row.value ? <code>{row.value}</code> : <span class="dim">{t("c.no_value")}</span> },
					{ label: t("c.read_at"), cell: (row) => <Ago at={row.at} /> },
					{ label: t("c.change"), cell: (row) => row.readonly ? <span class="dim">{t("c.readonly")}</span>
						: <button type="button" class="link" aria-label={`${t("c.change")} ${row.key}`} disabled={!pile.online} onClick={() => setOpen(row)}>{t("c.change")}</button> },
				]} />
			{open && <Change setting={open} onClose={() => setOpen(null)} onSend={async (value) => {
				await run("change-configuration", { key: open.key, value });
				onChange();
			}} />}
		</>
	);
}

function Change({ setting, onClose, onSend }: { setting: Setting; onClose(): void; onSend(value: string): Promise<void> }) {
	const [value, setValue] = useState(setting.value);
	const [failed, setFailed] = useState("");
	const [busy, setBusy] = useState(false);
	const submit = (event: Event) => {
		event.preventDefault();
		setBusy(true);
		onSend(value).then(onClose, (error: Error) => {
			setFailed(error.message);
			setBusy(false);
		});
	};
	return (
		<Dialog title={setting.key} onClose={onClose}>
			<form onSubmit={submit}>
				<TextField label={t("c.value")} value={value} onInput={setValue} max={500} hint={t("c.was", { value: setting.value || "–" })} />
				{failed && <p class="note bad" role="alert">{failed}</p>}
				<button class="button" disabled={busy}>{t("c.change_send")}</button>
			</form>
		</Dialog>
	);
}
