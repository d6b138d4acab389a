// build.mjs - bundles every page into web/dist: one file per page and language, named by its content, and a manifest
// that maps the plain names to the hashed ones. Catalogue keys a bundle cannot use are left out of it.
import * as esbuild from "esbuild";
import { mkdir, readFile, rm, writeFile, readdir } from "node:fs/promises";
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(fileURLToPath(import.meta.url));
const dist = join(web, "dist");
const languages = ["zh-CN", "en", "de"];
const bundles = [
	{ name: "driver", entry: "driver/order.tsx", skip: ["page.", "c.", "display.", "connector.", "wallet.", "error.", "field.", "problem."] },
	{ name: "console", entry: "console/main.tsx", skip: ["page.", "driver.", "display.", "wallet.", "surplus.", "error.", "field.", "problem."],
		later: ["c.energy.", "c.grid.", "c.stream.", "c.swap.", "c.watch.", "c.order_pile.", "c.back.", "c.power.", "c.raw.", "c.setup."] },
];
const target = ["es2020", "safari14"];

// The module "leyden:texts" is the catalogue of the bundle's language, without the keys of other pages and those that only parts
// loaded later speak: these are "leyden:texts/later", which such a part learns (shared/i18n.ts).
function texts(language, { skip, later = [] }) {
	return {
		name: "texts",
		setup(build) {
			build.onResolve({ filter: /^leyden:texts/ }, ({ path }) => ({ path, namespace: "texts" }));
			build.onLoad({ filter: /.*/, namespace: "texts" }, async ({ path }) => {
				const wanted = path.endsWith("/later");
				const all = JSON.parse(await readFile(join(web, "i18n", `${language}.json`), "utf8"));
				const kept = Object.entries(all).filter(([key]) => !skip.some((s) => key.startsWith(s)) && wanted === later.some((s) => key.startsWith(s)));
				return { contents: JSON.stringify({ language, texts: Object.fromEntries(kept) }), loader: "json" };
			});
		},
	};
}

function hashed(name, bytes) {
	const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
	const dot = name.lastIndexOf(".");
	return `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
}

const manifest = {};
async function put(name, bytes) {
	manifest[name] = hashed(name, bytes);
	await writeFile(join(dist, manifest[name]), bytes);
}

const common = {
	bundle: true, minify: true, target, charset: "utf8", legalComments: "none",
	/* Safari 14 has one rare destructuring fault that nothing here touches; without this esbuild refuses. */
	supported: { destructuring: true },
	jsx: "automatic", jsxImportSource: "preact", logLevel: "warning",
};

async function scripts(bundle, language) {
	const result = await esbuild.build({
		...common, format: "esm", splitting: true, outdir: dist, metafile: true,
		entryPoints: [{ in: join(web, bundle.entry), out: `${bundle.name}.${language}` }],
		entryNames: "[name]-[hash]", chunkNames: "part-[hash]",
		plugins: [texts(language, bundle)],
	});
	for (const [path, output] of Object.entries(result.metafile.outputs))
		/* a lazily loaded part is an entry point too */
		if (output.entryPoint?.endsWith(bundle.entry))
			manifest[`${bundle.name}.${language}.js`] = basename(path);
}

async function single(entry, name, options = {}) {
	const result = await esbuild.build({
		...common, ...options, write: false, entryPoints: [join(web, entry)],
	});
	await put(name, result.outputFiles[0].contents);
	return result.outputFiles[0].text;
}

// Scanner and codes of offline charging need no words of their own: the page holds them. The decoder is a part of its
// own, loaded only where the browser has none.
async function offline() {
	const result = await esbuild.build({
		...common, format: "esm", splitting: true, outdir: dist, metafile: true,
		entryPoints: [{ in: join(web, "offline/page.ts"), out: "offline" }],
		entryNames: "[name]-[hash]", chunkNames: "part-[hash]",
	});
	for (const [path, output] of Object.entries(result.metafile.outputs))
		if (output.entryPoint?.endsWith("offline/page.ts"))
			manifest["offline.js"] = basename(path);
	const worker = await esbuild.build({ ...common, format: "iife", write: false, entryPoints: [join(web, "offline/worker.ts")] });
	await writeFile(join(dist, "code-worker.js"), worker.outputFiles[0].contents);
}

// The pile serves one self-contained file: its display needs neither assets nor a network.
async function display() {
	const one = async (entry, options = {}) => (await esbuild.build({
		...common, ...options, write: false, entryPoints: [join(web, entry)],
	})).outputFiles[0].text;
	const words = {};
	for (const language of languages) {
		const all = JSON.parse(await readFile(join(web, "i18n", `${language}.json`), "utf8"));
		words[language] = Object.fromEntries(Object.entries(all)
			.filter(([key]) => key.startsWith("display.")).map(([key, text]) => [key.slice(8), text]));
	}
	const page = await readFile(join(web, "pile", "display.html"), "utf8");
	const css = await one("pile/display.css");
	const js = await one("pile/display.ts", { format: "iife", define: { WORDS: JSON.stringify(words) } });
	await writeFile(join(dist, "display.html"), page
		.replace("</head>", () => `<style>${css.trim()}</style>\n</head>`)
		.replace("</body>", () => `<script>${js.trim().replaceAll("</script", "<\\/script")}</script>\n</body>`));
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([
	...bundles.flatMap((bundle) => languages.map((language) => scripts(bundle, language))),
	single("driver/landing.ts", "landing.js", { format: "iife" }),
	single("driver/page.css", "page.css"),
	single("console/console.css", "console.css"),
	display(),
	offline(),
]);
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(join(dist, "manifest.json"), JSON.stringify(sorted, null, "\t") + "\n");
if (process.argv.includes("--list"))
	for (const file of (await readdir(dist)).sort())
		console.log(file);
