// pile_care.test.ts - the real pile at the real platform, beside charging: its list of cards, reservations, and how it proves
// itself, from no password to a certificate of its own, all over the protocol.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { signIn, Operator } from "../../bench/operator";
import { json, Platform, sleep, until } from "../support/daemons";

const AWAY_MS = 2500; // a reader takes the next card once the last one was away for two seconds
const pileId = (operator: Operator, code: string) => until(`${code} to come`, async () => {
  const found = (await json(operator.get(`/v1/piles?q=${code}`))).items[0];
  return found?.online && (found.id as string);
});
const simulator = (platform: Platform, code: string) => ({
  do: (command: object) => platform.sim(code, command),
  state: () => platform.screen(code),
});

test("the list of cards is kept in step, and a place is kept for its card", { timeout: 120000 }, async () => {
  const platform = new Platform();
  await platform.startServer("--demo", "--unknown-piles", "accept");
  await platform.startPiles("C-1", "--outlets", "2");
  const operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
  const id = await pileId(operator, "C-1");
  const sim = simulator(platform, "C-1");
  const put = await operator.change("PUT", `/v1/piles/${id}/local-list`, { wanted: true });
  assert.equal(put.status, 200, await put.clone().text());
  const list = await until("the list", async () => {
    const row = await json(operator.get(`/v1/piles/${id}/local-list`));
    return row.state === "current" && row;
  }, 60000);
  assert.ok(list.cards === 5, JSON.stringify(list));
  const version = (await json(operator.post(`/v1/piles/${id}/ocpp/GetLocalListVersion`, {}))).answer;
  assert.equal(version.listVersion, list.version);
  // without network a card of the list charges at once, another does not
  await sim.do({ do: "offline", on: true });
  await sim.do({ do: "plug", outlet: 2 });
  await sim.do({ do: "tap", outlet: 2, tag: "NOBODY" });
  await until("the refusal", async () => (await sim.state()).outlets[1].notice === "offline-card");
  await sleep(AWAY_MS);
  await sim.do({ do: "tap", outlet: 2, tag: "LAKE0002" });
  await until("energy", async () => (await sim.state()).outlets[1].state === "charging");
  await sim.do({ do: "offline", on: false });
  await until("the order", async () => (await json(operator.get(`/v1/orders?pile=${id}`))).items.length === 1, 30000);
  // a place for a card
  const held = await json(operator.post(`/v1/piles/${id}/reservations`, { connector: 1, id_tag: "LAKE0003", minutes: 20 }));
  await until("the place to be kept", async () => (await sim.state()).outlets[0].reserved?.card === "0003");
  assert.equal((await sim.state()).outlets[0].state, "reserved");
  await sim.do({ do: "plug", outlet: 1 });
  await sim.do({ do: "tap", outlet: 1, tag: "LAKE0004" });
  await until("the refusal", async () => (await sim.state()).outlets[0].notice === "reserved");
  await sleep(AWAY_MS);
  await sim.do({ do: "tap", outlet: 1, tag: "LAKE0003" });
  await until("energy", async () => (await sim.state()).outlets[0].state === "charging");
  await until("the reservation to be used", async () =>
    (await json(operator.get("/v1/reservations"))).items.find((one: any) => one.id === held.id)?.state === "used");
  assert.deepEqual(await platform.stop(), { leyden: 0, piles: 0 });
});

test("from no password to a certificate of its own, and no way down", { timeout: 180000 }, async () => {
  const platform = new Platform();
  const data = join(platform.dir, "data");
  for (const args of [["init", "--name", "Leyden"], ["server", "127.0.0.1"]])
    assert.equal((await platform.command("ca", ...args, "--data", data)).code, 0);
  await platform.startServer("--demo", "--unknown-piles", "accept", "--plain-too", "yes",
    "--tls-cert", join(data, "ca/server.pem"), "--tls-key", join(data, "ca/server.key"));
  const login = readFileSync(join(data, "demo-login"), "utf8");
  const word = (name: string) => new RegExp(`${name}:?\\s+(\\S+)`, "i").exec(login)![1]!;
  let cookie = "", csrf = "";
  const call = (method: string, path: string, body?: object) => new Promise<any>((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: platform.port, path, method, ca: readFileSync(join(data, "ca/root.pem")),
      headers: { Cookie: cookie, "X-CSRF": csrf, "Content-Type": "application/json", "Idempotency-Key": String(Math.random()) } }, (answer) => {
      let text = "";
      answer.on("data", (bytes) => (text += bytes));
      answer.on("end", () => {
        if ((answer.statusCode ?? 500) >= 300) reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
        else resolve({ ...JSON.parse(text || "{}"), cookie: answer.headers["set-cookie"]?.[0] });
      });
    });
    asked.on("error", reject);
    asked.end(body ? JSON.stringify(body) : undefined);
  });
  const signed = await call("POST", "/v1/login", { login: word("login"), password: word("password") });
  cookie = signed.cookie.split(";")[0];
  csrf = signed.csrf;
  const piles = ["P-1", "--ca", join(data, "ca/root.pem")] as const;
  const daemon = await platform.startPiles(...piles);
  const id = await until("the pile", async () => (await call("GET", "/v1/piles?q=P-1")).items.find((one: any) => one.online)?.id);
  const profile = (wanted: number) => until(`profile ${wanted}`, async () => {
    const security = await call("GET", `/v1/piles/${id}/security`);
    assert.notEqual(security.step, "fallback");
    return security.profile === wanted && security.step === "done" && security;
  }, 60000);
  const raw = async (action: string, body: object) => (await call("POST", `/v1/piles/${id}/ocpp/${action}`, body)).answer;

  await call("POST", `/v1/piles/${id}/security/upgrade`, { profile: 1 });
  assert.equal((await profile(1)).transport, "");
  assert.equal((await raw("ChangeConfiguration", { key: "SecurityProfile", value: "3" })).status, "Rejected", "no certificate yet");
  await call("POST", `/v1/piles/${id}/security/upgrade`, { profile: 2 });
  assert.match((await profile(2)).transport, /^TLSv1\.[23] /);
  await call("POST", `/v1/piles/${id}/security/renew`);
  await until("the certificate", async () => (await call("GET", `/v1/certificates?pile=${id}`)).items
    .some((one: any) => one.common_name === "P-1" && ["delivered", "accepted", "installed", "active"].includes(one.state)), 30000);
  await call("POST", `/v1/piles/${id}/security/upgrade`, { profile: 3 });
  const third = await profile(3);
  assert.notEqual(third.serial, "");
  assert.equal((await raw("ChangeConfiguration", { key: "SecurityProfile", value: "1" })).status, "Rejected", "no way down");

  // a successor takes over; its own key, another serial
  await call("POST", `/v1/piles/${id}/security/renew`);
  await until("the successor", async () => {
    const security = await call("GET", `/v1/piles/${id}/security`);
    return security.profile === 3 && security.serial !== third.serial;
  }, 60000);

  // a restart changes nothing
  assert.equal(await daemon.stop(), 0);
  await until("it to be gone", async () => !(await call("GET", "/v1/piles?q=P-1")).items[0].online);
  await platform.startPiles(...piles);
  await until("it to be back", async () => (await call("GET", "/v1/piles?q=P-1")).items[0].online, 30000);
  assert.equal((await call("GET", `/v1/piles/${id}/security`)).profile, 3);

  // authorities over the protocol, and the log of all that
  const root = readFileSync(join(data, "ca/root.pem"), "utf8");
  assert.equal((await raw("InstallCertificate", { certificateType: "CentralSystemRootCertificate", certificate: root })).status, "Accepted");
  const ids = await raw("GetInstalledCertificateIds", { certificateType: "CentralSystemRootCertificate" });
  assert.equal(ids.certificateHashData.length, 1);
  assert.equal((await raw("DeleteCertificate", { certificateHashData: ids.certificateHashData[0] })).status, "Failed", "the last one is needed");
  const told = (await call("GET", `/v1/piles/${id}/frames?limit=200`)).items.map((one: any) => JSON.stringify(one)).join("\n");
  assert.match(told, /SecurityEventNotification/);
  assert.doesNotMatch(told, /BEGIN (EC |RSA )?PRIVATE KEY/);
  await platform.stop();
});

test("a signed update by campaign, its way back, and logs pulled into the vault", { timeout: 180000 }, async () => {
  const platform = new Platform();
  await platform.startServer("--demo", "--unknown-piles", "accept");
  await platform.startPiles("F-1");
  const operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
  const id = await pileId(operator, "F-1");
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: platform.dir, stdio: ["ignore", "pipe", "ignore"] });
  const maker = (name: string) => {
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", `/CN=${name} Root`,
      "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", `${name}-root.key`, "-out", `${name}-root.pem`);
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", `/CN=${name} Signer`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
    writeFileSync(join(platform.dir, "leaf.cnf"), "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n");
    openssl("x509", "-req", "-in", `${name}.csr`, "-CA", `${name}-root.pem`, "-CAkey", `${name}-root.key`, "-CAcreateserial", "-days", "20",
      "-extfile", "leaf.cnf", "-out", `${name}.pem`);
    return (bytes: string) => {
      writeFileSync(join(platform.dir, "image"), bytes);
      return { certificate: readFileSync(join(platform.dir, `${name}.pem`), "utf8"),
        signature: openssl("dgst", "-sha256", "-sign", `${name}.key`, "image").toString("base64") };
    };
  };
  const good = maker("maker"), foreign = maker("foreign");
  const root = readFileSync(join(platform.dir, "maker-root.pem"), "utf8");
  const installed = await json(operator.post(`/v1/piles/${id}/ocpp/InstallCertificate`, { certificateType: "ManufacturerRootCertificate", certificate: root }));
  assert.equal(installed.answer.status, "Accepted");

  const campaign = async (version: string, bytes: string, signed: object): Promise<any> => {
    const file = await json(operator.post("/v1/firmware", { name: `Test ${version}`, version, ...signed }));
    const put = await fetch(platform.url + new URL(file.upload).pathname, { method: "PUT", body: bytes });
    assert.equal(put.status, 201, await put.text());
    return json(operator.post("/v1/campaigns", { name: version, firmware_id: file.id, piles: [id], waves: [100], fail_pct: 100 }));
  };
  const outcome = (started: any, states: string[]) => until(`${states} of ${started.name}`, async () => {
    const list = await json(operator.get(`/v1/campaigns/${started.id}/piles`));
    return states.includes(list.items[0]?.state) && list.items[0];
  }, 60000);
  const version = async () => (await json(operator.get(`/v1/piles/${id}`))).firmware;

  const image = `LEYDEN-FIRMWARE 2.0.0\n${"x".repeat(300000)}`;
  await outcome(await campaign("2.0.0", image, good(image)), ["installed"]);
  assert.equal(await version(), "2.0.0");
  // one that does not come up: the old one goes on
  const broken = "LEYDEN-FIRMWARE 3.0.0 broken\n";
  await outcome(await campaign("3.0.0", broken, good(broken)), ["failed"]);
  await pileId(operator, "F-1");
  assert.equal(await version(), "2.0.0");
  // a signature of other bytes, and a maker nobody knows
  const other = "LEYDEN-FIRMWARE 4.0.0\n";
  await outcome(await campaign("4.0.0", other, good("something else")), ["failed"]);
  await outcome(await campaign("5.0.0", other, foreign(other)), ["failed"]);
  assert.equal(await version(), "2.0.0");

  for (const security of [false, true]) {
    const asked = await json(operator.post(`/v1/piles/${id}/logs`, { security }));
    const got = await until("the log", async () => {
      const one = await json(operator.get(`/v1/logs/${asked.id}`));
      assert.notEqual(one.state, "failed", one.error);
      return one.state === "received" && one;
    }, 30000);
    const text = await (await operator.get(`/v1/logs/${got.id}/file`)).text();
    assert.match(text, /InvalidFirmwareSignature/);
    assert.match(text, /InvalidFirmwareSigningCertificate foreign/);
    assert.equal(/outlet 1: available/.test(text), !security);
  }
  assert.deepEqual(await platform.stop(), { leyden: 0, piles: 0 });
});
