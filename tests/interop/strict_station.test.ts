// strict_station.test.ts - every message a station of each version may say, in every valid form (the least, all fields, the longest,
// every word), said by a library nobody here wrote, in strict mode, to the real platform: each is taken, and every answer and every
// call of the platform keeps the library's schemas.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { RPCClient } from "ocpp-rpc";
import { signIn, Operator } from "../../bench/operator";
import { Platform } from "../support/daemons";
import { fromStation, requests, samples, strict, type Protocol } from "./samples";

const platform = new Platform();
let operator: Operator;
before(async () => {
  await platform.startServer("--demo", "--unknown-piles", "accept");
  operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
});
after(async () => assert.deepEqual(await platform.stop(), { leyden: 0 }, "the server ends cleanly"));

const boots: Record<Protocol, object> = {
  "ocpp1.6": { chargePointVendor: "Strict", chargePointModel: "All" },
  "ocpp2.0.1": { reason: "PowerUp", chargingStation: { vendorName: "Strict", model: "All" } },
  "ocpp2.1": { reason: "PowerUp", chargingStation: { vendorName: "Strict", model: "All" } },
};

for (const protocol of ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"] as const)
  describe(`all a strict ${protocol} station may say`, () => {
    const known = requests(protocol), failures: string[] = [];
    let station: any, said = 0;

    before(async () => {
      station = new RPCClient({ endpoint: platform.ws, identity: `ALL-${protocol}`, ...strict(protocol), reconnect: false } as any);
      station.on("strictValidationFailure", (event: any) => failures.push(`${event.method}: ${event.error.message}`));
      await station.connect();
      assert.equal((await station.call("BootNotification", boots[protocol])).status, "Accepted");
    });
    after(async () => {
      await station.close({ force: true });
      assert.deepEqual(failures, [], "nothing the platform said broke a schema");
    });

    for (const action of fromStation(protocol)) {
      if (action === "NotifyPeriodicEventStream") continue; // nobody answers it: ocpp21_streams.flow
      test(action, async () => {
        const refused: string[] = [];
        for (const { what, payload } of samples(known.get(action)!)) {
          await station.call(action, payload).catch((error: any) => refused.push(`${what}: ${error.rpcErrorCode} ${error.message}`));
          said++;
        }
        assert.deepEqual(refused, []);
      });
    }
    test("and after all of it the platform still answers, and its books are right", async () => {
      assert.ok(said > 100, `${said} messages`);
      assert.ok((await station.call("Heartbeat", {})).currentTime);
      assert.equal(((await (await operator.get("/v1/ledger/check")).json()) as any).ok, true);
    });
  });
