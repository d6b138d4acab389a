// table.test.ts - docs/ocpp.md is what the sources say today, and no cell is empty.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
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
