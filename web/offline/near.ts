/* near.ts - is the phone where the pile says it stands? A photographed code leads to somebody else's pile. Only looked at
 * when the driver has allowed this site to know the place before: nobody is asked for it here. */
const FAR_M = 2000; /* phones indoors are wrong by hundreds of metres */
const DEGREE_M = 111_320;
const E5 = 100_000;

/* Metres between two places in degrees, good enough for "far". */
export function metres(latitude: number, longitude: number, toLatitude: number, toLongitude: number): number {
	const east = ((toLongitude - longitude + 540) % 360 - 180) * Math.cos(latitude * Math.PI / 180);
	return Math.hypot(toLatitude - latitude, east) * DEGREE_M;
}

function warn(page: HTMLElement): void {
	const note = document.createElement("p");
	note.className = "note warn";
	note.setAttribute("role", "alert");
	note.textContent = page.dataset.far ?? "";
	page.prepend(note);
}

export async function near(page: HTMLElement): Promise<void> {
	const [latitude, longitude] = (page.dataset.position ?? "").split(",").map((part) => Number(part) / E5);
	const allowed = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
	if (allowed?.state !== "granted" || latitude === undefined || longitude === undefined)
		return;
	navigator.geolocation.getCurrentPosition(({ coords }) => {
		if (metres(coords.latitude, coords.longitude, latitude, longitude) - coords.accuracy > FAR_M)
			warn(page);
	}, () => undefined);
}
