/* installer.tsx - what an installer takes along to a new pile: the code that `leyden-pile provision` or a scanner at the
 * pile reads, on a sheet to print. It holds the password, so it is made here, shown once, and never kept. */
import { useEffect, useState } from "preact/hooks";
import { day, t } from "../shared/i18n";
import { installerCode, type Installing } from "./installer_code";
import { Copy } from "./widgets";

export function InstallerSheet(of: Installing) {
	const [made] = useState(() => installerCode(of, new Date()));
	const [picture, setPicture] = useState("");
	useEffect(() => {
		if (made)
			void import("uqr").then(({ renderSVG }) => setPicture(renderSVG(made.text, { ecc: "M", border: 4 })));
	}, [made]);
	if (!made)
		return null;
	return (
		<section class="installer" aria-labelledby="installer">
			<h3 id="installer">{t("c.installer.title", { code: of.code })}</h3>
			{picture && <img src={`data:image/svg+xml;utf8,${encodeURIComponent(picture)}`} alt={t("c.installer.alt")} width="240" height="240" />}
			<p>{t("c.installer.text", { date: day(made.until.toISOString()) })}</p>
			<p><code>leyden-pile provision --code -</code></p>
			<p><code>{made.text}</code> <Copy text={made.text} label={t("c.installer.alt")} /></p>
			<p class="row"><button type="button" class="button" onClick={() => window.print()}>{t("c.installer.print")}</button></p>
		</section>
	);
}
