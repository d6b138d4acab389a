// provision.test.ts - a new pile from the installer's code to a certificate of its own, with the real programs: it knocks, its
// screen and the console show the same fingerprint, and only who names that one gets it in; then it comes with profile 3.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { installerCode } from "../../web/console/installer_code";
import { freePort, Platform, sleep, until } from "../support/daemons";

const bin = process.env.LEYDEN_BIN ?? join(process.cwd(), "build/release/src");
const provision = (...args: string[]) => {
  const done = spawnSync(join(bin, "pile/leyden-pile"), ["provision", ...args], { encoding: "utf8" });
  return { code: done.status, out: done.stdout + done.stderr, key: /fingerprint (\S+)/.exec(done.stdout)?.[1] ?? "" };
};

async function secured(): Promise<{ platform: Platform; call: (method: string, path: string, body?: object) => Promise<any> }> {
  const platform = new Platform();
  const data = join(platform.dir, "data");
  for (const args of [["init", "--name", "Leyden"], ["server", "127.0.0.1"]])
    assert.equal((await platform.command("ca", ...args, "--data", data)).code, 0);
  await platform.startServer("--demo", "--unknown-piles", "hold", "--plain-too", "yes", "--raise-profile", "3",
    "--tls-cert", join(data, "ca/server.pem"), "--tls-key", join(data, "ca/server.key"));
  const login = readFileSync(join(data, "demo-login"), "utf8");
  const word = (name: string) => new RegExp(`${name}:?\\s+(\\S+)`, "i").exec(login)![1]!;
  let cookie = "", csrf = "";
  const call = (method: string, path: string, body?: object) => new Promise<any>((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: platform.port, path, method, ca: readFileSync(join(data, "ca/root.pem")),
      headers: { Cookie: cookie, "X-CSRF": csrf, "Content-Type": "application/json", "Idempotency-Key": String(Math.random()) } }, (answer) => {
      let text = "";
      answer.on("data", (bytes) => (text += bytes));
      answer.on("end", () => resolve({ ...JSON.parse(text || "{}"), code: answer.statusCode, cookie: answer.headers["set-cookie"]?.[0] }));
    });
    asked.on("error", reject);
    asked.end(body ? JSON.stringify(body) : undefined);
  });
  const signed = await call("POST", "/v1/login", { login: word("login"), password: word("password") });
  cookie = signed.cookie.split(";")[0];
  csrf = signed.csrf;
  return { platform, call };
}

test("a new pile is compared, approved, and comes with its certificate", { timeout: 240000 }, async () => {
  const { platform, call } = await secured();
  const code = `LEYDEN1;N=NEW-1;S=${platform.ws};K=0123456789abcdef0123;E=20990101`;
  const first = join(platform.dir, "first"), second = join(platform.dir, "second");

  // an old code, and one that is none, make nothing
  const old = provision("--data", first, "--code", `LEYDEN1;N=NEW-1;S=${platform.ws};E=20200101`);
  assert.equal(old.code, 2);
  assert.match(old.out, /expired/);
  assert.equal(provision("--data", first, "--code", "LEYDEN1;N=NEW-1").code, 2);
  assert.equal(existsSync(first), false);

  // the console's sheet for an installer is one, too
  const sheet = installerCode({ url: `${platform.ws}/NEW-2`, password: "0123456789abcdef0123", code: "NEW-2" }, new Date());
  const third = join(platform.dir, "third");
  assert.equal(provision("--data", third, "--code", sheet?.text ?? "").code, 0);
  assert.match(readFileSync(join(third, "passwords"), "utf8"), /0123456789abcdef0123/);

  const made = provision("--data", first, "--code", code);
  assert.equal(made.code, 0, made.out);
  assert.match(made.key, /^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
  assert.equal(provision("--data", first, "--code", code).key, made.key, "told again, the same key");
  assert.equal(statSync(join(first, "passwords")).mode & 0o077, 0);

  // it knocks: the same fingerprint on its screen and at the desk, and no certificate yet
  platform.pilePort = await freePort();
  platform.start("first", "pile/leyden-pile", ["--data", first, "--http", `127.0.0.1:${platform.pilePort}`, "--public", "https://charge.example"]);
  const shown = () => platform.screen("NEW-1");
  const pile = await until("the request", async () => {
    const row = (await call("GET", "/v1/piles?q=NEW-1")).items[0];
    const detail = row && await call("GET", `/v1/piles/${row.id}`);
    return detail?.requests?.length === 1 && detail;
  }, 60000);
  assert.equal(pile.state, "pending");
  assert.equal(pile.requests[0].key, made.key);
  await until("the screen", async () => (await shown()).key === made.key);
  assert.equal((await shown()).outlets[0].url, `https://charge.example/console/approve?pile=NEW-1&key=${made.key}`);
  assert.equal((await call("GET", `/v1/certificates?pile=${pile.id}`)).items[0].state, "requested");

  // who does not name the fingerprint, or names another, lets nobody in
  assert.equal((await call("POST", `/v1/piles/${pile.id}/approve`, {})).code, 422);
  assert.equal((await call("POST", `/v1/piles/${pile.id}/approve`, { key: "AAAA-AAAA-AAAA-AAAA" })).code, 422);
  assert.equal((await call("GET", `/v1/piles/${pile.id}`)).state, "pending");
  const approved = await call("POST", `/v1/piles/${pile.id}/approve`, { key: made.key.toLowerCase().replaceAll("-", " ") });
  assert.equal(approved.code, 200, JSON.stringify(approved));

  const security = await until("profile 3", async () => {
    const now = await call("GET", `/v1/piles/${pile.id}/security`);
    return now.profile === 3 && now.step === "done" && now;
  }, 120000);
  assert.match(security.transport, /^TLSv1\.[23] /);
  await until("it to be accepted again", async () => (await shown()).online);
  assert.equal((await shown()).key, undefined);

  // the installer's code once more, on another device: it has another key, and no way in
  const thief = provision("--data", second, "--code", code);
  assert.notEqual(thief.key, made.key);
  const port = await freePort();
  platform.start("second", "pile/leyden-pile", ["--data", second, "--http", `127.0.0.1:${port}`]);
  await until("its refusal", async () => (await call("GET", "/v1/refusals?code=NEW-1")).items.length > 0, 30000);
  await sleep(1000);
  assert.equal((await shown()).online, true, "the right one stays");
  assert.equal((await call("GET", `/v1/piles/${pile.id}/security`)).serial, security.serial);
  await platform.stop();
});
