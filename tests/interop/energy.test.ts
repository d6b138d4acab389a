// energy.test.ts - energy both ways in OCPP 2.1, the real platform with the real pile: priority without a limit, a share told by
// updates alone under one, and a car that gives back by a set point of the platform, counted beside its order and never priced.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { join } from "node:path";
import { signIn, Operator } from "../../bench/operator";
import { json, Platform, until } from "../support/daemons";

const platform = new Platform();
let operator: Operator;
let site = "", id = "", order = "", transaction = "";

const act = (command: object) => platform.sim("E-1", command);
const outlet = async () => (await platform.screen("E-1")).outlets[0];
const raw = async (action: string, payload: object) => (await json(operator.post(`/v1/piles/${id}/ocpp/${action}`, payload))).answer;
const allowed = async () => (await raw("GetCompositeSchedule", { evseId: 1, duration: 60, chargingRateUnit: "A" })).schedule.chargingSchedulePeriod[0];
const shown = () => json(operator.get(`/v1/orders/${order}`));
const said = async (action: string) => (await json(operator.get(`/v1/piles/${id}/frames?action=${action}`))).items as any[];

before(async () => {
  await platform.startServer("--demo", "--unknown-piles", "accept");
  await platform.startPiles("E-0", "--amps", "32", "--ocpp", "2.1", "--name", "E-1"); // versions are of the names that follow
  operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
  const tariff = (await json(operator.get("/v1/tariffs"))).items[0];
  site = (await json(operator.post("/v1/sites", { name: "Meadow", zone: "Asia/Shanghai", currency: tariff.currency, tariff_series_id: tariff.series_id }))).id;
  id = await until("the pile to come", async () => {
    const found = (await json(operator.get("/v1/piles?q=E-1"))).items[0];
    return found?.online && (found.id as string);
  });
  await json(operator.change("PATCH", `/v1/piles/${id}`, { site_id: site }));
  await until("the pile to be let in", async () => (await platform.screen("E-1")).online);
  await act({ do: "gives", value: 16000 });
  await act({ do: "plug", outlet: 1 });
  await act({ do: "tap", outlet: 1, tag: "LAKE0002" });
  await until("energy", async () => (await outlet()).state === "charging", 30000);
  order = await until("the order", async () => (await json(operator.get("/v1/orders"))).items.find((one: any) => one.pile_id === id)?.id);
  transaction = await until("the transaction's name", async () =>
    (await said("TransactionEvent")).map((one) => one.request?.transactionInfo?.transactionId).find(Boolean))
    .catch(async () => assert.fail(JSON.stringify(await said("TransactionEvent"))));
});
after(async () => {
  const verified = await platform.verify();
  await platform.stop();
  assert.equal(verified.code, 0, verified.out);
});

test("priority where nothing limits the site: the pile goes by the profile it was given, and gives it back", { timeout: 60000 }, async () => {
  const profile = { id: 7, stackLevel: 3, chargingProfilePurpose: "TxProfile", chargingProfileKind: "Relative", transactionId: transaction,
    chargingSchedule: [{ id: 7, chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 8 }] }] };
  assert.equal((await raw("SetChargingProfile", { evseId: 1, chargingProfile: profile })).status, "Accepted");
  assert.equal((await allowed()).limit, 8);
  assert.equal((await json(operator.post(`/v1/orders/${order}/priority`, { on: true }))).priority.on, true);
  await until("all it can", async () => (await allowed()).limit > 30);
  assert.equal((await json(operator.post(`/v1/orders/${order}/priority`, { on: false }))).priority.on, false);
  await until("as before", async () => (await allowed()).limit === 8);
  await until("nothing to be left", async () => !JSON.stringify(await raw("GetChargingProfiles",
    { requestId: 5, chargingProfile: { chargingProfilePurpose: "PriorityCharging" } })).includes("Accepted"));
  assert.equal((await raw("ClearChargingProfile", { chargingProfileId: 7 })).status, "Accepted");
});

test("a share told by updates alone", { timeout: 90000 }, async () => {
  assert.equal((await raw("GetVariables", { getVariableData: [{ component: { name: "SmartChargingCtrlr" }, variable: { name: "SupportsDynamicProfiles" } }] }))
    .getVariableResult[0].attributeValue, "true");
  const load = () => json(operator.get(`/v1/sites/${site}/power`));
  const limit = async (ma: number) => json(operator.change("PUT", `/v1/sites/${site}/power`,
    { limit_ma: [ma, ma, ma], offline_ma: 6000, revision: (await load()).revision }));
  for (const ma of [16000, 12000, 10000]) {
    await limit(ma);
    await until(`${ma} mA at the pile`, async () => (await allowed()).limit === ma / 1000, 30000);
  }
  assert.ok((await said("UpdateDynamicSchedule")).length >= 2);
  await until("the car to follow", async () => (await outlet()).current_ma <= 10100, 20000);
});

test("a car gives back: let by name, told by a set point, counted and not priced", { timeout: 90000 }, async () => {
  const point = { id: 8, stackLevel: 1, chargingProfilePurpose: "TxProfile", chargingProfileKind: "Dynamic", transactionId: transaction,
    chargingSchedule: [{ id: 8, chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, operationMode: "CentralSetpoint", setpoint: -16 }] }] };
  assert.equal((await operator.change("DELETE", `/v1/sites/${site}/power`, {})).status, 202);
  await until("the limit to be forgotten", async () => !(await json(operator.get(`/v1/sites/${site}/power`))).ending, 30000);
  assert.equal((await raw("SetChargingProfile", { evseId: 1, chargingProfile: point })).status, "Accepted");
  await until("it to rest: nobody let it give", async () => (await outlet()).current_ma === 0, 20000);
  assert.equal((await raw("NotifyAllowedEnergyTransfer", { transactionId: transaction, allowedEnergyTransfer: ["AC_three_phase", "AC_BPT"] })).status, "Accepted");
  await until("it to give", async () => (await outlet()).current_ma > 15000, 20000);
  const before = await shown();
  const given = await until("the platform to know", async () => {
    const wh = Number((await shown()).view.exported_wh);
    return wh > 0 && wh;
  }, 70000).catch(async () => assert.fail(JSON.stringify((await shown()).view)));
  const now = await shown();
  assert.ok(given > 0 && now.view.cost.minor >= before.view.cost.minor && Number(now.view.energy_wh) >= Number(before.view.energy_wh));
  await act({ do: "tap", outlet: 1, tag: "LAKE0002" });
  const end = await until("the end", async () => {
    const view = (await shown()).view;
    return view.stopped && view;
  }, 20000);
  assert.ok(Number(end.exported_wh) >= given);
  assert.ok(end.cost.minor >= before.view.cost.minor, "what was given back makes no bill smaller");
});
