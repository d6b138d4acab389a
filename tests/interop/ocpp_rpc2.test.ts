// ocpp_rpc2.test.ts - a station of an OCPP library nobody here wrote, in strict mode, speaking 2.0.1 and 2.1 to the real platform:
// boot, a whole charge told twice, every action of the console in the version's own words; and a platform of that library against the
// real pile. The library checks each message both ways against its schemas where it can.
import { test, before, after, describe } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { RPCClient, RPCServer } from "ocpp-rpc";
import { signIn, Operator } from "../../bench/operator";
import { Platform, freePort, until } from "../support/daemons";

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

for (const protocol of ["ocpp2.0.1", "ocpp2.1"])
  describe(`a strict ${protocol} platform against the pile`, () => {
    test("boots, charges by card and from afar, tells its model, and says nothing that breaks a schema", { timeout: 120000 }, async () => {
      const piles = new Platform();
      const server = new RPCServer({ protocols: [protocol], strictMode: protocol === "ocpp2.0.1" });
      const failures: Error[] = [], seen: Record<string, any[]> = {};
      let client: any;
      const told = (action: string) => seen[action] ?? [];
      const empty = ["StatusNotification", "NotifyReport", "NotifyMonitoringReport", "NotifyEvent", "MeterValues", "SecurityEventNotification",
        "ReportChargingProfiles", "ReservationStatusUpdate", "NotifyDisplayMessages", "NotifyCustomerInformation", "TransactionEvent"];
      server.on("client", (connected: any) => {
        client = connected;
        client.on("strictValidationFailure", (event: any) => failures.push(event.error));
        const take = (action: string, answer: () => object) => client.handle(action, ({ params }: any) => {
          (seen[action] ??= []).push(params);
          return answer();
        });
        take("BootNotification", () => ({ status: "Accepted", interval: 300, currentTime: now() }));
        take("Heartbeat", () => ({ currentTime: now() }));
        take("Authorize", () => ({ idTokenInfo: { status: "Accepted" } }));
        take("DataTransfer", () => ({ status: "UnknownVendorId" }));
        for (const action of empty) take(action, () => ({}));
      });
      piles.port = await freePort();
      piles.pilePort = await freePort();
      await server.listen(piles.port, "127.0.0.1");
      const events = (type: string) => told("TransactionEvent").filter((event) => event.eventType === type);
      const named = (name: string) => ({ component: { name }, variable: { name: "X" } });
      const sim = (command: object) => piles.sim("P-1", command);
      try {
        /* the pile would rather speak 2.1, and takes what the platform has */
        piles.start("piles", "pile/leyden-pile", ["--server", piles.ws, "--ocpp", "2.1,2.0.1,1.6", "--name", "P-1", "--speed", "20",
          "--data", `${piles.dir}/piles`, "--http", `127.0.0.1:${piles.pilePort}`]);
        await until("boot and states", async () => client && told("BootNotification").length && told("StatusNotification").length, 30000);
        assert.equal(client.protocol, protocol);
        await sim({ do: "plug" });
        const start = await client.call("RequestStartTransaction", { idToken: { idToken: "REMOTE1", type: "Central" }, remoteStartId: 12, evseId: 1 });
        assert.equal(start.status, "Accepted");
        const started: any = await until("the transaction", async () => events("Started")[0], 30000);
        assert.equal(started.transactionInfo.remoteStartId, 12);
        assert.equal(started.idToken.idToken, "REMOTE1");
        const transactionId = started.transactionInfo.transactionId;
        const set = await client.call("SetVariables", { setVariableData: [
          { attributeValue: "1", component: { name: "SampledDataCtrlr" }, variable: { name: "TxUpdatedInterval" } }] });
        assert.equal(set.setVariableResult[0].attributeStatus, "Accepted");
        await until("readings", async () => events("Updated").filter((event) => event.meterValue).length >= 2, 30000);
        assert.equal((await client.call("GetTransactionStatus", { transactionId })).ongoingIndicator, true);
        await client.call("CostUpdated", { totalCost: 1.5, transactionId });
        assert.equal((await client.call("RequestStopTransaction", { transactionId })).status, "Accepted");
        const ended: any = await until("the end", async () => events("Ended")[0], 30000);
        assert.equal(ended.transactionInfo.stoppedReason, "Remote");
        const numbers = told("TransactionEvent").map((event) => event.seqNo);
        assert.deepEqual(numbers, numbers.map((_, index) => index), "numbered without a gap");
        await sim({ do: "unplug" });

        await sim({ do: "plug" });
        await sim({ do: "tap", tag: "CARD1" });
        await until("a charge by card", async () => events("Started").length === 2, 30000);
        await sim({ do: "tap", tag: "CARD1" });
        await until("its end", async () => events("Ended").length === 2, 30000);
        assert.equal(events("Ended")[1].triggerReason, "StopAuthorized");
        await sim({ do: "unplug" });
        await until("the outlet to be free", async () => told("StatusNotification").at(-1)?.connectorStatus === "Available", 30000);

        assert.equal((await client.call("GetBaseReport", { requestId: 1, reportBase: "FullInventory" })).status, "Accepted");
        await until("the whole report", async () => told("NotifyReport").some((part) => !part.tbc), 30000);
        const rows = told("NotifyReport").flatMap((part) => part.reportData);
        for (const name of ["OCPPCommCtrlr", "TxCtrlr", "SampledDataCtrlr", "AuthCtrlr", "EVSE", "Connector", "DeviceDataCtrlr", "ClockCtrlr"])
          assert.ok(rows.some((row) => row.component.name === name), name);
        const got = await client.call("GetVariables", { getVariableData: [named("TxCtrlr"), named("Nothing")] });
        assert.deepEqual(got.getVariableResult.map((one: any) => one.attributeStatus), ["UnknownVariable", "UnknownComponent"]);
        const monitor = await client.call("SetVariableMonitoring", { setMonitoringData: [{ value: 60, type: "Periodic", severity: 8,
          component: { name: "EVSE", evse: { id: 1 } }, variable: { name: "Power" } }] });
        assert.equal(monitor.setMonitoringResult[0].status, "Accepted");
        assert.equal((await client.call("GetMonitoringReport", { requestId: 2 })).status, "Accepted");
        await until("the monitors", async () => told("NotifyMonitoringReport").length, 30000);
        assert.equal((await client.call("SetChargingProfile", { evseId: 1, chargingProfile: { id: 1, stackLevel: 0,
          chargingProfilePurpose: "TxDefaultProfile", chargingProfileKind: "Relative", chargingSchedule: [
            { id: 1, chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] }] } })).status, "Accepted");
        assert.equal((await client.call("GetCompositeSchedule", { duration: 60, evseId: 1 })).schedule.chargingSchedulePeriod[0].limit, 10);
        assert.equal((await client.call("GetChargingProfiles", { requestId: 3, chargingProfile: {} })).status, "Accepted");
        await until("the profiles", async () => told("ReportChargingProfiles").length, 30000);
        assert.ok((await client.call("GetLocalListVersion", {})).versionNumber >= 0);
        assert.equal((await client.call("ReserveNow", { id: 4, expiryDateTime: new Date(Date.now() + 600000).toISOString(),
          idToken: { idToken: "X", type: "ISO14443" }, evseId: 1 })).status, "Accepted");
        assert.equal((await client.call("CancelReservation", { reservationId: 4 })).status, "Accepted");
        await sim({ do: "fault", fault: "emergency" });
        await until("an event", async () => told("NotifyEvent").some((event) => event.eventData[0].actualValue === "true"), 30000);
        await sim({ do: "fault", fault: "emergency", on: false });
        assert.equal((await client.call("UnlockConnector", { evseId: 1, connectorId: 1 })).status, "Unlocked");
        assert.equal((await client.call("Reset", { type: "OnIdle" })).status, "Accepted");
        await until("a second boot", async () => told("BootNotification").length >= 2, 40000);
        assert.equal(told("BootNotification")[1].reason, "RemoteReset");
        assert.deepEqual(failures, []);
      } finally {
        await piles.stop();
        await server.close({ force: true });
      }
    });
  });
