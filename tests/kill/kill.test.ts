// kill.test.ts - kill -9 of the server at random moments under load: what was answered is in the database after the restart,
// nothing is there twice, and the books verify clean each time. Stations behave as real ones: after the reconnect they send
// the unanswered message again. KILLS sets how often (5 in ./dev test, 50 in ./dev kill).
import { test, after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import WebSocket from "ws";
import { Platform, sleep } from "../support/daemons";

const kills = Number(process.env.KILLS ?? 5);
const stations = 24;
const platform = new Platform();
after(() => platform.stop());

interface Charge { transaction: number; start: number; last: number; stop: number | null }

// One simulated station: a queue of one message, sent again until it is answered.
class Station {
  charges: Charge[] = [];
  answered: string[] = [];
  rejected = 0;
  private socket: WebSocket | null = null;
  private pending: { id: string; action: string; payload: object } | null = null;
  private step = 0;
  private serial = 0;
  private meter = 1000;
  constructor(readonly name: string, readonly tag: string) {}

  connect(): void {
    const socket = new WebSocket(`${platform.ws}/${this.name}`, "ocpp1.6");
    this.socket = socket;
    socket.on("open", () => (this.pending ? this.send() : this.next()));
    socket.on("message", (data) => this.take(JSON.parse(data.toString())));
    socket.on("error", () => undefined);
  }
  drop(): void {
    this.socket?.removeAllListeners();
    this.socket?.on("error", () => undefined);
    this.socket?.terminate();
    this.socket = null;
  }
  private get charge(): Charge {
    return this.charges[this.charges.length - 1]!;
  }
  private message(): { action: string; payload: object } {
    const timestamp = new Date().toISOString();
    if (this.step === 0)
      return { action: "StartTransaction", payload: { connectorId: 1, idTag: this.tag, meterStart: this.meter, timestamp } };
    if (this.step === 4)
      return { action: "StopTransaction", payload: { transactionId: this.charge.transaction, meterStop: this.meter, timestamp, reason: "Local" } };
    this.meter += 7 + this.step;
    return { action: "MeterValues", payload: { connectorId: 1, transactionId: this.charge.transaction, meterValue: [{ timestamp,
      sampledValue: [{ value: String(this.meter), measurand: "Energy.Active.Import.Register", unit: "Wh" }] }] } };
  }
  private next(): void {
    this.pending = { id: `${this.name}-${++this.serial}`, ...this.message() };
    this.send();
  }
  private send(): void {
    this.socket!.send(JSON.stringify([2, this.pending!.id, this.pending!.action, this.pending!.payload]));
  }
  private take(frame: any[]): void {
    if (frame[0] === 2) {
      this.socket!.send(JSON.stringify([3, frame[1], { status: "Accepted" }]));
      return;
    }
    if (!this.pending || frame[1] !== this.pending.id) return;
    if (frame[0] === 4) {
      this.rejected++;
      this.socket!.close(); // try again after the next connect
      return;
    }
    this.answered.push(this.pending.id);
    const payload: any = this.pending.payload;
    if (this.step === 0) {
      assert.equal(frame[2].idTagInfo.status, "Accepted", JSON.stringify(frame));
      this.charges.push({ transaction: frame[2].transactionId, start: payload.meterStart, last: payload.meterStart, stop: null });
    } else if (this.step === 4) {
      this.charge.stop = payload.meterStop;
    } else {
      this.charge.last = this.meter;
    }
    this.step = (this.step + 1) % 5;
    this.pending = null;
    this.next();
  }
}

// Rows by the sqlite3 tool: a witness that shares no code with the server.
function rows(file: string, sql: string): string[][] {
  const text = execFileSync("sqlite3", ["-readonly", "-separator", "|", file, sql], { encoding: "utf8", maxBuffer: 1 << 28 });
  return text.split("\n").filter((line) => line !== "").map((line) => line.split("|"));
}

function checkSessions(all: Station[]): void {
  const file = join(platform.dir, "data/leyden.db");
  const found = new Map(rows(file,
    "SELECT p.code || ':' || s.transaction_id, s.meter_start_dwh, s.meter_last_dwh, s.meter_stop_dwh, s.open, s.order_id FROM session s JOIN pile p ON p.id = s.pile_id")
    .map((row) => [row[0]!, row.slice(1).map(Number)]));
  const twice = rows(file, "SELECT pile_id, meter_start_dwh, start_us, count(*) FROM session GROUP BY 1, 2, 3 HAVING count(*) > 1");
  assert.deepEqual(twice, [], "no charge is there twice");
  for (const station of all)
    for (const charge of station.charges) {
      const row = found.get(`${station.name}:${charge.transaction}`);
      assert.ok(row, `answered start of ${station.name} ${charge.transaction} is lost`);
      assert.equal(row[0], charge.start * 10);
      assert.ok(row[1]! >= charge.last * 10, `answered meter value of ${station.name} is lost: ${row[1]} < ${charge.last * 10}`);
      assert.ok(row[4]! > 0, "each session has its order");
      if (charge.stop !== null) assert.deepEqual([row[2], row[3]], [charge.stop * 10, 0], "answered stop is lost");
    }
}

function checkFrames(all: Station[]): void {
  const seen = new Set<string>();
  const data = join(platform.dir, "data");
  for (const file of readdirSync(data).filter((name) => /^journal-\d+\.db$/.test(name)))
    for (const row of rows(join(data, file), "SELECT message_id FROM frame WHERE from_pile = 1")) seen.add(row[0]!);
  for (const station of all)
    for (const id of station.answered) assert.ok(seen.has(id), `answered message ${id} is not in the log`);
}

test(`${kills} kills under load lose nothing that was answered`, { timeout: kills * 20000 + 60000 }, async () => {
  await platform.startServer("--demo", "--unknown-piles", "accept");
  await platform.server.stop();
  execFileSync(join(process.env.LEYDEN_BIN ?? "build/release/src", "bench/leyden-bench"),
    ["fill", "--db", join(platform.dir, "data/leyden.db"), "--cards", String(stations), "--prefix", "KILL"]);
  const all = Array.from({ length: stations }, (_, i) => new Station(`K-${i + 1}`, `KILL${String(i + 1).padStart(5, "0")}`));
  for (let round = 0; round < kills; round++) {
    await platform.restart();
    for (const station of all) station.connect();
    await sleep(150 + Math.random() * 850);
    await platform.server.stop("SIGKILL");
    for (const station of all) station.drop();
    checkSessions(all);
    checkFrames(all);
    const verified = await platform.verify();
    assert.equal(verified.code, 0, `round ${round}: ${verified.out}`);
  }
  const answered = all.reduce((sum, station) => sum + station.answered.length, 0);
  const rejected = all.reduce((sum, station) => sum + station.rejected, 0);
  console.log(`# ${kills} kills, ${answered} answered messages, ${all.reduce((n, s) => n + s.charges.length, 0)} charges, ${rejected} errors`);
  assert.ok(answered > kills * stations, "the load was real");
  assert.equal(rejected, 0);
});
