// ocpp_table.mjs - writes docs/ocpp.md: every message of every version, who says it, what handles it here, what tests it. Read
// from the catalogues of the wire, the sources and the tests themselves, so that it cannot say more than is there. A test runs it
// and compares: `node tools/ocpp_table.mjs` prints, `--write` replaces the page.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const all = (folder, ends) => readdirSync(folder, { withFileTypes: true, recursive: false }).flatMap((entry) => {
	const path = join(folder, entry.name);
	if (entry.isDirectory())
		return all(path, ends);
	return ends.some((end) => entry.name.endsWith(end)) ? [path] : [];
}).sort();
const texts = (paths) => paths.map((path) => ({ path, text: readFileSync(path, "utf8") }));

function catalogue(path) {
	const text = readFileSync(path, "utf8");
	return [...text.matchAll(/^\t(ROW\w*)\("(\w+)",\s*\w+,\s*(STATION|SERVER|BOTH)\)/gm)]
		.map(([, row, name, from]) => ({ name, from, since21: row.startsWith("ROW21") }));
}

const app = texts(all("src/app", [".c"]));
const tests = texts([...all("tests/flow", [".flow"]), ...all("tests/unit", [".c"]), ...all("tests/interop", [".ts"])]);
const quoted = (name) => new RegExp(`"${name}"|>> ${name} `);

/* Does a file speak OCPP 2? Its name says so, or it tells the versions apart itself. */
const own2 = (path) => /ocpp2/.test(path);
const speaks2 = ({ path, text }) => own2(path) || /devices_speaks_16|"ocpp2\.[01]|offer=ocpp2\.[01]/.test(text);

/* The files of one version that name a message; the first few are enough to find the way. */
function named(files, name, v2, most) {
	const found = files.filter((file) => quoted(name).test(file.text) && (v2 ? speaks2(file) : !own2(file.path) && !/ocpp_table|plans/.test(file.path)));
	return found.slice(0, most).map(({ path }) => basename(path)).join(", ");
}

const direction = { STATION: "pile → server", SERVER: "server → pile", BOTH: "both ways" };

/* What every message has at least: the raw console sends all calls of the house's words, and the tables' own test spoils every
 * field of every message. */
function rows() {
	const one = catalogue("src/wire/ocpp16/action.c").map((row) => ({
		version: "1.6", ...row,
		handled: [named(app, row.name, false, 3), row.from === "STATION" ? "" : "api_ocpp.c"].filter(Boolean).join(", "),
		tested: [named(tests, row.name, false, 3), "test_ocpp16.c"].filter(Boolean).join(", "),
	}));
	const two = catalogue("src/wire/ocpp2/action.c").map((row) => ({
		version: row.since21 ? "2.1" : "2.0.1, 2.1", ...row,
		handled: [named(app, row.name, true, 3), row.from === "STATION" ? "" : "api_ocpp.c"].filter(Boolean).join(", "),
		tested: named(tests, row.name, true, 3),
	}));
	return [...one, ...two];
}

export function table() {
	const unique = (text) => [...new Set(text.split(", ").filter(Boolean))].join(", ");
	const lines = rows().map((row) =>
		`| ${row.version} | ${row.name} | ${direction[row.from]} | ${unique(row.handled) || "-"} | ${unique(row.tested) || "-"} |`);
	return `# OCPP, message by message

Made by \`node tools/ocpp_table.mjs --write\` from the catalogues in \`src/wire\`, the sources and the tests; a test keeps it current.
Files under "handled by" are those of \`src/app\`. What a pile is told is stored in the words of OCPP 1.6 and its security extension
and said in the words of whatever the pile speaks (\`src/app/ocpp.h\`).

| version | message | direction | handled by | tested by |
| --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
}

if (process.argv.includes("--write"))
	writeFileSync("docs/ocpp.md", table());
else if (import.meta.url === `file://${process.argv[1]}`)
	process.stdout.write(table());
