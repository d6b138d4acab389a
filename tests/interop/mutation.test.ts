// mutation.test.ts - every message of OCPP 1.6 that a station may send, with every single field spoilt once: missing, of the wrong
// type, too long, no allowed word, no time, unknown. What is right is read from the schemas of a strict client, not from our own
// tables. Each must get its own error code, the server must live on, and a charge that runs meanwhile must not change.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { RPCClient } from "ocpp-rpc";
import { signIn, Operator } from "../../bench/operator";
import { Platform } from "../support/daemons";
import { fromStation as station, requests, resolve, sample, type Schema } from "./schemas";

type Mutation = { what: string; payload: any; code: string };

function set(value: any, path: (string | number)[], change: (holder: any, key: string | number) => void): any {
  const copy = structuredClone(value);
  let holder = copy;
  for (const step of path.slice(0, -1)) holder = holder[step];
  change(holder, path[path.length - 1]!);
  return copy;
}

function mutations(action: string, whole: Schema): Mutation[] {
  const good = sample(whole), all: Mutation[] = [];
  const put = (path: (string | number)[], value: any, code: string, what: string) =>
    all.push({ what: `${path.join(".")} ${what}`, code, payload: set(good, path, (holder, key) => { holder[key] = value; }) });
  const walk = (named: Schema, path: (string | number)[], required: boolean) => {
    const schema = resolve(named, whole);
    if (path.length) {
      if (required)
        all.push({ what: `${path.join(".")} missing`, code: "OccurenceConstraintViolation",
          payload: set(good, path, (holder, key) => { delete holder[key]; }) });
      put(path, schema.type === "string" ? 5 : "5", "TypeConstraintViolation", "of the wrong type");
      put(path, null, "TypeConstraintViolation", "null");
      if (schema.enum) put(path, "NoSuchWord", "PropertyConstraintViolation", "no allowed word");
      else if (schema.format === "date-time") put(path, "yesterday", "PropertyConstraintViolation", "no time");
      else if (schema.maxLength) put(path, "A".repeat(schema.maxLength + 1), "PropertyConstraintViolation", "too long");
      if (schema.type === "integer") put(path, 1.5, "TypeConstraintViolation", "no integer");
    }
    if (schema.type === "object") {
      put([...path, "noSuchField"], 1, "FormationViolation", "unknown");
      for (const [name, one] of Object.entries(schema.properties ?? {})) walk(one, [...path, name], (schema.required ?? []).includes(name));
    }
    if (schema.type === "array") walk(schema.items!, [...path, 0], false);
  };
  walk(whole, [], false);
  /* an empty list where an element was taken out is legal, so elements are never "missing" */
  return all.filter((one) => !/^\d+ missing/.test(one.what));
}

describe("every spoilt message", () => {
  const platform = new Platform();
  let operator: Operator, client: any, transactionId: number, orderId: string, sent = 0;
  const code = (action: string, payload: object) => client.call(action, payload).then(() => "accepted", (error: any) => error.rpcErrorCode);
  const order = async () => {
    const one = ((await (await operator.get(`/v1/orders/${orderId}`)).json()) as any).order;
    assert.equal(one.state, "charging");
    return JSON.stringify(one);
  };

  before(async () => {
    await platform.startServer("--demo", "--unknown-piles", "accept");
    await platform.server.stop();
    execFileSync(join(process.env.LEYDEN_BIN ?? "build/release/src", "bench/leyden-bench"),
      ["fill", "--db", join(platform.dir, "data/leyden.db"), "--cards", "5", "--prefix", "CARD"]);
    await platform.restart();
    operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
    client = new RPCClient({ endpoint: platform.ws, identity: "MUTANT-1", protocols: ["ocpp1.6"], strictMode: false, reconnect: false });
    await client.connect();
    await client.call("BootNotification", { chargePointVendor: "M", chargePointModel: "M" });
    const start: any = await client.call("StartTransaction", { connectorId: 1, idTag: "CARD00001", meterStart: 0, timestamp: new Date().toISOString() });
    transactionId = start.transactionId;
    const list = (await (await operator.get("/v1/orders?state=charging")).json()) as any;
    orderId = list.items[0].id;
  });
  after(async () => {
    await client.close({ force: true });
    assert.deepEqual(await platform.stop(), { leyden: 0 }, "the server ends cleanly");
  });

  test("the schemas name every message of the standard", () => {
    assert.equal(requests.size, 39);
    for (const action of station) assert.ok(requests.has(action), action);
  });
  for (const action of station)
    test(action, async () => {
      const first = await order();
      for (const one of mutations(action, requests.get(action)!)) {
        assert.equal(await code(action, one.payload), one.code, `${action}: ${one.what}: ${JSON.stringify(one.payload)}`);
        sent++;
      }
      assert.equal(await order(), first, "the running charge is as it was");
    });
  test("messages that only we may send are not for a station", async () => {
    for (const [action, schema] of requests)
      if (!station.includes(action)) assert.equal(await code(action, sample(schema)), "NotSupported", action);
  });
  test("after all of it the charge ends as if nothing had been", async () => {
    assert.ok(sent > 200, `${sent} mutations`);
    await client.call("StopTransaction", { transactionId, meterStop: 1000, timestamp: new Date().toISOString(), reason: "EVDisconnected" });
    const one = ((await (await operator.get(`/v1/orders/${orderId}`)).json()) as any).order;
    assert.equal(one.energy_wh, "1000.0");
    assert.equal(((await (await operator.get("/v1/ledger/check")).json()) as any).ok, true);
  });
});
