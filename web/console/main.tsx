/* main.tsx - the operator application: who is signed in, the frame around every screen, and which screen it is. */
import { render, type ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { language, number, setUsualZone, t } from "../shared/i18n";
import { get, post, setCsrf, type Refused } from "../shared/http";
import { connect, disconnect, MeContext, useData, useStale } from "./data";
import { later } from "./later";
import { go, Link, PlaceContext, usePlace, useRouter } from "./router";
import { Empty, Fault, Title, Waiting } from "./widgets";
import { SignIn } from "./signin";
import { DashboardScreen, AttentionScreen } from "./dashboard";
import { PilesScreen } from "./piles";
import { SitesScreen } from "./sites";
import { ApproveScreen, PileScreen } from "./pile";
import { OrdersScreen } from "./orders";
import { OrderScreen } from "./order";
import { TariffsScreen } from "./tariffs";
import { MembersScreen, MemberScreen } from "./members";
import { VehiclesScreen } from "./vehicles";
import { LedgerScreen } from "./ledger";
import { AlarmsScreen, AuditScreen, PaymentsScreen, RefusalsScreen } from "./records";
import type { Counts, Me, Site } from "./types";

/* Looked at by few, and rarely. */
const LoadScreen = later(() => import("./power").then((part) => part.LoadScreen));
const TariffScreen = later(() => import("./tariff_edit").then((part) => part.TariffScreen));
const CardScreen = later(() => import("./cards").then((part) => part.CardScreen));
const SearchScreen = later(() => import("./search").then((part) => part.SearchScreen));
const SecurityScreen = later(() => import("./security_desk").then((part) => part.SecurityScreen));
const DisplaysScreen = later(() => import("./displays").then((part) => part.DisplaysScreen));
const FirmwareScreen = later(() => import("./firmware").then((part) => part.FirmwareScreen));
const SetupsScreen = later(() => import("./setups").then((part) => part.SetupsScreen));

const NAV = ["dashboard", "attention", "piles", "sites", "firmware", "setups", "displays", "security", "orders", "tariffs", "members", "vehicles", "ledger", "payments", "audit"];
const href = (name: string) => (name === "dashboard" ? "/console" : `/console/${name}`);

function screen(parts: string[]): ComponentChildren {
	const [name = "dashboard", id] = parts;
	switch (name) {
	case "dashboard": return <DashboardScreen />;
	case "attention": return <AttentionScreen />;
	case "piles": return id ? <PileScreen key={id} id={id} tab={parts[2] ?? "now"} /> : <PilesScreen />;
	case "sites": return id && parts[2] === "load" ? <LoadScreen key={id} id={id} /> : <SitesScreen id={id} />;
	case "approve": return <ApproveScreen />;
	case "orders": return id ? <OrderScreen key={id} id={id} /> : <OrdersScreen />;
	case "tariffs": return id ? <TariffScreen key={id} series={id} /> : <TariffsScreen />;
	case "members": return id ? <MemberScreen key={id} id={id} /> : <MembersScreen />;
	case "vehicles": return <VehiclesScreen />;
	case "cards": return id ? <CardScreen key={id} id={id} /> : <MembersScreen />;
	case "ledger": return <LedgerScreen tab={id ?? "accounts"} />;
	case "payments": return <PaymentsScreen />;
	case "audit": return <AuditScreen />;
	case "refusals": return <RefusalsScreen />;
	case "alarms": return <AlarmsScreen />;
	case "firmware": return <FirmwareScreen tab={id ?? "campaigns"} id={parts[2]} />;
	case "setups": return <SetupsScreen id={id} />;
	case "displays": return <DisplaysScreen />;
	case "security": return <SecurityScreen tab={id ?? "server"} />;
	case "search": return <SearchScreen />;
	default: return <><Title text={t("c.nowhere")} /><Empty text={t("c.nowhere_text")}><Link href="/console">{t("c.nav.dashboard")}</Link></Empty></>;
	}
}

function Search() {
	const place = usePlace();
	const [text, setText] = useState(place.query.get("q") ?? "");
	const submit = (event: Event) => {
		event.preventDefault();
		if (text.trim())
			go(`/console/search?q=${encodeURIComponent(text.trim())}`);
	};
	return (
		<form class="search" role="search" onSubmit={submit}>
			<input type="search" aria-label={t("c.search")} placeholder={t("c.search")} value={text} maxLength={80}
				onInput={(event) => setText(event.currentTarget.value)} />
		</form>
	);
}

function Languages() {
	const choose = (code: string) => {
		document.cookie = `lang=${code}; Path=/; Max-Age=31536000; SameSite=Lax`;
		const url = new URL(location.href);
		url.searchParams.delete("lang");
		location.href = url.href;
	};
	return (
		<select class="lang" aria-label={t("c.language")} value={language} onChange={(event) => choose(event.currentTarget.value)}>
			<option value="zh-CN">中文</option><option value="en">English</option><option value="de">Deutsch</option>
		</select>
	);
}

function Frame({ me, onOut }: { me: Me; onOut(): void }) {
	const place = usePlace();
	const stale = useStale();
	const [open, setOpen] = useState(false);
	useEffect(() => setOpen(false), [place.path]);
	const counts = useData<Counts>("/v1/counts", ["pile", "order", "alarm"]).data;
	const waiting = (counts?.attention ?? []).reduce((sum, item) => sum + item.count, 0);
	const out = () => void post("/v1/logout").then(onOut, onOut);
	const current = place.parts[0] ?? "dashboard";
	return (
		<div class="frame">
			<a class="skip" href="#main">{t("c.skip")}</a>
			<aside class={open ? "open" : undefined}>
				<div class="brand-row">
					<Link class="brand" href="/console">
						<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a9 9 0 1 1-6.4 2.6" /><path d="M12 8v5" /></svg>
						<span>{me.tenant.name}</span>
					</Link>
					<button type="button" class="menu" aria-expanded={open} onClick={() => setOpen(!open)}>{t("c.menu")}</button>
				</div>
				<nav aria-label={t("c.main_nav")}>
					{NAV.map((name) => <Link key={name} href={href(name)} current={name === current}>{t(`c.nav.${name}`)}
						{name === "attention" && waiting > 0 && <span class="count">{number(waiting)}</span>}</Link>)}
				</nav>
				<div class="who">
					<p>{me.name} <span class="dim">{t(`c.role.${me.role}`)}</span></p>
					<Languages />
					<button type="button" class="link" onClick={out}>{t("c.sign_out")}</button>
				</div>
			</aside>
			<div class="body">
				<div class="topline"><Search key={place.query.get("q") ?? ""} /></div>
				{stale && <p class="note warn" role="status">{t("c.stale")}</p>}
				<main id="main" tabIndex={-1}>{screen(place.parts)}</main>
			</div>
		</div>
	);
}

function App() {
	const place = useRouter();
	const [me, setMe] = useState<Me | null>(null);
	const [asked, setAsked] = useState(false);
	const [error, setError] = useState<Refused | null>(null);
	const enter = async (who: Me) => {
		setCsrf(who.csrf);
		const sites = await get<{ items: Site[] }>("/v1/sites?limit=1").catch(() => ({ items: [] as Site[] }));
		setUsualZone(sites.items[0]?.zone);
		setMe(who);
		connect();
	};
	const leave = () => {
		disconnect();
		setMe(null);
	};
	const ask = () => {
		setError(null);
		get<Me>("/v1/me").then(enter, (refused: Refused) => refused.status !== 401 && setError(refused))
			.finally(() => setAsked(true));
	};
	useEffect(() => {
		ask();
		addEventListener("leyden:signed-out", leave);
		return () => removeEventListener("leyden:signed-out", leave);
	}, []);
	if (!asked)
		return <Waiting />;
	if (error)
		return <div class="lone"><Fault error={error} retry={ask} /></div>;
	return (
		<PlaceContext.Provider value={place}>
			{me ? <MeContext.Provider value={me}><Frame me={me} onOut={leave} /></MeContext.Provider>
				: <SignIn languages={<Languages />} onIn={enter} />}
		</PlaceContext.Provider>
	);
}

const root = document.getElementById("app");
if (root)
	render(<App />, root);
