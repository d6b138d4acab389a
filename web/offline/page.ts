/* page.ts - UI interaction module: finds out which page of offline charging this is and brings its parts to life. Every
 * page but the scanner is complete without it. */
import { request } from "./request";
import { show } from "./show";
import { scan } from "./scan";
import { pay } from "./pay";
import { receive } from "./receive";
import { near } from "./near";

const offered = document.getElementById("offline");
if (offered?.dataset.position)
	void near(offered);
if (document.getElementById("request"))
	request();
if (document.getElementById("code")) {
	receive();
	show();
}
if (document.getElementById("scan"))
	scan();
if (document.getElementById("settle"))
	pay();
