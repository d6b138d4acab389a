// cli.test.ts - the conformance tests of ocpp-ws-cli against the real platform, in both versions it knows. Where it wants other than
// the standard says, the difference is named here with its reason; anything else it dislikes fails.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Platform } from "../../support/daemons";

const reasons: Record<string, RegExp> = {
  "Server requires subprotocol": /./, // OCPP-J finishes the handshake without one and closes right after; the kit looks only at the first
  "Server rejects oversized frames (>128KB)": /./, // ours end at 256 KB: reports of large piles need it
  "Server enforces MessageId is a string": /FormationViolation|RpcFrameworkError/, // the kit wants the code of a payload for a broken frame
  "Server rejects missing payload in CALL": /FormationViolation|RpcFrameworkError/,
  "Server rejects non-object payload in CALL": /FormationViolation/, // 1.6 spells it so
};

describe("conformance", { concurrency: true }, () => {
  for (const protocol of ["ocpp1.6", "ocpp2.0.1"])
    test(protocol, { timeout: 180000 }, async () => {
      const platform = new Platform();
      await platform.startServer("--demo", "--unknown-piles", "accept");
      const reports = join(platform.dir, "reports");
      const kit = spawn(process.execPath, [join(process.cwd(), "build/kits/node_modules/ocpp-ws-cli/dist/index.js"), "test", "--endpoint", platform.ws,
        "--identity", "KIT", "--protocol", protocol, "--suite", "all", "--report", "json", "--report-dir", reports], { stdio: "ignore" });
      await new Promise((resolve) => kit.on("exit", resolve));
      const results = JSON.parse(readFileSync(join(reports, readdirSync(reports)[0]!), "utf8")).testResults as any[];
      assert.ok(results.length > 15, `${results.length} tests`);
      for (const one of results)
        if (!one.passed) assert.match(String(one.issue), reasons[one.name] ?? /^$/, one.name);
      assert.deepEqual(await platform.stop(), { leyden: 0 });
    });
});
