// schemas.ts - the schemas of OCPP 1.6 that a strict client carries, and valid values made from them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export type Schema = {
  $ref?: string; definitions?: Record<string, Schema>; type?: string; format?: string; enum?: string[]; maxLength?: number; minItems?: number;
  properties?: Record<string, Schema>; required?: string[]; items?: Schema; $id?: string;
};

const main = createRequire(join(process.cwd(), "package.json")).resolve("ocpp-rpc");
const schemas: Schema[] = JSON.parse(readFileSync(join(dirname(main), "lib/schemas/ocpp1_6.json"), "utf8"));
const of = (end: string) => new Map(schemas.filter((one) => one.$id!.endsWith(end)).map((one) => [one.$id!.slice(4, -end.length), one]));
export const requests = of(".req"), answers = of(".conf");

/* What a station says; everything else is said to it, DataTransfer both ways. */
export const fromStation = ["Authorize", "BootNotification", "DataTransfer", "DiagnosticsStatusNotification", "FirmwareStatusNotification",
  "Heartbeat", "LogStatusNotification", "MeterValues", "SecurityEventNotification", "SignCertificate", "SignedFirmwareStatusNotification",
  "StartTransaction", "StatusNotification", "StopTransaction"];
export const toStation = [...requests.keys()].filter((action) => !fromStation.includes(action) || action === "DataTransfer").sort();

export const resolve = (schema: Schema, whole: Schema): Schema =>
  schema.$ref ? whole.definitions![schema.$ref.split("/").pop()!]! : schema;

/* A whole valid value: every field is there. */
export function sample(named: Schema, whole: Schema = named): any {
  const schema = resolve(named, whole);
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case "object": return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, sample(one, whole)]));
    case "array": return [sample(schema.items!, whole)];
    case "integer": return 1;
    case "number": return 1.5;
    case "boolean": return true;
    default: return schema.format === "date-time" ? "2026-01-01T00:00:00Z" : schema.format === "uri" ? "http://example.org" : "A";
  }
}
