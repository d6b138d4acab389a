// smart.test.ts - a site's limit at the real platform with real piles: the cars share it, one leaves and the others rise, a pile
// without network keeps its share, and what the meters say never exceeds the limit once the cars had their time.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { join } from "node:path";
import { signIn, Operator } from "../../bench/operator";
import { json, Platform, sleep, until } from "../support/daemons";

const LIMIT_MA = 63000;
const FOLLOW_MS = 12000; // signal and car: five seconds each, and a look of the server
const platform = new Platform();
let operator: Operator;
let site = "";
const ids: Record<string, string> = {};

const act = (code: string, command: object) => platform.sim(code, command);
const outlet = async (code: string) => (await platform.screen(code)).outlets[0];
const load = () => json(operator.get(`/v1/sites/${site}/power`));
const shares = async () => Object.fromEntries((await load()).outlets.map((one: any) => [one.pile_code, one.told_ma]));

/* What all cars draw from the first phase, by the piles' meters. */
async function drawn(): Promise<number> {
  const states = await Promise.all(["S-1", "S-2", "S-3"].map(outlet));
  return states.reduce((sum, one) => sum + one.current_ma, 0);
}
/* The cars have their time to follow; from then on the meters are read for so long, and none of the sums may exceed the limit. A meter
 * may be a hundredth wrong. */
async function kept(ms: number, limit: number): Promise<void> {
  await until("the cars to follow", async () => await drawn() <= limit * 1.01, FOLLOW_MS);
  for (const end = Date.now() + ms; Date.now() < end; await sleep(100)) {
    const sum = await drawn();
    assert.ok(sum <= limit * 1.01, `${sum} mA of ${limit}`);
  }
}
async function begin(code: string, card: string): Promise<void> {
  // the server sees the connection before the pile has its answer to the boot; until then a card it does not know is refused
  await until(`${code} to be let in`, async () => (await platform.screen(code)).online);
  await act(code, { do: "plug", outlet: 1 });
  await act(code, { do: "tap", outlet: 1, tag: card });
  const seen = new Set<string>();
  await until(`energy at ${code}`, async () => {
    const now = await outlet(code);
    seen.add(`${now.state} ${now.notice}`);
    return now.state === "charging";
  }).catch((error: Error) => {
    throw new Error(`${error.message}, but: ${[...seen].join(", ")}`);
  });
}
const all = (what: string, ma: Record<string, number>, ms = 60000) => until(what, async () => {
  const now = await shares();
  return Object.entries(ma).every(([code, wanted]) => Math.abs(now[code] - wanted) <= 200);
}, ms);

before(async () => {
  await platform.startServer("--demo", "--unknown-piles", "accept");
  await platform.startPiles("S-{1..3}", "--amps", "32");
  operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
  const tariff = (await json(operator.get("/v1/tariffs"))).items[0];
  site = (await json(operator.post("/v1/sites", { name: "Lakeside", zone: "Asia/Shanghai", currency: tariff.currency, tariff_series_id: tariff.series_id }))).id;
  for (const code of ["S-1", "S-2", "S-3"]) {
    ids[code] = await until(`${code} to come`, async () => {
      const found = (await json(operator.get(`/v1/piles?q=${code}`))).items[0];
      return found?.online && (found.id as string);
    });
    await json(operator.change("PATCH", `/v1/piles/${ids[code]}`, { site_id: site }));
  }
});
after(() => platform.stop());

test("three cars share 63 A, and the meters say so", { timeout: 120000 }, async () => {
  const bad = await operator.change("PUT", `/v1/sites/${site}/power`, { limit_ma: [63000, 63000, 63000], offline_ma: 3000 });
  assert.equal(bad.status, 422, "neither a pause nor a charge");
  await json(operator.change("PUT", `/v1/sites/${site}/power`, { limit_ma: [LIMIT_MA, LIMIT_MA, LIMIT_MA], offline_ma: 6000 }));
  await until("the offline shares", async () => (await load()).outlets.every((one: any) => one.default_ma === 6000));
  await begin("S-1", "LAKE0002");
  await all("the first to have its most", { "S-1": 32000 });
  await begin("S-2", "LAKE0003");
  await begin("S-3", "LAKE0004");
  await all("equal shares", { "S-1": 21000, "S-2": 21000, "S-3": 21000 });
  await until("them to use it", async () => await drawn() > LIMIT_MA * 0.9, FOLLOW_MS);
  await kept(2500, LIMIT_MA);
});

test("by hand nothing may be sent that takes from the others", async () => {
  const profile = (limit: number) => ({ connectorId: 1, csChargingProfiles: { chargingProfileId: 9, stackLevel: 5, chargingProfilePurpose: "TxDefaultProfile",
    chargingProfileKind: "Relative", chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit }] } } });
  const refused = await operator.change("POST", `/v1/piles/${ids["S-1"]}/ocpp/SetChargingProfile`, profile(16));
  assert.equal(refused.status, 409);
  assert.match((await refused.json()).type, /site_limit$/);
  assert.equal((await operator.change("PATCH", `/v1/piles/${ids["S-1"]}/power`, { cap_ma: 64000 })).status, 409);
  // what the pile itself says it will allow is what it was told
  const answer = (await json(operator.post(`/v1/piles/${ids["S-1"]}/ocpp/GetCompositeSchedule`, { connectorId: 1, duration: 600 }))).answer;
  assert.equal(answer.status, "Accepted");
  assert.equal(answer.chargingSchedule.chargingSchedulePeriod[0].limit, 21);
});

test("a pile without network keeps its share; one leaves, another rises by what is free", { timeout: 120000 }, async () => {
  await act("S-3", { do: "offline", on: true });
  await until("it to be away", async () => !(await load()).outlets.find((one: any) => one.pile_code === "S-3").online);
  await act("S-2", { do: "tap", outlet: 1, tag: "LAKE0003" });
  await until("the second to end", async () => (await outlet("S-2")).state === "finishing");
  await act("S-2", { do: "unplug", outlet: 1 });
  // 63 - 21 held - 6 for the next start: the first one has its most
  await all("the first to rise", { "S-1": 32000 });
  await kept(2500, LIMIT_MA);
  assert.ok((await outlet("S-3")).current_ma <= 21200);
  const now = await load();
  assert.equal(now.outlets.find((one: any) => one.pile_code === "S-3").state, "held");
  // a lower limit reaches who can be told, and who cannot once it is back
  await json(operator.change("PUT", `/v1/sites/${site}/power`, { limit_ma: [40000, 40000, 40000], offline_ma: 6000, revision: now.revision }));
  await all("the first to sink", { "S-1": 13000 });
  await kept(1500, 40000);
  await act("S-3", { do: "offline", on: false });
  await all("both alike", { "S-1": 17000, "S-3": 17000 });
  await kept(2500, 40000);
});

test("without a limit the piles give what they can", { timeout: 60000 }, async () => {
  assert.equal((await operator.change("DELETE", `/v1/sites/${site}/power`, {})).status, 202);
  await until("the first to have all", async () => (await outlet("S-1")).current_ma > 30000, 30000);
  await until("the limit to be forgotten", async () => !(await load()).limited && !(await load()).ending);
  assert.equal((await platform.verify()).code, 0);
});
