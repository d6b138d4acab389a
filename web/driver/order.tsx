/* order.tsx - the live order: takes over the page the server drew, follows the order over its stream, and shows the view
 * of its state. The link is the session: everything shown comes from the server, nothing from this phone. */
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/i18n";
import { get, post } from "../shared/http";
import { useNow, useTitle } from "../shared/hooks";
import { live } from "../shared/live";
import type { Order } from "../shared/types";
import { Age, Acts } from "./parts";
import { Charging } from "./charging";
import { Starting } from "./starting";
import { Ending } from "./ending";

const FINAL = ["settled", "failed", "cancelled", "written_off"];

/* The driver pressed "pay": as soon as the cashier's address is known the phone goes there, once. Who comes back without
 * having paid stays here and finds the button. */
function useCashier(order: Order): void {
	const url = order.state === "created" && order.owner ? order.pay_url : null;
	useEffect(() => {
		if (!url)
			return;
		try {
			if (sessionStorage.getItem(`cashier ${order.token}`))
				return;
			sessionStorage.setItem(`cashier ${order.token}`, "1");
		} catch {
			return;
		}
		location.href = url;
	}, [url]);
}

function App({ first }: { first: Order }) {
	const [order, setOrder] = useState(first);
	const [stale, setStale] = useState(false);
	const [offset, setOffset] = useState(0);
	const now = useNow(1000, offset);
	const version = useRef(first.version);
	const owner = useRef(first.owner);
	const path = `/v1/public/orders/${first.token}`;

	const take = (next: Order) => {
		if (next.version < version.current)
			return;
		version.current = next.version;
		/* The stream is the same for everybody who watches; who pays is known from this page's own request. */
		owner.current = owner.current || next.owner;
		setOrder({ ...next, owner: owner.current });
	};
	const settledMoney = order.money.refund_state === "none" || order.money.refund_state === "done";
	const over = FINAL.includes(order.state) && settledMoney;
	useEffect(() => {
		if (over)
			return;
		const stream = live(`/events?order=${first.token}`, {
			events: ["order"],
			onEvent: (_, data) => take(data as Order),
			onOpen: () => void get<Order>(path).then(take, () => undefined),
			onStale: setStale,
			onClock: setOffset,
		});
		return () => stream.close();
	}, [over]);

	useCashier(order);
	useTitle(`${t(`order.${order.state}`)} · ${order.pile.name}`);
	const stop = async () => take(await post<Order>(`${path}/stop`));
	const priority = async (on: boolean) => take(await post<Order>(`${path}/priority`, { on }));
	const retry = async () => {
		const next = await post<Order>(`${path}/retry`);
		location.href = next.pay_url ?? `/o/${next.token}`;
	};
	const pay = async () => take(await post<Order>(`${path}/pay`));
	return (
		<div class={stale ? "stale" : undefined}>
			<p class="crumb bar">
				<span><b>{order.pile.name}</b> · {order.pile.site}</span>
				<Age order={order} now={now} stale={stale} />
			</p>
			{stale && <p class="note warn" role="status">{t("driver.stale")}</p>}
			<View order={order} now={now} onStop={stop} onPriority={priority} onRetry={retry} onPay={pay} />
			<Acts order={order} />
		</div>
	);
}

interface ViewProps {
	order: Order; now: number;
	onStop(): Promise<void>; onPriority(on: boolean): Promise<void>; onRetry(): Promise<void>; onPay(): Promise<void>;
}
function View({ order, now, onStop, onPriority, onRetry, onPay }: ViewProps) {
	switch (order.state) {
	case "created":
	case "authorised":
	case "starting":
		return <Starting order={order} now={now} onStop={onStop} />;
	case "charging":
	case "suspended":
	case "stopping":
		return <Charging order={order} now={now} onStop={onStop} onPriority={onPriority} />;
	default:
		return <Ending order={order} now={now} onRetry={onRetry} onPay={onPay} />;
	}
}

const root = document.getElementById("app");
const data = document.getElementById("order");
if (root && data?.textContent) {
	const first = JSON.parse(data.textContent) as Order;
	root.textContent = "";
	render(<App first={first} />, root);
}
