// pile_words.test.ts - the real pile at the real platform in 2.0.1 and 2.1: messages on its display, what it keeps of a customer, other
// servers with a way back, and the house's own words (emergency stop, prices), all asked for over the outside face.
import { test } from "node:test";
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { join } from "node:path";
import { signIn } from "../../bench/operator";
import { json, Platform, until } from "../support/daemons";

const CHOICE = "iec-type2 > ac-3 > signal > ac-phase-sum";

/* side by side: both mostly wait for piles that start again */
test("a pile of 2.x knows every word of the house", { concurrency: true, timeout: 180000 }, (both) => Promise.all(
  ["2.0.1", "2.1"].map((version) => both.test(version, { concurrency: false }, async (t) => {
    const platform = new Platform();
    t.after(() => platform.stop());
    await platform.startServer("--demo", "--unknown-piles", "accept");
    await platform.startPiles("W-0", "--ocpp", version, "--name", "W-1"); // versions are of the names that follow
    const operator = await signIn(String(platform.port), join(platform.dir, "data/demo-login"));
    const read = (path: string) => json(operator.get(path));
    const id: string = await until("the pile to come", async () => {
      const found = (await read("/v1/piles?q=W-1")).items[0];
      return found?.online && found.id;
    });
    /* asks, and waits for the pile's answer */
    const ask = async (path: string, body: object) => {
      const answer = await operator.post(`/v1/piles/${id}/${path}`, body);
      assert.equal(answer.status, 202, `${path}: ${await answer.clone().text()}`);
      const { command_id } = (await answer.json()) as any;
      return until(path, async () => {
        const command = await read(`/v1/commands/${command_id}`);
        return command.state !== "queued" && command.state !== "sent" && command;
      });
    };
    const raw = async (action: string, payload: object) => {
      const answer = await operator.post(`/v1/piles/${id}/ocpp/${action}`, payload);
      return ((await answer.json()) as any).answer;
    };
    /* a report in parts, when its last part has come */
    const report = async (kind: string, command: any) => until(`${kind} after ${JSON.stringify(command)}`, async () => {
      const number = /"requestId":(\d+)/.exec(JSON.stringify(command.payload))?.[1];
      const { parts } = await read(`/v1/piles/${id}/reports/${kind}/${number}`);
      return parts.length > 0 && parts.at(-1).tbc === false && parts;
    });
    const screen = async () => platform.screen("W-1");
    const car = (command: object) => platform.pile("W-1", "control", command); // pulled again and again
    const active = async () => (await raw("GetVariables", { getVariableData: [
      { component: { name: "OCPPCommCtrlr" }, variable: { name: "ActiveNetworkProfile" } }] }))?.getVariableResult?.[0]?.attributeValue;

    await until("the model", async () => (await read(`/v1/piles/${id}/variables?q=LeydenDisplay`)).items[0]?.value === "true", 30000);
    if (version === "2.1") /* a charge keeps the tariff of its start */
      await until("the tariff", async () => (await read("/v1/pile-tariffs")).items.some((one: any) =>
        one.code === "W-1" && one.state === "current"), 30000);
    await car({ do: "plug", soc: 20 });
    await car({ do: "tap", tag: "LAKE0001" });
    await until("energy", async () => (await screen()).outlets[0].state === "charging");

    await t.test("how the car is charged stands at its connector", async () => {
      await until("the choice", async () => (await read(`/v1/piles/${id}`)).connectors.some((one: any) => one.info === CHOICE));
    });

    await t.test("messages are put on the display, read back and taken away", async () => {
      const put = (body: object) => operator.post(`/v1/piles/${id}/displays`, body);
      const texts = async () => (await screen()).messages.map((one: any) => one.texts[0].text);
      const said = (await (await put({ content: "<b>Closed</b> tonight", priority: "InFront" })).json()) as any;
      await until("the message", async () => (await texts())[0] === "<b>Closed</b> tonight");
      await put({ content: "Only when idle", while: "Idle" });
      await put({ content: "While charging", while: "Charging", language: "en" });
      await until("the other", async () => (await texts()).join("|") === "<b>Closed</b> tonight|While charging");
      const refused = (await (await put({ content: "<i>no</i>", format: "HTML" })).json()) as any;
      await until("the refusal", async () => (await read("/v1/displays")).items.some((one: any) =>
        one.id === refused.id && one.error === "NotSupportedMessageFormat"));
      const kept = JSON.stringify(await report("NotifyDisplayMessages", await ask("displays/read", {})));
      assert.ok(kept.includes("Only when idle") && kept.includes("While charging"), kept);
      assert.equal((await operator.post(`/v1/displays/${said.id}/clear`, {})).status, 202);
      await until("it to go", async () => (await texts()).join("|") === "While charging");
    });

    await t.test("what is kept of a customer is told, and forgotten where that may be", async () => {
      const customer = async (body: object) => (await report("NotifyCustomerInformation", await ask("customer", body)))
        .map((part: any) => part.data).join("");
      const told = await customer({ id_tag: "LAKE0001" });
      assert.ok(/card LAKE0001/.test(told) && /kWh, running/.test(told), told);
      const gone = await customer({ id_tag: "LAKE0001", clear: true });
      assert.ok(/for the books, until the server has them/.test(gone), gone);
    });

    /* 2.0.1 has no place for tariffs: there the price comes with the running cost, every half minute (running_cost.flow) */
    if (version === "2.1")
      await t.test("the price of now is on the display", async () => {
        const price = await until("the price", async () => (await screen()).outlets[0].charge?.price);
        assert.match(price, /^\d+\.\d+ [A-Z]{3}$/);
      });

    await t.test("an emergency stop from afar, and its release", async () => {
      assert.equal((await ask("actions/emergency", {})).answer.status, "Accepted");
      await until("the stop", async () => (await screen()).outlets[0].state === "faulted");
      await until("the end of the charge", async () => !(await screen()).outlets[0].charge?.running);
      assert.equal((await ask("actions/emergency-release", {})).answer.status, "Accepted");
      await until("the outlet to be free", async () => {
        await car({ do: "unplug" });
        return (await screen()).outlets[0].state === "available";
      });
    });

    await t.test("another server is tried with the next start, and one that never answers is left again", async () => {
      const network = (slot: number, port: number) =>
        ask("network", { slot, url: `ws://127.0.0.1:${port}/ocpp`, profile: 0, interface: "Wired0" });
      const set = async (variable: string, value: string) => {
        const { answer } = await ask("actions/change-variable", { component: "OCPPCommCtrlr", variable, value });
        assert.match(answer.setVariableResult[0].attributeStatus, /^(Accepted|RebootRequired)$/, JSON.stringify(answer));
      };
      const restart = async (slot: string, before = () => true) => {
        assert.equal((await ask("actions/reset", { type: "Hard" })).answer.status, "Accepted");
        await until(`slot ${slot}`, async () => 
          (await screen()).online && before() && (await active()) === slot, 30000);
      };
      /* a server that lets everyone in and hangs up at once */
      let knocks = 0;
      const dead = createServer((visitor) => (knocks++, visitor.on("error", () => undefined).destroy()));
      await new Promise<void>((resolve) => dead.listen(0, "127.0.0.1", resolve));
      try {
        assert.equal((await network(1, platform.port)).answer.status, "Accepted");
        assert.equal((await network(2, (dead.address() as { port: number }).port)).answer.status, "Accepted");
        await set("NetworkProfileConnectionAttempts", "1");
        await set("NetworkConfigurationPriority", "1,0");
        assert.equal(await active(), "0");
        await restart("1");
        await set("NetworkConfigurationPriority", "2");
        await restart("1", () => knocks === 1);
        await set("NetworkConfigurationPriority", "2,0");
        await restart("0", () => knocks === 2);
      } finally {
        dead.close();
      }
    });
    assert.deepEqual(await platform.stop(), { leyden: 0, piles: 0 });
  }))).then(() => undefined));
