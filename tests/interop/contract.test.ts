/* contract.test.ts - Plug & Charge from end to end: the real platform, the real pile in OCPP 2.0.1 and 2.1, and a car with a contract beyond the
 * cable. The pile asks for its certificate towards cars, an outside authority signs it; a good contract charges its member, a revoked, a foreign
 * and a cancelled one do not, and without network the pile's own judgement counts where it may. The certificates are openssl's. */
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signIn, Operator } from "../../bench/operator";
import { json, Platform, until } from "../support/daemons";

const versions = [["2.0.1", "A-01"], ["2.1", "A-02"]] as const;
const EMAID = "DE8AAC12AB3456X", REVOKED = "DE8AAC12AB3457Y", NOBODY = "DE8AAC99AB3458Z", FORGED = "DE8AAC12AB3459W";

describe("cars that pay by contract", () => {
	const platform = new Platform();
	const file = (name: string) => join(platform.dir, name);
	const text = (name: string) => readFileSync(file(name), "utf8");
	let operator: Operator;
	const read = (path: string) => json(operator.get(path));
	const sim = (pile: string, command: object) => platform.sim(pile, command);
	const pileId = async (pile: string) => (await read(`/v1/piles?q=${pile}`)).items[0].id as string;
	const newest = async (pile: string) => (await read(`/v1/orders?pile=${await pileId(pile)}`)).items[0];
	const outlet = async (pile: string) => (await platform.screen(pile)).outlets[0];
	const order = (pile: string, state: string, but = "") => until(`an order ${state} at ${pile}`, async () => {
		const now = await newest(pile);
		return now && now.id !== but && now.state === state && now;
	}, 60000);
	const shows = (pile: string, notice: string) => until(`${pile} to show ${notice}`, async () => (await outlet(pile)).notice === notice, 30000);
	const free = (pile: string) => until(`${pile} to be free`, async () => (await outlet(pile)).state === "available");
	const openssl = (...args: string[]) => {
		const done = spawnSync("openssl", args, { cwd: platform.dir, encoding: "utf8" });
		assert.equal(done.status, 0, done.stderr);
	};
	const authority = (name: string) => {
		openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", `/CN=${name}`,
			"-keyout", `${name}.key`, "-out", `${name}.pem`, "-addext", "keyUsage=critical,keyCertSign,cRLSign");
	};
	const sign = (csr: string, ca: string, out: string, serial: string, extensions: string) => {
		writeFileSync(file("ext"), extensions);
		openssl("x509", "-req", "-in", csr, "-CA", `${ca}.pem`, "-CAkey", `${ca}.key`, "-set_serial", serial, "-days", "20", "-out", out,
			"-extfile", "ext");
	};
	const contract = (emaid: string, ca: string, serial: string) => {
		openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", `/CN=${emaid}`, "-keyout", `${emaid}.key`,
			"-out", `${emaid}.csr`);
		sign(`${emaid}.csr`, ca, `${emaid}.pem`, serial, "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyAgreement\n");
		return text(`${emaid}.key`) + text(`${emaid}.pem`);
	};
	const give = (pile: string, papers: string) => sim(pile, { do: "contract", papers, roots: text("v2g.pem") });
	const change = async (pile: string, variable: string, value: string) => {
		const body = { component: "ISO15118Ctrlr", variable, value };
		assert.equal((await operator.post(`/v1/piles/${await pileId(pile)}/actions/change-variable`, body)).status, 202);
	};

	before(async () => {
		authority("v2g");
		authority("mo");
		authority("foreign");
		contract(REVOKED, "mo", "77");
		writeFileSync(file("index"), `R\t491231000000Z\t260101000000Z\t4D\tunknown\t/CN=${REVOKED}\n`);
		writeFileSync(file("ca.cnf"), "[ca]\ndefault_ca=a\n[a]\ndatabase=index\ndefault_md=sha256\ndefault_crl_days=30\n");
		openssl("ca", "-config", "ca.cnf", "-gencrl", "-cert", "mo.pem", "-keyfile", "mo.key", "-out", "mo.crl");
		await platform.startSandbox();
		await platform.startServer("--demo", "--sample", "5", "--contract-roots", file("mo.pem"), "--contract-crl", file("mo.crl"));
		operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
		const names = versions.flatMap(([word, name]) => ["--ocpp", `${word},1.6`, "--name", name]);
		await platform.startPiles("A-03", ...names, "--plug", "ccs2", "--speed", "20");
		for (const pile of ["A-01", "A-02", "A-03"])
			await until(`${pile} to be online`, async () => (await read(`/v1/piles/${await pileId(pile)}`)).online);
		const member = (await read("/v1/members?q=Member 1")).items[0];
		for (const tag of [EMAID, REVOKED, FORGED])
			assert.ok((await operator.post(`/v1/members/${member.id}/tags`, { id_tag: tag })).ok);
	});
	after(async () => {
		await platform.endWell(operator);
	});

	for (const [word, pile] of versions)
		test(`${word}: the pile gets a certificate towards cars from an outside authority`, async () => {
			const id = await pileId(pile);
			await change(pile, "SeccId", `SECC-${pile}`);
			await change(pile, "PnCEnabled", "true");
			await change(pile, "V2GCertificateInstallationEnabled", "true");
			assert.equal((await operator.post(`/v1/piles/${id}/anchors`, { kind: "mo", certificate: text("mo.pem") })).status, 202);
			const asked = await until("a request", async () =>
				(await read(`/v1/certificates?pile=${id}`)).items.find((one: { kind: string; state: string }) => one.kind === "v2g" && one.state === "requested"), 30000);
			writeFileSync(file(`${pile}.csr`), (await read(`/v1/certificates/${asked.id}`)).csr);
			sign(`${pile}.csr`, "v2g", `${pile}.pem`, "9", "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyAgreement\n");
			assert.match(spawnSync("openssl", ["x509", "-in", `${pile}.pem`, "-noout", "-subject"], { cwd: platform.dir, encoding: "utf8" }).stdout, /DC = CPO.*SECC-A-0/);
			assert.ok((await operator.post(`/v1/certificates/${asked.id}/import`, { chain: text(`${pile}.pem`) })).ok);
			await until("the pile to take it", async () => ["installed", "active"].includes((await read(`/v1/certificates/${asked.id}`)).state));
		});

	for (const [word, pile] of versions)
		test(`${word}: plugged in, and the contract's member pays`, async () => {
			await give(pile, contract(EMAID, "mo", "11"));
			await sim(pile, { do: "plug", soc: 30 });
			const running = await order(pile, "charging");
			assert.equal(running.starter, "contract");
			assert.equal(running.member, "Member 1");
			await until("energy to flow", async () => Number((await newest(pile)).energy_wh) > 5, 60000);
			await sim(pile, { do: "tear" });
			const done = await order(pile, "settled");
			assert.equal(done.paid.minor, done.total.minor);
			await free(pile);
		});

	test("1.6: contracts are not offered; the car waits for a card like any other", async () => {
		await give("A-03", contract(EMAID, "mo", "10"));
		await sim("A-03", { do: "plug", soc: 30 });
		await sim("A-03", { do: "tap", tag: "LAKE0002" });
		assert.equal((await order("A-03", "charging")).starter, "rfid");
		await sim("A-03", { do: "tear" });
		await order("A-03", "settled");
	});

	const refused = async (pile: string, papers: string) => {
		const last = (await newest(pile)).id;
		await give(pile, papers);
		await sim(pile, { do: "plug", soc: 30 });
		await shows(pile, "no-contract");
		assert.equal((await newest(pile)).id, last);
		return last;
	};

	for (const [word, pile] of versions) {
		test(`${word}: a revoked contract charges nobody, and a card takes its place`, async () => {
			const last = await refused(pile, text(`${REVOKED}.key`) + text(`${REVOKED}.pem`));
			await sim(pile, { do: "tap", tag: "LAKE0002" });
			assert.equal((await order(pile, "charging", last)).starter, "rfid");
			await sim(pile, { do: "tear" });
			await order(pile, "settled", last);
			await free(pile);
		});
		test(`${word}: neither does one of a foreign authority, nor a good one that is nobody's`, async () => {
			for (const papers of [contract(FORGED, "foreign", "12"), contract(NOBODY, "mo", "13")]) {
				await refused(pile, papers);
				await sim(pile, { do: "unplug" });
				await free(pile);
			}
		});
		test(`${word}: without network the pile's own judgement counts, where it may`, async () => {
			const last = (await newest(pile)).id;
			await change(pile, "ContractValidationOffline", "true");
			await give(pile, contract(EMAID, "mo", "14"));
			await sim(pile, { do: "offline", on: true });
			await sim(pile, { do: "plug", soc: 30 });
			await until("energy to flow", async () => (await outlet(pile)).state === "charging", 60000);
			await sim(pile, { do: "offline", on: false });
			const running = await order(pile, "charging", last);
			assert.equal(running.starter, "contract");
			await sim(pile, { do: "tear" });
			await order(pile, "settled", last);
			await free(pile);
		});
	}
});
