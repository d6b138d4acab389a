// command_peer.ts - operator and pile in one: how long from the API call until the pile has the frame. Prints p99 in ms.
import WebSocket from "ws";
import { signIn } from "./operator";

const [port, file, count] = process.argv.slice(2) as [string, string, string];
const operator = await signIn(port, file);
const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/COMMAND-1`, "ocpp1.6");
let arrived: (at: number) => void = () => undefined;
socket.on("message", (data) => {
  const frame = JSON.parse(data.toString());
  if (frame[0] !== 2) return;
  arrived(performance.now());
  socket.send(JSON.stringify([3, frame[1], { status: "Accepted" }]));
});
await new Promise((resolve) => socket.on("open", resolve));
socket.send(JSON.stringify([2, "boot", "BootNotification", { chargePointVendor: "Leyden", chargePointModel: "Bench" }]));
await new Promise((resolve) => setTimeout(resolve, 500));
const list = (await (await operator.get("/v1/piles?q=COMMAND-1")).json()) as { items: { id: string }[] };
const id = list.items[0]!.id;
const times: number[] = [];
for (let i = 0; i < Number(count); i++) {
  const came = new Promise<number>((resolve) => (arrived = resolve));
  const from = performance.now();
  const answer = await operator.post(`/v1/piles/${id}/actions/clear-cache`, {});
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
  times.push((await came) - from);
}
times.sort((a, b) => a - b);
console.log(times[Math.floor((times.length - 1) * 0.99)]!.toFixed(2));
process.exit(0);
