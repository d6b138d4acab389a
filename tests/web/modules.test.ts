/* modules.test.ts - the modules that charging without network is made of stand where docs/offline.md says: eight at the client,
 * two at the pile, three at the server, each in files of its own that say so at their head. And a code of the console's
 * installer sheet is what a pile takes. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { metres } from "../../web/offline/near";
import { installerCode } from "../../web/console/installer_code";

const doc = readFileSync("docs/offline.md", "utf8");
const rows = [...doc.matchAll(/^\| (client|pile|server): ([^|]+?) \| ([^|]+?) \|$/gm)].map((row) => ({
	side: row[1] ?? "", name: row[2] ?? "", files: (row[3] ?? "").split(", "),
}));
/* A file named without a folder stands beside the one before it. */
const paths = (files: string[]) => files.map((file) => file.includes("/") ? file : join(dirname(files[0] ?? ""), file));

test("eight modules at the client, two at the pile, three at the server", () => {
	const count = (side: string) => rows.filter((row) => row.side === side).length;
	assert.deepEqual([count("client"), count("pile"), count("server")], [8, 2, 3]);
	assert.equal(new Set(rows.map((row) => row.name)).size, rows.length);
});

test("each module has files of its own, which name it at their head", () => {
	const owned = new Set<string>();
	for (const row of rows)
		for (const path of paths(row.files)) {
			const head = readFileSync(path, "utf8").slice(0, 400).replace(/\s\*?\s*/g, " ");
			assert.ok(!owned.has(path), `${path} stands for two modules`);
			owned.add(path);
			if (path === paths(row.files)[0] && !path.endsWith(".html"))
				assert.match(head, /module|order generation|second payment logic/i, path);
		}
});

test("the installer's sheet: name, server and password apart, and an end", () => {
	const made = installerCode({ url: "wss://charge.example/ocpp/A-08", password: "abcdefgh_ijklmn-opq", code: "A-08" }, new Date("2026-12-20T23:00:00Z"));
	assert.equal(made?.text, "LEYDEN1;N=A-08;S=wss://charge.example/ocpp;K=abcdefgh_ijklmn-opq;E=20270103");
	for (const [password, code] of [["short", "A-08"], ["with;semicolon-in-it", "A-08"], ["with:colon-in-it-too", "A-08"], ["abcdefgh_ijklmn-opq", "A*08"], ["abcdefgh_ijklmn-opq", "."]])
		assert.equal(installerCode({ url: `wss://charge.example/ocpp/${code}`, password: password ?? "", code: code ?? "" }, new Date()), null);
	assert.equal(installerCode({ url: "wss://charge.example/ocpp/B-1", password: "abcdefgh_ijklmn-opq", code: "A-08" }, new Date()), null);
});

test("near and far: metres between places, also over the date line", () => {
	assert.ok(Math.abs(metres(31.2304, 121.4737, 31.2304, 121.4842) - 1000) < 20);
	assert.ok(Math.abs(metres(52, 8, 52.01, 8) - 1113) < 5);
	assert.ok(metres(0, 179.999, 0, -179.999) < 250);
	assert.ok(metres(31.2, 121.4, 52, 8) > 5_000_000);
});
