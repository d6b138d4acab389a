/* scan.ts - first scan module: the phone's camera reads the pile's codes. The browser's own detector is used where there
 * is one; else a decoder is loaded, here and nowhere else. Pictures never leave the phone. */
import { parse } from "./parse";

type Decode = (video: HTMLVideoElement) => Promise<string[]>;
interface Detector { detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]> }
interface DetectorMaker { new(options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> }

const PAUSE_MS = 120;
const SIDE_MOST = 800;

async function native(): Promise<Decode | null> {
	const maker = (window as unknown as { BarcodeDetector?: DetectorMaker }).BarcodeDetector;
	if (!maker || !(await maker.getSupportedFormats().catch(() => [] as string[])).includes("qr_code"))
		return null;
	const detector = new maker({ formats: ["qr_code"] });
	return async (video) => (await detector.detect(video)).map((code) => code.rawValue);
}

async function loaded(): Promise<Decode> {
	const { readPicture } = await import("./read");
	const canvas = document.createElement("canvas");
	const pen = canvas.getContext("2d", { willReadFrequently: true });
	return async (video) => {
		const scale = Math.min(1, SIDE_MOST / Math.max(video.videoWidth, video.videoHeight, 1));
		canvas.width = Math.floor(video.videoWidth * scale);
		canvas.height = Math.floor(video.videoHeight * scale);
		if (!pen || canvas.width === 0 || canvas.height === 0)
			return [];
		pen.drawImage(video, 0, 0, canvas.width, canvas.height);
		const text = readPicture(pen.getImageData(0, 0, canvas.width, canvas.height));
		return text === null ? [] : [text];
	};
}

function say(word: "none" | "denied" | "foreign"): void {
	const page = document.getElementById("scan");
	const line = document.getElementById("say");
	if (page && line)
		line.textContent = page.dataset[word] ?? "";
}

async function look(video: HTMLVideoElement, decode: Decode): Promise<void> {
	for (;;) {
		for (const text of await decode(video).catch(() => [] as string[])) {
			const target = parse(text, location.origin);
			if (target) {
				(video.srcObject as MediaStream | null)?.getTracks().forEach((track) => track.stop());
				return location.assign(target);
			}
			say("foreign");
		}
		await new Promise((done) => setTimeout(done, PAUSE_MS));
	}
}

async function start(): Promise<void> {
	const video = document.getElementById("eye") as HTMLVideoElement;
	if (!navigator.mediaDevices?.getUserMedia)
		return say("none");
	try {
		video.srcObject = await navigator.mediaDevices.getUserMedia({
			video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
		});
		await video.play();
	} catch {
		return say("denied");
	}
	await look(video, (await native()) ?? (await loaded()));
}

export function scan(): void {
	const button = document.getElementById("scan-start") as HTMLButtonElement;
	button.addEventListener("click", () => {
		button.hidden = true;
		void start();
	});
}
