// ocpp_rpc2.test.ts - a station of an OCPP library nobody here wrote, in strict mode, speaking 2.0.1 and 2.1 to the real platform:
// boot, a whole charge told twice, every action of the console in the version's own words. The library checks each message both
// ways against its schemas where it can.
import { test, before, after, describe } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { RPCClient } from "ocpp-rpc";
import { signIn, Operator } from "../../bench/operator";
import { Platform, until } from "../support/daemons";

const now = () => new Date().toISOString();

for (const protocol of ["ocpp2.0.1", "ocpp2.1"])
  describe(`a strict ${protocol} station against the platform`, () => {
    const platform = new Platform();
    let operator: Operator, station: any, pileId: string;
    const failures: Error[] = [];
    const seen: string[] = [];
    const call = (action: string, payload: object) => station.call(action, payload);
    const read = async (path: string) => (await (await operator.get(path)).json()) as any;

    before(async () => {
      await platform.startServer("--demo", "--unknown-piles", "accept");
      await platform.server.stop();
      execFileSync(join(process.env.LEYDEN_BIN ?? "build/release/src", "bench/leyden-bench"),
        ["fill", "--db", join(platform.dir, "data/leyden.db"), "--cards", "5", "--prefix", "CARD"]);
      await platform.restart();
      operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
      station = new RPCClient({ endpoint: platform.ws, identity: "STRICT-2", protocols: [protocol, "ocpp1.6"],
        strictMode: protocol === "ocpp2.0.1", // its schemas of 2.1 have names its own strict mode does not find
        reconnect: false });
      station.on("strictValidationFailure", (event: any) => failures.push(event.error));
      const variable = { component: { name: "OCPPCommCtrlr" }, variable: { name: "HeartbeatInterval" } };
      const answers: Record<string, object> = {
        Reset: { status: "Scheduled" }, UnlockConnector: { status: "Unlocked" }, ClearCache: { status: "Accepted" },
        ChangeAvailability: { status: "Scheduled" }, TriggerMessage: { status: "Accepted" }, DataTransfer: { status: "UnknownVendorId" },
        SetVariables: { setVariableResult: [{ attributeStatus: "Accepted", ...variable }] },
        GetVariables: { getVariableResult: [{ attributeStatus: "Accepted", attributeValue: "300", ...variable }] },
        GetBaseReport: { status: "Accepted" },
      };
      for (const [action, answer] of Object.entries(answers))
        station.handle(action, () => { seen.push(action); return answer; });
      await station.connect();
    });
    after(async () => {
      await station.close({ force: true });
      const codes = await platform.stop();
      assert.deepEqual(codes, { leyden: 0 }, "the server ends cleanly");
      assert.deepEqual(failures, [], "nothing the platform said broke a schema");
    });

    test("the first of the offer is spoken; boot, heartbeat, states", async () => {
      assert.equal(station.protocol, protocol);
      const boot = await call("BootNotification", { reason: "PowerUp", chargingStation: { vendorName: "Strict", model: "Two", firmwareVersion: "1" } });
      assert.equal(boot.status, "Accepted");
      assert.ok((await call("Heartbeat", {})).currentTime);
      for (const evseId of [1, 2])
        assert.deepEqual(await call("StatusNotification", { timestamp: now(), connectorStatus: "Available", evseId, connectorId: 1 }), {});
      const list = await read("/v1/piles?q=STRICT-2");
      pileId = list.items[0].id;
      assert.equal((await read(`/v1/piles/${pileId}`)).protocol, protocol);
    });

    test("a whole charge with a card, every event told twice", async () => {
      const idToken = { idToken: "CARD00001", type: "ISO14443" };
      assert.equal((await call("Authorize", { idToken })).idTokenInfo.status, "Accepted");
      const meterValue = (value: number, context: string) => [{ timestamp: now(), sampledValue: [
        { value, context, unitOfMeasure: { unit: "kWh" } }, { value: 16.1, measurand: "Current.Import", phase: "L1", unitOfMeasure: { unit: "A" } }] }];
      const event = (seqNo: number, eventType: string, triggerReason: string, more: object, info: object = {}) =>
        ({ eventType, timestamp: now(), triggerReason, seqNo, transactionInfo: { transactionId: "strict-1", ...info }, ...more });
      const start = event(0, "Started", "Authorized", { evse: { id: 1, connectorId: 1 }, idToken, meterValue: meterValue(5, "Transaction.Begin") });
      const end = event(2, "Ended", "EVDeparted", { meterValue: meterValue(6.2, "Transaction.End") }, { stoppedReason: "EVDisconnected" });
      for (let i = 0; i < 2; i++)
        assert.equal((await call("TransactionEvent", start)).idTokenInfo.status, "Accepted");
      const running = await call("TransactionEvent", event(1, "Updated", "MeterValuePeriodic", { meterValue: meterValue(5.75, "Sample.Periodic") },
        { chargingState: "Charging" }));
      assert.ok(running.totalCost > 0, "the running cost is told");
      for (let i = 0; i < 2; i++)
        assert.ok((await call("TransactionEvent", end)).totalCost > running.totalCost);
      await call("StatusNotification", { timestamp: now(), connectorStatus: "Available", evseId: 1, connectorId: 1 });
      const order = await until("the order to settle", async () => {
        const orders = await read(`/v1/orders?pile=${pileId}`);
        return orders.items.length === 1 && orders.items[0].state === "settled" && orders.items[0];
      });
      assert.equal(order.energy_wh, "1200.0");
      assert.equal((await read("/v1/ledger/check")).ok, true);
    });

    test("the device model is shown, found and changed", async () => {
      await call("NotifyReport", { requestId: 1, generatedAt: now(), seqNo: 0, reportData: [
        { component: { name: "OCPPCommCtrlr" }, variable: { name: "HeartbeatInterval" }, variableAttribute: [{ value: "300" }],
          variableCharacteristics: { dataType: "integer", unit: "s", supportsMonitoring: false } },
        { component: { name: "<b>Markup</b>" }, variable: { name: "100%_" }, variableAttribute: [{ value: "x", mutability: "ReadOnly" }] }] });
      assert.equal((await read(`/v1/piles/${pileId}/variables`)).items.length >= 2, true);
      const found = (await read(`/v1/piles/${pileId}/variables?q=${encodeURIComponent("100%_")}`)).items;
      assert.deepEqual(found.map((one: any) => one.component), ["<b>Markup</b>"]);
      assert.equal((await read(`/v1/piles/${pileId}/variables?q=nothing-like-it`)).items.length, 0);
      assert.equal((await operator.get("/v1/piles/1/variables")).status, 404);
      const bad = await operator.post(`/v1/piles/${pileId}/actions/change-variable`, { component: "A", variable: "B", value: "1", attribute: "Best" });
      assert.equal(bad.status, 422);
    });

    test("every operator action is a valid call, and its answer is shown", async () => {
      const actions: [string, object][] = [["unlock", { connector: 1 }], ["clear-cache", {}], ["availability", { connector: 1, type: "Inoperative" }],
        ["change-configuration", { key: "HeartbeatInterval", value: "300" }], ["get-configuration", { keys: [] }],
        ["get-configuration", { keys: ["HeartbeatInterval"] }], ["trigger", { message: "Heartbeat" }],
        ["change-variable", { component: "OCPPCommCtrlr", variable: "HeartbeatInterval", value: "300" }],
        ["data-transfer", { vendor_id: "org.example", message_id: "m", data: "d" }], ["reset", { type: "Soft" }]];
      for (const [action, body] of actions) {
        const answer = await operator.post(`/v1/piles/${pileId}/actions/${action}`, body);
        assert.equal(answer.status, 202, `${action}: ${await answer.clone().text()}`);
        const { command_id } = (await answer.json()) as any;
        const command = await until(action, async () => {
          const state = await read(`/v1/commands/${command_id}`);
          return state.state !== "queued" && state;
        });
        assert.equal(command.error, "", `${action} of ${protocol}`);
      }
      for (const action of ["Reset", "UnlockConnector", "ClearCache", "ChangeAvailability", "TriggerMessage", "DataTransfer", "SetVariables",
        "GetVariables", "GetBaseReport"])
        assert.ok(seen.includes(action), `${action} came`);
    });
  });
