// simulator.test.ts - em-ocpp-chargepoint-simulator, a scriptable station of others, charges at the real platform, and the operator
// commands it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { signIn } from "../../../bench/operator";
import { Platform, until } from "../../support/daemons";

const script = (ws: string) => `
  const cp = await connect("${ws}/EM-1");
  cp.answerGetConfiguration((request) => cp.sendResponse(request.uniqueId, { configurationKey: [], unknownKey: ["EM"] }));
  cp.answerReset((request) => cp.sendResponse(request.uniqueId, { status: "Accepted" }));
  await cp.sendBootnotification({ chargePointVendor: "EM", chargePointModel: "1" });
  await cp.sendHeartbeat();
  await cp.sendStatusNotification({ connectorId: 1, errorCode: "NoError", status: "Preparing" });
  await cp.sendAuthorize({ idTag: "LAKE0002" });
  const now = () => new Date().toISOString();
  const started = await cp.startTransaction({ connectorId: 1, idTag: "LAKE0002", meterStart: 1377, timestamp: now() });
  await cp.sendStatusNotification({ connectorId: 1, errorCode: "NoError", status: "Charging" });
  await cp.meterValues({ connectorId: 1, transactionId: started.transactionId, meterValue: [{ timestamp: now(), sampledValue: [{ value: "1400" }] }] });
  await cp.stopTransaction({ transactionId: started.transactionId, meterStop: 2377, timestamp: now() });
  await cp.sendStatusNotification({ connectorId: 1, errorCode: "NoError", status: "Available" });
`;

test("a scripted charge, and what the operator asks", { timeout: 120000 }, async () => {
  const platform = new Platform();
  await platform.startServer("--demo", "--unknown-piles", "accept");
  const operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
  writeFileSync(join(platform.dir, "script.js"), script(platform.ws));
  const kit = spawn(process.execPath, [join(process.cwd(), "build/kits/node_modules/em-ocpp-chargepoint-simulator/build/src/main.js"), "script.js"],
    { cwd: platform.dir, stdio: "ignore" });
  try {
    const pile: any = await until("it to come", async () => ((await (await operator.get("/v1/piles?q=EM-1")).json()) as any).items[0], 30000);
    await until("its order", async () =>
      ((await (await operator.get(`/v1/orders?pile=${pile.id}`)).json()) as any).items[0]?.energy_wh === "1000.0", 30000);
    const told = (await (await operator.post(`/v1/piles/${pile.id}/ocpp/GetConfiguration`, {})).json()) as any;
    assert.deepEqual(told.answer, { configurationKey: [], unknownKey: ["EM"] });
    assert.equal(((await (await operator.post(`/v1/piles/${pile.id}/ocpp/Reset`, { type: "Soft" })).json()) as any).answer.status, "Accepted");
  } finally {
    kit.kill();
    await platform.stop();
  }
});
