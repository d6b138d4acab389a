// command_peer.ts - operator and pile in one: how long from the API call until the pile has the frame. Prints p99 and the longest
// in ms, after `count` commands or when it is told to end (SIGTERM).
// usage: command_peer PORT LOGIN_FILE COUNT [PAUSE_MS [tls]]
import WebSocket from "ws";
import { signIn } from "./operator";

const [port, file, count, pause, tls] = process.argv.slice(2) as [string, string, string, string?, string?];
const times: number[] = [];
const began = performance.now();
let signedIn = 0;

function report(): never {
  times.sort((a, b) => a - b);
  const p99 = times[Math.floor((times.length - 1) * 0.99)] ?? NaN;
  console.log(`p99 ${p99.toFixed(2)} longest ${(times.at(-1) ?? NaN).toFixed(2)} commands ${times.length} sign-in ${signedIn.toFixed(0)}`);
  process.exit(0);
}
process.on("SIGTERM", report);

// In a crowd the door may be shut for a moment: again, as a person does.
async function untilItWorks<T>(what: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await what();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

const operator = await untilItWorks(() => signIn(port, file, tls === "tls"));
signedIn = performance.now() - began;
let arrived: (at: number) => void = () => undefined;
const socket = await untilItWorks(() => new Promise<WebSocket>((resolve, reject) => {
  const one = new WebSocket(`${tls ? "wss" : "ws"}://127.0.0.1:${port}/ocpp/COMMAND-1`, "ocpp1.6", { rejectUnauthorized: false });
  one.once("open", () => resolve(one));
  one.once("error", reject);
}));
socket.on("message", (data) => {
  const frame = JSON.parse(data.toString());
  if (frame[0] !== 2) return;
  arrived(performance.now());
  socket.send(JSON.stringify([3, frame[1], { status: "Accepted" }]));
});
const booted = new Promise((resolve) => socket.once("message", resolve));
socket.send(JSON.stringify([2, "boot", "BootNotification", { chargePointVendor: "Leyden", chargePointModel: "Bench" }]));
await booted;
await new Promise((resolve) => setTimeout(resolve, 500));
const list = (await (await operator.get("/v1/piles?q=COMMAND-1")).json()) as { items: { id: string }[] };
const id = list.items[0]!.id;
for (let i = 0; i < Number(count); i++) {
  const came = new Promise<number>((resolve) => (arrived = resolve));
  const from = performance.now();
  const answer = await operator.post(`/v1/piles/${id}/actions/clear-cache`, {});
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
  times.push((await came) - from);
  if (pause) await new Promise((resolve) => setTimeout(resolve, Number(pause)));
}
report();
