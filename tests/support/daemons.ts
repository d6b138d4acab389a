// daemons.ts - starts the real programs for tests: fresh data in a temporary folder, free ports, ended after the test.
import assert from "node:assert/strict";
import { spawn, ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, readFileSync, openSync, closeSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Operator } from "../../bench/operator";

const bin = process.env.LEYDEN_BIN ?? join(process.cwd(), "build/release/src");

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

// Asks again until the answer is there (not undefined, null or false).
export async function until<T>(what: string, ask: () => Promise<T | undefined | null | false>, ms = 15000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const got = await ask().catch((error: unknown) => {
      if (Date.now() > end) throw error;
      return undefined;
    });
    if (got) return got;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}`);
    await sleep(50);
  }
}

// What an answer says, which must be a good one.
export async function json(answer: Promise<Response>): Promise<any> {
  const got = await answer;
  assert.ok(got.ok, `${got.status} ${await got.clone().text()}`);
  return got.json();
}

export class Daemon {
  child: ChildProcess;
  private gone: Promise<number | null>;
  constructor(readonly name: string, program: string, args: string[], readonly log: string, env: Record<string, string> = {}) {
    const out = openSync(log, "a");
    this.child = spawn(join(bin, program), args, { stdio: ["ignore", out, out], env: { ...process.env, ...env } });
    closeSync(out);
    this.gone = new Promise((resolve) => this.child.on("exit", (code) => resolve(code)));
  }
  get pid(): number {
    return this.child.pid!;
  }
  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
  tail(): string {
    return readFileSync(this.log, "utf8").slice(-2000);
  }
  // SIGTERM and its exit code; SIGKILL after ten seconds.
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (!this.ended) this.child.kill(signal);
    const late = setTimeout(() => this.child.kill("SIGKILL"), 10000);
    const code = await this.gone;
    clearTimeout(late);
    return code;
  }
}

// A platform of its own: server, and on request sandbox and piles.
export class Platform {
  readonly dir = mkdtempSync(join(tmpdir(), "leyden-test-"));
  readonly daemons: Daemon[] = [];
  server!: Daemon;
  port = 0;
  metricsPort = 0;
  sandboxPort = 0;
  pilePort = 0;
  private serveArgs: string[] = [];

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get ws(): string {
    return `ws://127.0.0.1:${this.port}/ocpp`;
  }
  start(name: string, program: string, args: string[]): Daemon {
    const daemon = new Daemon(name, program, args, join(this.dir, `${name}.log`));
    this.daemons.push(daemon);
    return daemon;
  }
  async startSandbox(...more: string[]): Promise<void> {
    this.sandboxPort = await freePort();
    const daemon = this.start("sandbox", "sandbox/leyden-sandbox",
      ["--listen", `127.0.0.1:${this.sandboxPort}`, "--keys", join(this.dir, "sandbox"), ...more]);
    await this.up(daemon, `http://127.0.0.1:${this.sandboxPort}/`);
  }
  async startServer(...more: string[]): Promise<void> {
    this.port = await freePort();
    this.metricsPort = await freePort();
    this.serveArgs = ["serve", "--data", join(this.dir, "data"), "--address", "127.0.0.1", "--port", String(this.port),
      "--metrics-port", String(this.metricsPort), "--public-url", this.url, ...more];
    if (this.sandboxPort)
      this.serveArgs.push("--sandbox-url", `http://127.0.0.1:${this.sandboxPort}`,
        "--sandbox-key-file", join(this.dir, "sandbox/merchant.key"), "--sandbox-peer-key-file", join(this.dir, "sandbox/channel.pub"));
    await this.restart();
  }
  async restart(): Promise<void> {
    this.server = this.start("leyden", "server/leyden", this.serveArgs);
    await this.up(this.server, `http://127.0.0.1:${this.metricsPort}/readyz`);
  }
  async startPiles(names: string, ...more: string[]): Promise<Daemon> {
    this.pilePort = await freePort();
    const daemon = this.start("piles", "pile/leyden-pile", ["--server", this.ws, "--name", names, "--data", join(this.dir, "piles"),
      "--http", `127.0.0.1:${this.pilePort}`, ...more]);
    await this.up(daemon, `http://127.0.0.1:${this.pilePort}/`);
    return daemon;
  }
  private async up(daemon: Daemon, url: string): Promise<void> {
    await until(`${daemon.name} to answer`, async () => {
      if (daemon.ended) throw new Error(`${daemon.name} ended: ${daemon.tail()}`);
      const answer = await fetch(url).catch(() => undefined);
      return answer && answer.status < 500;
    });
  }
  async get(path: string, headers: Record<string, string> = {}): Promise<any> {
    const answer = await fetch(this.url + path, { headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
  // The page of a simulated pile: what it shows, and hands at it.
  pile(code: string, path: string, body?: object): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.pilePort}/pile/${code}/${path}`,
      body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {});
  }
  screen(code: string): Promise<any> {
    return json(this.pile(code, "state"));
  }
  // Hands wait: a plug is locked for a moment after the pile has stopped.
  async sim(code: string, command: object): Promise<void> {
    await until(`${code} to obey ${JSON.stringify(command)}`, async () => {
      const answer = await this.pile(code, "control", command);
      return answer.ok && ((await answer.json()) as { ok: boolean }).ok;
    });
  }
  // Runs the command line of the server; gives exit code and output.
  async command(...args: string[]): Promise<{ code: number; out: string }> {
    return new Promise((resolve) => {
      let out = "";
      const child = spawn(join(bin, "server/leyden"), args);
      child.stdout.on("data", (bytes) => (out += bytes));
      child.stderr.on("data", (bytes) => (out += bytes));
      child.on("exit", (code) => resolve({ code: code ?? 1, out }));
    });
  }
  verify(): Promise<{ code: number; out: string }> {
    return this.command("verify", "--data", join(this.dir, "data"));
  }
  // Ends everything, and all is well: the books balance for people and for the tool, and every program ends as it should.
  async endWell(operator: Operator): Promise<void> {
    const books = await json(operator.get("/v1/ledger/check"));
    await this.server.stop();
    const verified = await this.verify();
    const codes = await this.stop();
    assert.equal(books.ok, true, JSON.stringify(books));
    assert.equal(verified.code, 0, verified.out);
    assert.ok(Object.values(codes).every((code) => code === 0), JSON.stringify(codes));
  }
  // Ends everything, last started first; the exit codes by name.
  async stop(): Promise<Record<string, number | null>> {
    const codes: Record<string, number | null> = {};
    for (const daemon of this.daemons.reverse()) {
      const running = !daemon.ended;
      const code = await daemon.stop();
      if (running) codes[daemon.name] = code;
    }
    rmSync(this.dir, { recursive: true, force: true });
    return codes;
  }
}
