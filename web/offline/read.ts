/* read.ts - one picture of the phone's camera to the text of the code in it, for browsers without a detector of their own.
 * Loaded by the scanner alone (scan.ts). */
import jsQR from "jsqr";

/* The text, or null when no code was made out. */
export function readPicture({ data, width, height }: { data: Uint8ClampedArray; width: number; height: number }): string | null {
	return jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data ?? null;
}
