// slac.test.ts - a car nobody here wrote finds the pile on the charging cable: `pev` of plc-utils-extra, in a network of its own. It has to match,
// be known by its address, and join the network with the key the pile gave it.
import { test } from "node:test";
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";

const SKIPPED = 77;

test("a foreign car matches by SLAC", { timeout: 60000 }, (t) => {
  const program = ["build/debug", "build/release", "build"].map((dir) => join(dir, "tests/interop/slac-peer")).find(existsSync);
  assert.ok(program, "slac-peer is built");
  const run = spawnSync(program, { encoding: "utf8", timeout: 50000 });
  if (run.status === SKIPPED) {
    t.skip(run.stdout.trim());
    return;
  }
  assert.equal(run.status, 0, `${run.stdout}${run.stderr}`);
  assert.match(run.stdout, /^matched 02:7d:fa:01:02:03/);
});
