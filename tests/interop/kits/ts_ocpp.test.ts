// ts_ocpp.test.ts - ts-ocpp, a typed library of others for 1.6, in both roles: its station charges at the real platform, its central
// system runs the real pile. It checks every request against schemas of its own.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { signIn } from "../../../bench/operator";
import { freePort, Platform, until } from "../../support/daemons";

const { CentralSystem, ChargePoint } = createRequire(join(process.cwd(), "build/kits/package.json"))("@voltbras/ts-ocpp");
const now = () => new Date().toISOString();
const accepted = { status: "Accepted" };
/* its sockets and timers outlive close() */
after(() => void setTimeout(() => process.exit(), 1000).unref());

test("its station at the platform", { timeout: 60000 }, async () => {
  const platform = new Platform();
  await platform.startServer("--demo", "--unknown-piles", "accept");
  const operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
  const station = new ChargePoint("TS-1", (request: any) => {
    if (request.action === "GetConfiguration") return { configurationKey: [], unknownKey: ["TS"] };
    return accepted;
  }, platform.ws);
  await station.connect();
  const call = async (action: string, payload: object) =>
    (await station.sendRequest({ action, ocppVersion: "v1.6-json", payload })).unsafeCoerce();
  assert.equal((await call("BootNotification", { chargePointVendor: "TS", chargePointModel: "1" })).status, "Accepted");
  await call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Preparing" });
  assert.equal((await call("Authorize", { idTag: "LAKE0002" })).idTagInfo.status, "Accepted");
  const { transactionId } = await call("StartTransaction", { connectorId: 1, idTag: "LAKE0002", meterStart: 0, timestamp: now() });
  await call("StopTransaction", { transactionId, meterStop: 500, timestamp: now() });
  const pile = ((await (await operator.get("/v1/piles?q=TS-1")).json()) as any).items[0];
  const told = (await (await operator.post(`/v1/piles/${pile.id}/ocpp/GetConfiguration`, {})).json()) as any;
  assert.deepEqual(told.answer.unknownKey, ["TS"]);
  const order = ((await (await operator.get(`/v1/orders?pile=${pile.id}`)).json()) as any).items[0];
  assert.equal(order.energy_wh, "500.0");
  station.close();
  assert.deepEqual(await platform.stop(), { leyden: 0 });
});

test("its central system runs the pile", { timeout: 60000 }, async () => {
  const piles = new Platform();
  piles.port = await freePort();
  const seen: Record<string, any[]> = {};
  const answers: Record<string, object> = { Heartbeat: { currentTime: now() }, Authorize: { idTagInfo: accepted },
    BootNotification: { ...accepted, interval: 300, currentTime: now() }, StartTransaction: { transactionId: 21, idTagInfo: accepted },
    StopTransaction: { idTagInfo: accepted } };
  const server = new CentralSystem(piles.port, (request: any) => {
    (seen[request.action] ??= []).push(request);
    return answers[request.action] ?? {};
  }, "127.0.0.1");
  const call = async (action: string, payload: object) =>
    (await server.sendRequest({ chargePointId: "P-1", ocppVersion: "v1.6-json", action, payload })).unsafeCoerce();
  try {
    await piles.startPiles("P-1");
    await until("boot and states", async () => seen.BootNotification && seen.StatusNotification?.length);
    await piles.sim("P-1", { do: "plug" });
    assert.equal((await call("RemoteStartTransaction", { idTag: "TS", connectorId: 1 })).status, "Accepted");
    await until("the transaction", async () => seen.StartTransaction?.length);
    assert.equal((await call("RemoteStopTransaction", { transactionId: 21 })).status, "Accepted");
    const stop: any = await until("the end", async () => seen.StopTransaction?.[0]);
    assert.equal(stop.reason, "Remote");
    assert.ok((await call("GetConfiguration", {})).configurationKey.length > 10);
  } finally {
    await piles.stop();
    server.close();
  }
});
