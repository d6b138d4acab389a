// ocpp_rpc.test.ts - conversations with an OCPP library nobody here wrote, in strict mode: as a station against the real
// platform, and as a platform against the real pile. Strict mode makes the library check every message both ways.
import { test, before, after, describe } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { RPCClient, RPCServer } from "ocpp-rpc";
import { signIn, Operator } from "../../bench/operator";
import { Platform, freePort, sleep, until } from "../support/daemons";
import { answers as confs, fromStation, requests, sample, toStation } from "./schemas";

const now = () => new Date().toISOString();

describe("a strict station against the platform", () => {
  const platform = new Platform();
  let operator: Operator, station: any, pileId: string;
  const failures: Error[] = [];

  before(async () => {
    await platform.startServer("--demo", "--unknown-piles", "accept");
    await platform.server.stop();
    execFileSync(join(process.env.LEYDEN_BIN ?? "build/release/src", "bench/leyden-bench"),
      ["fill", "--db", join(platform.dir, "data/leyden.db"), "--cards", "5", "--prefix", "CARD"]);
    await platform.restart();
    operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
    station = new RPCClient({ endpoint: platform.ws, identity: "STRICT-1", protocols: ["ocpp1.6"], strictMode: true, reconnect: false });
    station.on("strictValidationFailure", (event: any) => failures.push(event.error));
    await station.connect();
  });
  after(async () => {
    await station.close({ force: true });
    const codes = await platform.stop();
    assert.deepEqual(codes, { leyden: 0 }, "the server ends cleanly");
    assert.deepEqual(failures, [], "nothing the platform said broke a schema");
  });

  const call = (action: string, payload: object) => station.call(action, payload);

  test("boot, heartbeat, status", async () => {
    const boot = await call("BootNotification", { chargePointVendor: "Strict", chargePointModel: "One", firmwareVersion: "1" });
    assert.equal(boot.status, "Accepted");
    assert.ok(boot.interval > 0 && Math.abs(Date.parse(boot.currentTime) - Date.now()) < 5000);
    assert.ok((await call("Heartbeat", {})).currentTime);
    for (const status of ["Available", "Preparing"])
      assert.deepEqual(await call("StatusNotification", { connectorId: 1, errorCode: "NoError", status, timestamp: now() }), {});
    const list = (await (await operator.get("/v1/piles?q=STRICT-1")).json()) as any;
    assert.equal(list.items.length, 1);
    pileId = list.items[0].id;
    assert.equal(list.items[0].online, true);
  });

  test("a whole charge with a card, started and stopped twice as lossy networks do", async () => {
    assert.equal((await call("Authorize", { idTag: "CARD00001" })).idTagInfo.status, "Accepted");
    const start = { connectorId: 1, idTag: "CARD00001", meterStart: 5000, timestamp: now() };
    const first = await call("StartTransaction", start);
    assert.equal(first.idTagInfo.status, "Accepted");
    assert.ok(first.transactionId > 0);
    assert.equal((await call("StartTransaction", start)).transactionId, first.transactionId);
    const transactionId = first.transactionId;
    await call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Charging" });
    const sample = (value: string, measurand: string, unit: string, phase?: string) =>
      ({ value, measurand, unit, context: "Sample.Periodic", location: "Outlet", ...(phase ? { phase } : {}) });
    assert.deepEqual(await call("MeterValues", { connectorId: 1, transactionId, meterValue: [{ timestamp: now(), sampledValue: [
      sample("5.750", "Energy.Active.Import.Register", "kWh"), sample("11040", "Power.Active.Import", "W"),
      sample("16.1", "Current.Import", "A", "L1"), sample("16.0", "Current.Import", "A", "L2"), sample("231.4", "Voltage", "V", "L1-N"),
      sample("54", "SoC", "Percent"), sample("31", "Temperature", "Celcius" as string) ] }] }), {});
    const stop = { transactionId, meterStop: 6200, timestamp: now(), reason: "Local", idTag: "CARD00001",
      transactionData: [{ timestamp: now(), sampledValue: [{ value: "6200" }] }] };
    assert.equal((await call("StopTransaction", stop)).idTagInfo.status, "Accepted");
    await call("StopTransaction", stop);
    await call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available" });
    const order = await until("the order to settle", async () => {
      const orders = (await (await operator.get(`/v1/orders?pile=${pileId}`)).json()) as any;
      return orders.items.length === 1 && orders.items[0].state === "settled" && orders.items[0];
    });
    assert.equal(order.energy_wh, "1200.0");
    const checked = (await (await operator.get("/v1/ledger/check")).json()) as any;
    assert.equal(checked.ok, true, JSON.stringify(checked));
  });

  test("unknown and odd cards are answered, not refused by error", async () => {
    assert.equal((await call("Authorize", { idTag: "NOBODY" })).idTagInfo.status, "Invalid");
    const start = await call("StartTransaction", { connectorId: 2, idTag: "NOBODY", meterStart: 0, timestamp: now() });
    assert.equal(start.idTagInfo.status, "Invalid");
    await call("StopTransaction", { transactionId: start.transactionId, meterStop: 0, timestamp: now(), reason: "DeAuthorized" });
  });

  test("vendor messages and the statuses of firmware and diagnostics", async () => {
    const answer = await call("DataTransfer", { vendorId: "org.example.vendor", messageId: "x", data: "<b>text</b>" });
    assert.ok(["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"].includes(answer.status));
    await call("StatusNotification", { connectorId: 1, errorCode: "OtherError", status: "Faulted", info: "<script>alert(1)</script>",
      vendorId: "org.example.vendor", vendorErrorCode: "E'); DROP TABLE pile;--", timestamp: now() });
    await call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available" });
  });

  test("every operator action is a valid call, and its answer is shown", async () => {
    const seen: string[] = [];
    const answers: Record<string, object> = {
      Reset: { status: "Accepted" }, UnlockConnector: { status: "Unlocked" }, ClearCache: { status: "Accepted" },
      ChangeAvailability: { status: "Scheduled" }, ChangeConfiguration: { status: "RebootRequired" }, TriggerMessage: { status: "Accepted" },
      DataTransfer: { status: "UnknownVendorId" },
      GetConfiguration: { configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "300" }], unknownKey: ["Nope"] },
    };
    for (const [action, answer] of Object.entries(answers))
      station.handle(action, () => { seen.push(action); return answer; });
    const actions: [string, object][] = [["unlock", { connector: 1 }], ["clear-cache", {}], ["availability", { connector: 1, type: "Inoperative" }],
      ["change-configuration", { key: "HeartbeatInterval", value: "300" }], ["get-configuration", { keys: [] }], ["trigger", { message: "Heartbeat" }],
      ["data-transfer", { vendor_id: "org.example", message_id: "m", data: "d" }], ["reset", { type: "Soft" }]];
    for (const [action, body] of actions) {
      const answer = await operator.post(`/v1/piles/${pileId}/actions/${action}`, body);
      assert.equal(answer.status, 202, `${action}: ${await answer.clone().text()}`);
      const { command_id } = (await answer.json()) as any;
      const command = await until(action, async () => {
        const state = (await (await operator.get(`/v1/commands/${command_id}`)).json()) as any;
        return state.state === "answered" && state;
      });
      assert.equal(command.error, "");
    }
    assert.deepEqual(new Set(seen), new Set(Object.keys(answers)));
  });

  test("a remote start is offered, refused by the station, and the money stays", async () => {
    station.handle("RemoteStartTransaction", () => ({ status: "Rejected" }));
    const answer = await operator.post(`/v1/piles/${pileId}/actions/start`, { connector: 1 });
    assert.equal(answer.status, 202, await answer.clone().text());
    await until("the order to fail", async () => {
      const orders = (await (await operator.get(`/v1/orders?pile=${pileId}`)).json()) as any;
      return orders.items[0].state === "failed";
    });
  });

  test("every message a station has is taken and answered by the schema", async () => {
    const told: Record<string, object> = { MeterValues: { connectorId: 1, meterValue: [] },
      StopTransaction: { transactionId: 1, meterStop: 1, timestamp: now(), reason: "Local" },
      StatusNotification: { connectorId: 2, errorCode: "NoError", status: "Available" } };
    for (const action of fromStation.filter((one) => !["StartTransaction", "BootNotification"].includes(one))) {
      const answer = await call(action, told[action] ?? sample(requests.get(action)!));
      assert.equal(typeof answer, "object", action);
    }
    assert.equal((await call("SignCertificate", { csr: "no request at all" })).status, "Rejected");
  });

  test("every call of the standard can be sent raw and answers with the station's own words", async () => {
    const list = (await (await operator.get("/v1/ocpp/actions")).json()) as any;
    assert.deepEqual(list.items.map((one: any) => one.action).sort(), toStation);
    const seen: Record<string, object> = {};
    for (const action of toStation)
      station.handle(action, ({ params }: any) => { seen[action] = params; return sample(confs.get(action)!); });
    for (const action of toStation) {
      const payload = sample(requests.get(action)!);
      const answer = await operator.post(`/v1/piles/${pileId}/ocpp/${action}`, payload);
      assert.equal(answer.status, 200, `${action}: ${await answer.clone().text()}`);
      const told = (await answer.json()) as any;
      assert.equal(told.state, "answered", action);
      assert.deepEqual(told.answer, sample(confs.get(action)!), action);
      assert.deepEqual(seen[action], payload, action);
    }
    station.handle("ClearCache", () => { throw new Error("no"); });
    const refused = (await (await operator.post(`/v1/piles/${pileId}/ocpp/ClearCache`, {})).json()) as any;
    assert.equal(refused.state, "failed");
    assert.match(refused.error, /^CALLERROR:/);
    assert.equal((await operator.post(`/v1/piles/${pileId}/ocpp/ReserveNow`, { connectorId: 1 })).status, 422);
    assert.equal((await operator.post(`/v1/piles/${pileId}/ocpp/Heartbeat`, {})).status, 404);
    assert.equal((await operator.post(`/v1/piles/${pileId}/ocpp/NoSuchAction`, {})).status, 404);
  });

  test("wrong payloads get the standard's error codes", async () => {
    const loose = new RPCClient({ endpoint: platform.ws, identity: "LOOSE-1", protocols: ["ocpp1.6"], strictMode: false, reconnect: false });
    await loose.connect();
    await loose.call("BootNotification", { chargePointVendor: "L", chargePointModel: "L" });
    const code = (action: string, payload: object) => loose.call(action, payload).then(() => "none", (error: any) => error.rpcErrorCode);
    assert.equal(await code("NoSuchAction", {}), "NotImplemented");
    assert.equal(await code("GetDiagnostics", { location: "http://example.org" }), "NotSupported");
    assert.equal(await code("Heartbeat", { extra: 1 }), "FormationViolation");
    assert.equal(await code("StartTransaction", { connectorId: "1", idTag: "A", meterStart: 0, timestamp: now() }), "TypeConstraintViolation");
    assert.equal(await code("StartTransaction", { connectorId: 1, idTag: "A".repeat(21), meterStart: 0, timestamp: now() }), "PropertyConstraintViolation");
    assert.equal(await code("StartTransaction", { connectorId: 1, meterStart: 0, timestamp: now() }), "OccurenceConstraintViolation");
    assert.equal(await code("StatusNotification", { connectorId: 1, errorCode: "Bogus", status: "Available" }), "PropertyConstraintViolation");
    await loose.close({ force: true });
  });

  test("the newest connection of a station wins and the old one's end changes nothing", async () => {
    const make = () => new RPCClient({ endpoint: platform.ws, identity: "TWICE-1", protocols: ["ocpp1.6"], strictMode: true, reconnect: false });
    const old = make(), fresh = make();
    await old.connect();
    await old.call("BootNotification", { chargePointVendor: "T", chargePointModel: "T" });
    const closed = new Promise((resolve) => old.once("close", resolve));
    await fresh.connect();
    await closed;
    await fresh.call("BootNotification", { chargePointVendor: "T", chargePointModel: "T" });
    await sleep(200);
    assert.ok((await fresh.call("Heartbeat", {})).currentTime);
    const list = (await (await operator.get("/v1/piles?q=TWICE-1")).json()) as any;
    assert.equal(list.items[0].online, true);
    await fresh.close({ force: true });
  });
});

describe("a strict platform against the pile", () => {
  test("boots, charges with a card, obeys remote commands, and says nothing that breaks a schema", { timeout: 60000 }, async () => {
    const platform = new Platform();
    const server = new RPCServer({ protocols: ["ocpp1.6"], strictMode: true });
    const failures: Error[] = [], seen: Record<string, any[]> = {};
    let client: any;
    const note = (action: string, answer: (params: any) => object) => client.handle(action, ({ params }: any) => {
      (seen[action] ??= []).push(params);
      return answer(params);
    });
    server.on("client", (connected: any) => {
      client = connected;
      client.on("strictValidationFailure", (event: any) => failures.push(event.error));
      note("BootNotification", () => ({ status: "Accepted", interval: 300, currentTime: now() }));
      note("Heartbeat", () => ({ currentTime: now() }));
      note("StatusNotification", () => ({}));
      note("Authorize", () => ({ idTagInfo: { status: "Accepted" } }));
      note("StartTransaction", () => ({ transactionId: 4711, idTagInfo: { status: "Accepted" } }));
      note("MeterValues", () => ({}));
      note("StopTransaction", () => ({ idTagInfo: { status: "Accepted" } }));
      note("DataTransfer", () => ({ status: "Accepted" }));
      note("SecurityEventNotification", () => ({}));
    });
    platform.port = await freePort();
    await server.listen(platform.port, "127.0.0.1");
    try {
      await platform.startPiles("P-1", "--speed", "20");
      const sim = (command: object) => platform.sim("P-1", command);
      await until("boot and status", async () => seen.BootNotification && seen.StatusNotification?.some((s) => s.status === "Available"));
      await sim({ do: "plug" });
      const start = await client.call("RemoteStartTransaction", { idTag: "REMOTE1", connectorId: 1 });
      assert.equal(start.status, "Accepted");
      await until("the transaction", async () => seen.StartTransaction?.length);
      assert.equal(seen.StartTransaction![0].idTag, "REMOTE1");
      await client.call("ChangeConfiguration", { key: "MeterValueSampleInterval", value: "1" });
      await until("meter values", async () => (seen.MeterValues?.length ?? 0) >= 2);
      assert.equal((await client.call("RemoteStopTransaction", { transactionId: 4711 })).status, "Accepted");
      const stop: any = await until("the stop", async () => seen.StopTransaction?.[0]);
      assert.equal(stop.transactionId, 4711);
      assert.equal(stop.reason, "Remote");
      assert.ok(stop.meterStop >= seen.StartTransaction![0].meterStart);
      const config: any = await client.call("GetConfiguration", {});
      assert.ok(config.configurationKey.some((key: any) => key.key === "NumberOfConnectors" && key.readonly));
      assert.equal((await client.call("UnlockConnector", { connectorId: 1 })).status !== undefined, true);
      assert.equal((await client.call("TriggerMessage", { requestedMessage: "StatusNotification", connectorId: 1 })).status, "Accepted");
      assert.equal((await client.call("ClearCache", {})).status, "Accepted");
      await sim({ do: "unplug" });
      assert.equal((await client.call("ChangeAvailability", { connectorId: 0, type: "Inoperative" })).status, "Accepted");
      await until("unavailable", async () => seen.StatusNotification!.some((s) => s.status === "Unavailable"));
      assert.equal((await client.call("Reset", { type: "Soft" })).status, "Accepted");
      await until("a second boot", async () => seen.BootNotification!.length >= 2, 20000);
      assert.deepEqual(failures, []);
    } finally {
      await platform.stop();
      await server.close({ force: true });
    }
  });
});
