/* shoot.ts - takes pictures of every screen into tests/e2e/shots for a person to look at. Not a test. Words on the
 * command line choose the screens by name. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Browser } from "./browser";
import { Mock } from "./mock/server";
import { screens } from "./screens";

const root = process.cwd();
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const option = (name: string, otherwise: string) =>
	process.argv.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? otherwise;

const mock = new Mock(join(root, "web"));
await mock.listen();
const browser = new Browser();
mkdirSync(join(root, "tests/e2e/shots"), { recursive: true });
for (const language of option("lang", "en").split(","))
	for (const theme of option("theme", "light").split(","))
		for (const width of option("width", "360").split(",").map(Number)) {
			const page = await browser.person({ width, height: Number(option("height", width < 800 ? "760" : "860")), dark: theme === "dark", language });
			for (const screen of screens) {
				if (wanted.length > 0 && !wanted.some((word) => screen.name.includes(word)))
					continue;
				await screen.open(page, mock.url, language).catch((error: Error) => console.log(screen.name, error.message, browser.errors));
				await page.screenshot({
					path: join(root, "tests/e2e/shots", `${screen.name}-${width}-${theme}-${language}.png`), fullPage: true,
				});
			}
		}
console.log(browser.errors.join("\n"));
await browser.close();
await mock.close();
