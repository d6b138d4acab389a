// lists_peer.ts - the operator's lists at size: the slowest of ten calls each, in ms.
import { signIn } from "./operator";

const [port, file] = process.argv.slice(2) as [string, string];
const operator = await signIn(port, file);
const paths = ["/v1/dashboard", "/v1/attention", "/v1/orders", "/v1/orders?state=failed", "/v1/orders?q=bench-order-77",
  "/v1/piles", "/v1/members", "/v1/members?q=Member 99", "/v1/tags?q=BENCH09", "/v1/payments", "/v1/ledger/accounts", "/v1/audit"];
for (const path of paths) {
  let slowest = 0, status = 0;
  for (let i = 0; i < 10; i++) {
    const from = performance.now();
    const answer = await operator.get(encodeURI(path));
    await answer.text();
    status = answer.status;
    slowest = Math.max(slowest, performance.now() - from);
  }
  console.log(`${path.padEnd(58)} ${slowest.toFixed(1).padStart(12)}   goal 200${status === 200 ? "" : ` STATUS ${status}`}`);
}
