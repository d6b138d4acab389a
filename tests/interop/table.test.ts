// table.test.ts - docs/ocpp.md is what the sources say today, and no cell is empty; docs/usecases.md names only what is there.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { basename, join } from "node:path";
import { test } from "node:test";

test("the page about OCPP is current", () => {
  const now = execFileSync(process.execPath, ["tools/ocpp_table.mjs"], { encoding: "utf8" });
  assert.ok(now === readFileSync("docs/ocpp.md", "utf8"), "run: node tools/ocpp_table.mjs --write");
});
test("every message of every version is handled and tested", () => {
  const rows = readFileSync("docs/ocpp.md", "utf8").split("\n").filter((line) => /^\| (1\.6|2\.)/.test(line));
  assert.equal(rows.filter((line) => line.startsWith("| 1.6 |")).length, 39);
  assert.equal(rows.filter((line) => line.startsWith("| 2.")).length, 91);
  for (const row of rows)
    assert.ok(row.split("|").slice(1, -1).every((cell) => cell.trim() && cell.trim() !== "-"), row);
});
test("every use case of OCPP 2.0.1 is served by code that is there and shown by tests that speak of it", () => {
  const blocks: Record<string, number> = { A: 5, B: 12, C: 16, D: 2, E: 15, F: 6, G: 5, H: 4, I: 6, J: 3, K: 17, L: 4, M: 6, N: 10, O: 6, P: 2 };
  const rows = readFileSync("docs/usecases.md", "utf8").split("\n").filter((line) => /^\| [A-P]\d/.test(line))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  assert.deepEqual(rows.map(([id]) => id), Object.entries(blocks).flatMap(([block, count]) =>
    Array.from({ length: count }, (_, at) => `${block}${String(at + 1).padStart(2, "0")}`)));
  served_and_shown(rows as string[][]);
});
test("so is what is spoken of OCPP 2.1's energy both ways", () => {
  const rows = readFileSync("docs/usecases.md", "utf8").split("\n").filter((line) => /^\| 2\.1 [KQR]\d/.test(line))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  assert.ok(rows.length >= 3);
  served_and_shown(rows);
});

function served_and_shown(rows: string[][]) {
  const tests = new Map(readdirSync("tests", { recursive: true, encoding: "utf8" }).map((path) => [basename(path), join("tests", path)]));
  for (const [id, what, messages, served, shown] of rows as [string, string, string, string, string][]) {
    assert.ok(what, id);
    for (const file of served.split(", ")) assert.ok(existsSync(join("src/app", file)), `${id}: ${file}`);
    const text = shown.split(", ").map((file) => readFileSync(tests.get(file) ?? assert.fail(`${id}: ${file}`), "utf8")).join("\n");
    for (const message of messages.split(", ")) assert.ok(text.includes(message), `${id}: no test speaks of ${message}`);
  }
}
