/* scanning.test.ts - how well the scanner of the driver's page reads: the very pictures the pile's camera is measured with, turned,
 * blurred, dim, covered, at an angle and full of noise, put through a canvas of a phone-sized page as frames of its camera
 * are. Never may another text come out than was drawn; the rates are held, docs/offline.md tells them. */
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { Browser } from "./browser";

const TRIES = 20;
const LEAST: Record<string, number> = {
	"straight": 20, "turned any way": 19, "at an angle": 18, "blurred": 19, "dim": 19, "noisy": 17, "partly covered": 19, "all of it a little": 18,
	"at a steep angle": 15,
};
const dir = mkdtempSync(join(tmpdir(), "leyden-scanning-"));
const browser = new Browser();
let page: Page;

before(async () => {
	const program = ["build/debug", "build/release", "build"].map((at) => join(at, "tests/unit/pile/test_pile_offline_scan")).find(existsSync);
	assert.ok(program, "test_pile_offline_scan is built");
	execFileSync(program, ["--write", dir], { stdio: "ignore" });
	const { outputFiles } = await build({
		entryPoints: ["web/offline/read.ts"], bundle: true, write: false, format: "iife", globalName: "reader", target: "es2020",
	});
	page = await browser.person({ width: 360 });
	await page.setContent("<canvas id=eye></canvas>");
	await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
});
after(async () => {
	await browser.close();
	rmSync(dir, { recursive: true });
});

/* A grey picture drawn into the page's canvas and read from there, as a frame of the camera is. */
async function read(name: string): Promise<string | null> {
	const file = readFileSync(join(dir, `${name}.pgm`));
	const head = /^P5\n(?:#.*\n)?(\d+) (\d+)\n255\n/.exec(file.subarray(0, 60).toString("latin1"));
	assert.ok(head);
	return page.evaluate(([grey, width, height]: [string, number, number]) => {
		const canvas = document.getElementById("eye") as HTMLCanvasElement;
		const pen = canvas.getContext("2d", { willReadFrequently: true });
		const bytes = atob(grey);
		canvas.width = width;
		canvas.height = height;
		const frame = new ImageData(width, height);
		const points = new Uint32Array(frame.data.buffer);
		for (let i = 0; i < points.length; i++)
			points[i] = 0xff000000 | bytes.charCodeAt(i) * 0x010101;
		pen?.putImageData(frame, 0, 0);
		const reader = (window as unknown as { reader: { readPicture(frame: ImageData): string | null } }).reader;
		return pen ? reader.readPicture(pen.getImageData(0, 0, width, height)) : null;
	}, [file.subarray(head[0].length).toString("base64"), Number(head[1]), Number(head[2])] as [string, number, number]);
}

test("the scanner reads what the pile's camera reads, and nothing else", { timeout: 240_000 }, async (context) => {
	const kinds = readFileSync(join(dir, "kinds.txt"), "utf8").trim().split("\n");
	assert.deepEqual(kinds, Object.keys(LEAST));
	const short: string[] = [];
	for (const [kind, name] of kinds.entries()) {
		let right = 0;
		for (let at = 0; at < TRIES; at++) {
			const text = await read(`${kind}-${at}`);
			assert.ok(text === null || text === readFileSync(join(dir, `${kind}-${at}.txt`), "utf8"), `${name}: another text`);
			right += Number(text !== null);
		}
		context.diagnostic(`${name}: ${right} of ${TRIES}`);
		if (right < (LEAST[name] ?? TRIES))
			short.push(`${name}: ${right}`);
	}
	assert.deepEqual(short, []);
});
