/* read.ts - one picture of the phone's camera to the text of the code in it, for browsers without a detector of their own.
 * Loaded by the scanner alone (scan.ts). */
import jsQR from "jsqr";

/* A box of three over the grey values: noise goes, modules of four points and more stay. */
function smooth({ data, width, height }: Picture): Uint8ClampedArray {
	const rows = new Uint16Array(width * height);
	const result = new Uint8ClampedArray(data.length).fill(255);
	for (let y = 0; y < height; y++)
		for (let x = 1; x < width - 1; x++) {
			const at = 4 * (y * width + x);
			/* green says what the eye sees, and is there in grey pictures too */
			rows[y * width + x] = (data[at - 3] ?? 0) + (data[at + 1] ?? 0) + (data[at + 5] ?? 0);
		}
	for (let y = 1; y < height - 1; y++)
		for (let x = 1; x < width - 1; x++) {
			const at = y * width + x;
			const grey = ((rows[at - width] ?? 0) + (rows[at] ?? 0) + (rows[at + width] ?? 0)) / 9;
			result[4 * at] = result[4 * at + 1] = result[4 * at + 2] = grey;
		}
	return result;
}

interface Picture { data: Uint8ClampedArray; width: number; height: number }
const look = (data: Uint8ClampedArray, { width, height }: Picture) => jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data ?? null;

/* The text, or null when no code was made out: of the picture as it is, else of it made smooth. */
export function readPicture(picture: Picture): string | null {
	return look(picture.data, picture) ?? look(smooth(picture), picture);
}
