// run.mjs - bundles the browser tests (they are TypeScript) and runs them with Node's own test runner. With --shoot it
// takes pictures of the screens instead.
import * as esbuild from "esbuild";
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const out = join(root, "node_modules", ".cache", "leyden-e2e");
const shoot = process.argv.includes("--shoot");
const rest = process.argv.slice(2).filter((word) => word !== "--shoot");
const names = shoot ? ["shoot.ts"] : (await readdir(here)).filter((name) => name.endsWith(".test.ts"))
	.filter((name) => rest.length === 0 || rest.some((word) => name.includes(word)));
await esbuild.build({
	entryPoints: names.map((name) => join(here, name)), outdir: out, outExtension: { ".js": ".mjs" }, bundle: true,
	platform: "node", format: "esm", target: "node18", packages: "external", logLevel: "warning",
});
const files = names.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
const args = shoot ? [...files, ...rest] : ["--test", ...files];
const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
child.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGINT", "SIGTERM"])
	process.on(signal, () => child.kill(signal));
