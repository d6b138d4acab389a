/* texts.d.ts - the catalogue of the bundle's language, put in by the build. */
declare module "leyden:texts/later" {
	const catalogue: { language: string; texts: Record<string, string> };
	export default catalogue;
}
declare module "leyden:texts" {
	const catalogue: { language: string; texts: Record<string, string> };
	export default catalogue;
}
