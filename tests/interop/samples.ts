// samples.ts - valid messages made from the schemas a strict client carries, for every version: the least a message may hold, all it
// may hold, everything as long as it may be, and every word of every list of words once.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createValidator } from "ocpp-rpc";

export type Schema = {
  $id?: string; $ref?: string; type?: string; format?: string; enum?: string[]; maxLength?: number; minItems?: number; maxItems?: number;
  minimum?: number; maximum?: number; properties?: Record<string, Schema>; required?: string[]; items?: Schema; definitions?: Record<string, Schema>;
};
export type Sample = { what: string; payload: any };
export type Protocol = "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1";

const folder = join(dirname(createRequire(join(process.cwd(), "package.json")).resolve("ocpp-rpc")), "lib/schemas");
const files: Record<Protocol, string> = { "ocpp1.6": "ocpp1_6.json", "ocpp2.0.1": "ocpp2_0_1.json", "ocpp2.1": "ocpp2_1.json" };

/* The library's schemas of 2.1 carry names which its own strict mode does not look for. */
function named(id: string): string {
  const one = id.replace(/Request$/, ".req").replace(/Response$/, ".conf");
  return one.includes(".") ? one : `${one}.req`;
}
export const schemas = (protocol: Protocol): Schema[] =>
  (JSON.parse(readFileSync(join(folder, files[protocol]), "utf8")) as Schema[]).map((one) => ({ ...one, $id: named(one.$id!) }));
export const requests = (protocol: Protocol): Map<string, Schema> => new Map(schemas(protocol).filter((one) => one.$id!.endsWith(".req"))
  .map((one) => [one.$id!.slice(4, -4), one]));
/* What makes a client or server of the library strict in this version. */
export const strict = (protocol: Protocol) =>
  ({ protocols: [protocol], strictMode: true, strictModeValidators: [createValidator(protocol, schemas(protocol) as any)] });

/* What a station says; everything else is said to it, DataTransfer both ways. */
const old = ["Authorize", "BootNotification", "DataTransfer", "DiagnosticsStatusNotification", "FirmwareStatusNotification", "Heartbeat",
  "LogStatusNotification", "MeterValues", "SecurityEventNotification", "SignCertificate", "SignedFirmwareStatusNotification", "StartTransaction",
  "StatusNotification", "StopTransaction"];
const young = ["Authorize", "BatterySwap", "BootNotification", "ClearedChargingLimit", "ClosePeriodicEventStream", "DataTransfer",
  "FirmwareStatusNotification", "Get15118EVCertificate", "GetCertificateChainStatus", "GetCertificateStatus", "Heartbeat", "LogStatusNotification",
  "MeterValues", "NotifyChargingLimit", "NotifyCustomerInformation", "NotifyDERAlarm", "NotifyDERStartStop",
  "NotifyDisplayMessages", "NotifyEVChargingNeeds", "NotifyEVChargingSchedule", "NotifyEvent", "NotifyMonitoringReport", "NotifyPeriodicEventStream",
  "NotifyPriorityCharging", "NotifyReport", "NotifySettlement", "OpenPeriodicEventStream",
  "PublishFirmwareStatusNotification", "PullDynamicScheduleUpdate", "ReportChargingProfiles", "ReportDERControl", "ReservationStatusUpdate",
  "SecurityEventNotification", "SignCertificate", "StatusNotification", "TransactionEvent", "VatNumberValidation"];
export const fromStation = (protocol: Protocol): string[] => {
  const known = requests(protocol);
  return (protocol === "ocpp1.6" ? old : young).filter((one) => known.has(one));
};
export const toStation = (protocol: Protocol): string[] => {
  const theirs = fromStation(protocol);
  return [...requests(protocol).keys()].filter((one) => !theirs.includes(one) || one === "DataTransfer").sort();
};

type Way = { full: boolean; longest: boolean; word?: { path: string; at: number } };
class Maker {
  readonly words: { path: string; count: number }[] = [];
  constructor(private whole: Schema, private way: Way) {}

  make(named: Schema, path: string, depth: number): any {
    const schema = named.$ref ? this.whole.definitions![named.$ref.split("/").pop()!]! : named;
    if (schema.enum) {
      this.words.push({ path, count: schema.enum.length });
      return schema.enum[this.way.word?.path === path ? this.way.word.at : 0];
    }
    switch (schema.type) {
      case "object": return this.object(schema, path, depth);
      case "array": return Array.from({ length: Math.max(schema.minItems ?? 0, 1) }, () => this.make(schema.items!, `${path}[]`, depth));
      case "integer": return Math.min(Math.max(1, schema.minimum ?? 1), schema.maximum ?? 1);
      case "number": return Math.min(Math.max(1.5, schema.minimum ?? 1.5), schema.maximum ?? 1.5);
      case "boolean": return true;
      default: return this.text(schema);
    }
  }
  private object(schema: Schema, path: string, depth: number): any {
    const required = new Set(schema.required ?? []);
    return Object.fromEntries(Object.entries(schema.properties ?? {})
      .filter(([name]) => required.has(name) || (this.way.full && name !== "customData" && depth < 6))
      .map(([name, one]) => [name, this.make(one, `${path}.${name}`, depth + 1)]));
  }
  private text(schema: Schema): string {
    if (schema.format === "date-time") return new Date(Date.now() + 3600000).toISOString();
    if (schema.format === "uri") return "http://127.0.0.1:9/x"; // nobody listens there
    return this.way.longest ? "é".repeat(Math.min(schema.maxLength ?? 1, 3000)) : "A";
  }
}

/* All the valid forms of one message. */
export function samples(schema: Schema): Sample[] {
  const make = (way: Way) => new Maker(schema, way).make(schema, "", 0);
  const all: Sample[] = [{ what: "the least", payload: make({ full: false, longest: false }) },
    { what: "all fields", payload: make({ full: true, longest: false }) }, { what: "as long as may be", payload: make({ full: true, longest: true }) }];
  const maker = new Maker(schema, { full: true, longest: false });
  maker.make(schema, "", 0);
  for (const { path, count } of maker.words)
    for (let at = 1; at < count; at++)
      all.push({ what: `${path.slice(1)} no. ${at + 1}`, payload: make({ full: true, longest: false, word: { path, at } }) });
  return all;
}
