// node_peer.ts - the peer we compare with: a Node server of `ws` and `pg` in the usual style (one pool, BEGIN .. COMMIT a
// call, JSON.parse), doing the same durable work for the same client: start = card, order, hold with two balances,
// session, message log; meter = session, sample, log; stop = session, order, three postings with balances, log.
// usage: node node_peer.mjs PORT PGHOST PGPORT PGUSER
import { WebSocketServer, WebSocket } from "ws";
import pg from "pg";

const [port, host, pgPort, user] = process.argv.slice(2);
const pool = new pg.Pool({ host, port: Number(pgPort), user, database: "postgres", max: 16 });

const schema = `
CREATE TABLE IF NOT EXISTS card (tag TEXT PRIMARY KEY, account BIGINT NOT NULL, blocked BOOLEAN NOT NULL DEFAULT false);
CREATE TABLE IF NOT EXISTS account (id BIGINT PRIMARY KEY, pending BIGINT NOT NULL DEFAULT 0, balance BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS charge_order (id BIGSERIAL PRIMARY KEY, tag TEXT NOT NULL, pile TEXT NOT NULL,
  account BIGINT NOT NULL, hold BIGINT NOT NULL, state TEXT NOT NULL, energy BIGINT NOT NULL DEFAULT 0, total BIGINT NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS charge_session (id BIGSERIAL PRIMARY KEY, order_id BIGINT NOT NULL, pile TEXT NOT NULL,
  meter_start BIGINT NOT NULL, meter_last BIGINT NOT NULL, open BOOLEAN NOT NULL DEFAULT true);
CREATE INDEX IF NOT EXISTS charge_session_open ON charge_session (pile) WHERE open;
CREATE TABLE IF NOT EXISTS transfer (id BIGSERIAL PRIMARY KEY, key TEXT NOT NULL UNIQUE, debit BIGINT NOT NULL, credit BIGINT NOT NULL,
  amount BIGINT NOT NULL, order_id BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE INDEX IF NOT EXISTS transfer_debit ON transfer (debit, id);
CREATE INDEX IF NOT EXISTS transfer_credit ON transfer (credit, id);
CREATE TABLE IF NOT EXISTS sample (session BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL, value JSONB NOT NULL);
CREATE TABLE IF NOT EXISTS message (id BIGSERIAL PRIMARY KEY, pile TEXT NOT NULL, at TIMESTAMPTZ NOT NULL DEFAULT now(), action TEXT NOT NULL,
  request TEXT NOT NULL, answer TEXT NOT NULL);`;

type Payload = Record<string, any>;

async function start(db: pg.PoolClient, pile: string, p: Payload): Promise<Payload> {
  const card = await db.query("SELECT account, blocked FROM card WHERE tag = $1", [p.idTag]);
  if (card.rows.length === 0) return { transactionId: 0, idTagInfo: { status: "Invalid" } };
  const account = card.rows[0].account;
  const hold = await db.query(
    "UPDATE account SET pending = pending + 100 WHERE id = $1 AND balance - pending >= 100 RETURNING balance", [account]);
  if (hold.rows.length === 0) return { transactionId: 0, idTagInfo: { status: "Blocked" } };
  const order = await db.query(
    "INSERT INTO charge_order (tag, pile, account, hold, state) VALUES ($1, $2, $3, 100, 'charging') RETURNING id", [p.idTag, pile, account]);
  const id = order.rows[0].id;
  await db.query("INSERT INTO transfer (key, debit, credit, amount, order_id) VALUES ($1, $2, $3, 100, $4)", [`hold:${id}`, account, 1, id]);
  const session = await db.query(
    "INSERT INTO charge_session (order_id, pile, meter_start, meter_last) VALUES ($1, $2, $3, $3) RETURNING id", [id, pile, p.meterStart]);
  return { transactionId: Number(session.rows[0].id), idTagInfo: { status: "Accepted" } };
}

async function meter(db: pg.PoolClient, _pile: string, p: Payload): Promise<Payload> {
  const value = p.meterValue[0];
  await db.query("SELECT order_id, meter_last FROM charge_session WHERE id = $1", [p.transactionId]);
  await db.query("UPDATE charge_session SET meter_last = $2 WHERE id = $1", [p.transactionId, Number(value.sampledValue[0].value)]);
  await db.query("INSERT INTO sample (session, at, value) VALUES ($1, $2, $3)", [p.transactionId, value.timestamp, JSON.stringify(value.sampledValue)]);
  return {};
}

async function stop(db: pg.PoolClient, _pile: string, p: Payload): Promise<Payload> {
  const session = await db.query(
    "UPDATE charge_session SET open = false, meter_last = $2 WHERE id = $1 RETURNING order_id, meter_start", [p.transactionId, p.meterStop]);
  const order = session.rows[0].order_id;
  const energy = p.meterStop - Number(session.rows[0].meter_start);
  const money = Math.round(energy / 10);
  const done = await db.query(
    "UPDATE charge_order SET state = 'settled', energy = $2, total = $3 WHERE id = $1 RETURNING account", [order, energy, money]);
  await db.query("UPDATE account SET pending = pending - 100, balance = balance - $2 WHERE id = $1", [done.rows[0].account, money]);
  for (const [fee, account] of [["energy", 2], ["service", 3]] as const) {
    await db.query("INSERT INTO transfer (key, debit, credit, amount, order_id) VALUES ($1, 1, $2, $3, $4)", [`${fee}:${order}`, account, money >> 1, order]);
    await db.query("UPDATE account SET balance = balance + $2 WHERE id = $1", [account, money >> 1]);
  }
  return { idTagInfo: { status: "Accepted" } };
}

async function boot(): Promise<Payload> {
  return { status: "Accepted", currentTime: new Date().toISOString(), interval: 300 };
}

const handlers: Record<string, (db: pg.PoolClient, pile: string, p: Payload) => Promise<Payload>> = {
  StartTransaction: start, MeterValues: meter, StopTransaction: stop, BootNotification: boot,
};

async function serve(socket: WebSocket, pile: string, text: string): Promise<void> {
  const [, id, action, payload] = JSON.parse(text);
  const db = await pool.connect();
  let answer: Payload;
  try {
    await db.query("BEGIN");
    answer = await handlers[action]!(db, pile, payload);
    await db.query("INSERT INTO message (pile, action, request, answer) VALUES ($1, $2, $3, $4)", [pile, action, text, JSON.stringify(answer)]);
    await db.query("COMMIT");
  } catch (error) {
    await db.query("ROLLBACK");
    socket.send(JSON.stringify([4, id, "InternalError", String(error), {}]));
    return;
  } finally {
    db.release();
  }
  socket.send(JSON.stringify([3, id, answer]));
}

await pool.query(schema);
await pool.query("INSERT INTO account SELECT n, 0, 0 FROM generate_series(1, 9) n ON CONFLICT DO NOTHING");
await pool.query("INSERT INTO account SELECT 1000 + n, 0, 1000000000 FROM generate_series(1, 20000) n ON CONFLICT DO NOTHING");
await pool.query("INSERT INTO card SELECT 'BENCH' || lpad(n::text, 5, '0'), 1000 + n FROM generate_series(1, 20000) n ON CONFLICT DO NOTHING");
const server = new WebSocketServer({ port: Number(port), host: "127.0.0.1", perMessageDeflate: false, backlog: 4096, handleProtocols: () => "ocpp1.6" });
server.on("connection", (socket, request) => {
  const pile = request.url!.split("/").pop()!;
  socket.on("error", () => undefined);
  socket.on("message", (data) => void serve(socket, pile, data.toString()));
});
console.log("ready");
