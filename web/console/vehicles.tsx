/* vehicles.tsx - members' cars that start by themselves: what an address is trusted with, the list, and what can be done to
 * one. The second identity itself is never shown: seen, it could be copied. */
import { useState } from "preact/hooks";
import { money, parseMoney, plainMoney, t } from "../shared/i18n";
import { call, post } from "../shared/http";
import { query, useData, useList } from "./data";
import { Link } from "./router";
import { Ago, Choose, Confirm, Empty, List, Status, TextField, Title, type Column } from "./widgets";
import type { Vehicle, VehiclePolicy } from "./types";

const MODES = ["off", "capped", "both"];

export function VehiclesScreen() {
	const list = useList<Vehicle>("/v1/vehicles", ["alarm"]);
	return (
		<>
			<Title text={t("c.cars")} />
			<Policy />
			<List<Vehicle> label={t("c.cars")} {...list} id={(row) => row.id} empty={<Empty text={t("c.empty.cars")} />}
				columns={[{ label: t("c.member"), cell: (row) => <Link href={`/console/members/${row.member_id}`}>{row.member}</Link> }, ...columns(list.reload)]} />
		</>
	);
}

/* What the operator trusts an address with: nothing until somebody says otherwise. */
function Policy() {
	const { data: policy, set } = useData<VehiclePolicy>("/v1/vehicle-policy");
	const [mode, setMode] = useState<string | null>(null);
	const [cap, setCap] = useState<string | null>(null);
	const [said, setSaid] = useState("");
	const [failed, setFailed] = useState("");
	if (!policy)
		return null;
	const chosen = mode ?? policy.mode;
	const text = cap ?? plainMoney(policy.single);
	const minor = parseMoney(text, policy.single.currency);
	const submit = (event: Event) => {
		event.preventDefault();
		setSaid("");
		setFailed("");
		call<VehiclePolicy>("PUT", "/v1/vehicle-policy", { mode: chosen, single_minor: minor ?? 0 }).then((saved) => {
			set(saved);
			setSaid(t("c.car_policy_saved"));
		}, (error: Error) => setFailed(error.message));
	};
	return (
		<section aria-labelledby="policy">
			<h2 id="policy">{t("c.car_policy")}</h2>
			<p class="dim">{t("c.car_policy_text")}</p>
			<form class="row end" onSubmit={submit}>
				<Choose label={t("c.car_policy_mode")} value={chosen} onChange={setMode} options={MODES.map((value) => ({ value, text: t(`c.car_policy.${value}`) }))} />
				{chosen === "capped" && <TextField label={t("c.car_policy_cap")} value={text} onInput={setCap} mode="decimal" max={12} required
					error={minor === null ? t("c.not_money") : undefined} />}
				<button class="button small" disabled={chosen === "capped" && !minor}>{t("c.car_policy_save")}</button>
			</form>
			{said && <p class="note" role="status">{said}</p>}
			{failed && <p class="note bad" role="alert">{failed}</p>}
		</section>
	);
}

/* On a member's page: their cars, and one more by its address. */
export function MemberVehicles({ member }: { member: string }) {
	const list = useList<Vehicle>(`/v1/vehicles${query({ member })}`, ["alarm"]);
	const [mac, setMac] = useState("");
	const [failed, setFailed] = useState("");
	const add = (event: Event) => {
		event.preventDefault();
		setFailed("");
		post(`/v1/members/${member}/vehicles`, { mac: mac.trim() }).then(() => {
			setMac("");
			list.reload();
		}, (error: Error) => setFailed(error.message));
	};
	return (
		<>
			<List<Vehicle> label={t("c.cars")} {...list} id={(row) => row.id} columns={columns(list.reload)} empty={<Empty text={t("c.empty.cars")} />} />
			<form class="row end" onSubmit={add}>
				<TextField label={t("c.car_mac")} value={mac} onInput={setMac} required max={24} hint={t("c.car_mac_hint")} error={failed || undefined} />
				<button class="button small quiet">{t("c.car_add")}</button>
			</form>
		</>
	);
}

function columns(reload: () => void): Column<Vehicle>[] {
	return [
		{ label: t("c.car"), cell: (row) => <code>{row.vid}</code> },
		{ label: t("c.state"), cell: (row) => (
			<><Status of={row.contradicted ? "bad" : row.state} text={t(`c.${row.state}`)} />
				{row.contradicted && <small class="dim"> {t("c.car_contradicted")} <Ago at={row.contradicted} /></small>}</>
		) },
		{ label: t("c.car_caps"), cell: (row) => `${cap(row.charge_cap)} / ${cap(row.day_cap)}` },
		{ label: t("c.car_second"), cell: (row) => t(`c.car_second.${row.second_kind || "none"}`) },
		{ label: t("c.car_seen"), cell: (row) => <>{row.seen_pile_id && <Link href={`/console/piles/${row.seen_pile_id}`}>{row.seen_pile}</Link>} <Ago at={row.seen} /></> },
		{ label: t("c.change"), cell: (row) => <Change car={row} reload={reload} /> },
	];
}

const cap = (amount: Vehicle["charge_cap"]) => (amount.minor ? money(amount) : "–");

function Change({ car, reload }: { car: Vehicle; reload(): void }) {
	const names = { car: car.vid };
	const does = (word: string) => () => post(`/v1/vehicles/${car.id}/${word}`).then(reload);
	const again = car.state === "blocked" || car.contradicted;
	return (
		<span class="row">
			{again && <Confirm label={t(car.state === "blocked" ? "c.unblock" : "c.car_clear")} title={t("c.car_unblock_title", names)} text={t("c.car_unblock_text")} act={does("unblock")} />}
			{car.state !== "blocked" && <Confirm label={t("c.block")} title={t("c.car_block_title", names)} text={t("c.car_block_text")} danger act={does("block")} />}
			<Confirm label={t("c.car_delete")} title={t("c.car_delete_title", names)} text={t("c.car_delete_text")} danger
				act={() => call("DELETE", `/v1/vehicles/${car.id}`).then(reload)} />
		</span>
	);
}
