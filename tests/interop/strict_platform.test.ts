// strict_platform.test.ts - every message a platform of each version may send, in every valid form (the least, all fields, the
// longest, every word), sent to the real pile by a library nobody here wrote, in strict mode. The pile does it or says why not; it
// never takes a valid message for a broken one, and nothing it says breaks a schema.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { RPCServer } from "ocpp-rpc";
import { freePort, Platform, until } from "../support/daemons";
import { fromStation, requests, samples, strict, toStation, type Protocol } from "./samples";

const now = () => new Date().toISOString();
const info = { status: "Accepted" };
/* The answers of a kind platform; everything else is answered with nothing. */
const kind: Record<string, () => object> = {
  BootNotification: () => ({ ...info, interval: 300, currentTime: now() }), Heartbeat: () => ({ currentTime: now() }),
  DataTransfer: () => info, SignCertificate: () => info, GetCertificateStatus: () => ({ status: "Failed" }),
  Get15118EVCertificate: () => ({ status: "Failed", exiResponse: "" }), NotifyEVChargingNeeds: () => info, NotifyEVChargingSchedule: () => info,
  OpenPeriodicEventStream: () => info, GetCertificateChainStatus: () => ({ certificateStatus: [] }), PullDynamicScheduleUpdate: () => info,
  VatNumberValidation: () => ({ ...info, vatNumber: "A" }), BatterySwap: () => ({}),
};
const cards: Record<string, () => object> = {
  Authorize: () => ({ idTagInfo: info }), StartTransaction: () => ({ idTagInfo: info, transactionId: 7 }), StopTransaction: () => ({}),
};

for (const protocol of ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"] as Protocol[])
  describe(`all a strict ${protocol} platform may send`, { timeout: 300000 }, () => {
    const piles = new Platform(), known = requests(protocol), failures: string[] = [];
    const server = new RPCServer(strict(protocol) as any);
    let client: any, boots = 0, sent = 0;
    const call = (action: string, payload: object) => client.call(action, payload, { callTimeoutMs: 10000 });

    before(async () => {
      server.on("client", (connected: any) => {
        client = connected;
        boots = 0; // of this connection
        client.on("strictValidationFailure", (event: any) => failures.push(`${event.method}: ${event.error.message}`));
        for (const action of fromStation(protocol)) {
          const answer = kind[action] ?? (protocol === "ocpp1.6" ? cards[action] : action === "Authorize" ? () => ({ idTokenInfo: info }) : undefined);
          client.handle(action, () => {
            if (action === "BootNotification") boots++;
            return answer ? answer() : {};
          });
        }
      });
      piles.port = await freePort();
      await server.listen(piles.port, "127.0.0.1");
      piles.start("piles", "pile/leyden-pile", ["--server", piles.ws, "--ocpp", protocol.slice(4), "--name", "P-1", "--data", `${piles.dir}/piles`]);
      await until("boot", async () => boots > 0, 30000);
    });
    after(async () => {
      await piles.stop();
      await server.close({ force: true });
    });

    /* An answer, or "not here": of 2.x a pile need not have every block. */
    const take = async (action: string, what: string, payload: object): Promise<string | undefined> => {
      sent++;
      try {
        await call(action, payload);
      } catch (error: any) {
        if (error.rpcErrorCode !== "NotSupported" || protocol === "ocpp1.6") return `${what}: ${error.rpcErrorCode ?? ""} ${error.message}`;
      }
    };
    for (const action of toStation(protocol).filter((one) => one !== "Reset"))
      test(action, async () => {
        const refused: string[] = [];
        for (const { what, payload } of samples(known.get(action)!)) {
          const why = await take(action, what, payload);
          if (why) refused.push(why);
        }
        assert.deepEqual(refused, []);
      });
    test("Reset comes last, and the pile comes back", async () => {
      for (const { what, payload } of samples(known.get("Reset")!)) {
        const old = client;
        sent++;
        const answer = await call("Reset", payload);
        if (answer.status === "Accepted") await until(`a boot after ${what}`, async () => client !== old && boots > 0, 30000);
      }
      assert.ok(sent > 60, `${sent} messages`);
      assert.deepEqual(failures, [], "nothing the pile said broke a schema");
    });
  });
