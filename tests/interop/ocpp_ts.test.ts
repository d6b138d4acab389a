// ocpp_ts.test.ts - a second OCPP library nobody here wrote, with schemas of its own for 1.6: as a station it charges at the real
// platform, as a platform it runs the real pile.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { OcppClient, OcppServer } from "@evpower/ocpp-ts";
import { signIn } from "../../bench/operator";
import { freePort, Platform, until } from "../support/daemons";

const now = () => new Date().toISOString();
const accepted = { status: "Accepted" };

test("its station at the platform: a charge with a card, and what the operator asks", { timeout: 60000 }, async () => {
  const platform = new Platform();
  await platform.startServer("--demo", "--unknown-piles", "accept");
  await platform.server.stop();
  execFileSync(join(process.env.LEYDEN_BIN ?? "build/release/src", "bench/leyden-bench"),
    ["fill", "--db", join(platform.dir, "data/leyden.db"), "--cards", "2", "--prefix", "CARD"]);
  await platform.restart();
  const operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
  const station: any = new OcppClient("KIT-1");
  const asked: string[] = [];
  const answers: Record<string, object> = { Reset: accepted, UnlockConnector: { status: "Unlocked" }, ClearCache: accepted,
    TriggerMessage: accepted, ChangeAvailability: { status: "Scheduled" }, GetConfiguration: { configurationKey: [], unknownKey: [] } };
  for (const [action, answer] of Object.entries(answers))
    station.on(action, (_: object, back: (answer: object) => void) => { asked.push(action); back(answer); });
  station.on("error", (error: Error) => assert.fail(error));
  const connected = new Promise((resolve) => station.once("connect", resolve));
  station.connect(`${platform.ws}/`);
  await connected;
  const call = (action: string, payload: object) => station.callRequest(action, payload);

  assert.equal((await call("BootNotification", { chargePointVendor: "Kit", chargePointModel: "K" })).status, "Accepted");
  await call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Preparing" });
  assert.equal((await call("Authorize", { idTag: "CARD00001" })).idTagInfo.status, "Accepted");
  const { transactionId } = await call("StartTransaction", { connectorId: 1, idTag: "CARD00001", meterStart: 100, timestamp: now() });
  await call("MeterValues", { connectorId: 1, transactionId, meterValue: [{ timestamp: now(), sampledValue: [{ value: "600" }] }] });
  await call("StopTransaction", { transactionId, meterStop: 1100, timestamp: now(), reason: "EVDisconnected" });
  await call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available" });
  const pile = ((await (await operator.get("/v1/piles?q=KIT-1")).json()) as any).items[0];
  const orders = async () => ((await (await operator.get(`/v1/orders?pile=${pile.id}`)).json()) as any).items;
  const order: any = await until("the order to settle", async () => (await orders())[0]?.state === "settled" && (await orders())[0]);
  assert.equal(order.energy_wh, "1000.0");
  for (const [action, body] of [["unlock", { connector: 1 }], ["clear-cache", {}], ["trigger", { message: "Heartbeat" }],
    ["availability", { connector: 1, type: "Inoperative" }], ["get-configuration", { keys: [] }], ["reset", { type: "Soft" }]] as const)
    assert.equal((await operator.post(`/v1/piles/${pile.id}/actions/${action}`, body)).status, 202, action);
  await until("all that was asked", async () => Object.keys(answers).every((action) => asked.includes(action)));
  await assert.rejects(call("StartTransaction", { connectorId: 1 }), (error: any) => error.code === "OccurenceConstraintViolation");
  station.close();
  assert.deepEqual(await platform.stop(), { leyden: 0 });
});

test("its platform runs the pile", { timeout: 60000 }, async () => {
  const piles = new Platform();
  const server: any = new OcppServer(10000);
  const seen: Record<string, any[]> = {};
  let client: any;
  const answers: Record<string, (request: any) => object> = {
    BootNotification: () => ({ ...accepted, interval: 300, currentTime: now() }), Heartbeat: () => ({ currentTime: now() }),
    StatusNotification: () => ({}), Authorize: () => ({ idTagInfo: accepted }), MeterValues: () => ({}),
    StartTransaction: () => ({ transactionId: 11, idTagInfo: accepted }), StopTransaction: () => ({ idTagInfo: accepted }),
  };
  server.on("connection", (connected: any) => {
    client = connected;
    for (const [action, answer] of Object.entries(answers))
      client.on(action, (request: any, back: (answer: object) => void) => {
        (seen[action] ??= []).push(request);
        back(answer(request));
      });
  });
  piles.port = await freePort();
  server.listen({ port: piles.port, host: "127.0.0.1" });
  try {
    await piles.startPiles("P-1", "--speed", "20");
    const sim = (command: object) => piles.sim("P-1", command);
    await until("boot and states", async () => seen.BootNotification && seen.StatusNotification?.some((one) => one.status === "Available"));
    assert.equal((await client.callRequest("ChangeConfiguration", { key: "MeterValueSampleInterval", value: "1" })).status, "Accepted");
    await sim({ do: "plug" });
    assert.equal((await client.callRequest("RemoteStartTransaction", { idTag: "KIT", connectorId: 1 })).status, "Accepted");
    await until("readings", async () => (seen.MeterValues?.length ?? 0) >= 1);
    assert.equal((await client.callRequest("RemoteStopTransaction", { transactionId: 11 })).status, "Accepted");
    const stop: any = await until("the end", async () => seen.StopTransaction?.[0]);
    assert.ok(stop.meterStop >= seen.StartTransaction![0].meterStart);
    assert.equal(stop.reason, "Remote");
    const configuration = await client.callRequest("GetConfiguration", { key: ["NumberOfConnectors", "Nothing"] });
    assert.deepEqual([configuration.configurationKey.length, configuration.unknownKey], [1, ["Nothing"]]);
    assert.equal((await client.callRequest("UnlockConnector", { connectorId: 1 })).status, "Unlocked");
  } finally {
    await piles.stop();
    server.close();
  }
});
