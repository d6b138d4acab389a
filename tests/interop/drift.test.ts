// drift.test.ts - our message tables against the schemas that the independent library ocpp-rpc carries: every field, its
// type, presence, length and enumeration. Differences that are ours on purpose stand in `known`, each with its reason.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Field { kind: string; required: boolean; max: number; names?: string[]; fields?: Fields }
type Fields = Record<string, Field>;
interface Schema { $id?: string; type?: string; properties?: Record<string, Schema>; required?: string[]; items?: Schema; enum?: string[]; maxLength?: number; format?: string }

const ours: Record<string, { req: Fields; conf: Fields }> = JSON.parse(
  execFileSync(join(process.env.LEYDEN_TESTS ?? "build/debug/tests", "interop/ocpp16-rows"), { encoding: "utf8" }));
const schemas = new Map((JSON.parse(readFileSync("node_modules/ocpp-rpc/lib/schemas/ocpp1_6.json", "utf8")) as Schema[])
  .map((schema) => [schema.$id!, schema]));
const core = ["Authorize", "BootNotification", "ChangeAvailability", "ChangeConfiguration", "ClearCache", "DataTransfer", "GetConfiguration",
  "Heartbeat", "MeterValues", "RemoteStartTransaction", "RemoteStopTransaction", "Reset", "StartTransaction", "StatusNotification",
  "StopTransaction", "UnlockConnector", "TriggerMessage"];

const known: Record<string, string> = {
};

function theirKind(schema: Schema): string {
  if (schema.enum) return "enum";
  if (schema.format === "date-time") return "time";
  return schema.type!;
}

function differences(path: string, fields: Fields, schema: Schema): string[] {
  const found: string[] = [];
  const theirs = schema.properties ?? {};
  for (const name of new Set([...Object.keys(fields), ...Object.keys(theirs)])) {
    const at = `${path}.${name}`, mine = fields[name], other = theirs[name];
    if (!mine || !other) {
      found.push(`${at}: only ${mine ? "ours" : "theirs"}`);
      continue;
    }
    if (mine.kind !== theirKind(other)) found.push(`${at}: ${mine.kind} against ${theirKind(other)}`);
    if (mine.required !== (schema.required ?? []).includes(name)) found.push(`${at}: required ${mine.required}`);
    if (other.maxLength !== undefined && mine.max !== other.maxLength) found.push(`${at}: length ${mine.max} against ${other.maxLength}`);
    if (other.enum) {
      const missing = other.enum.filter((word) => !mine.names!.includes(word));
      const more = mine.names!.filter((word) => !other.enum!.includes(word));
      if (missing.length + more.length > 0) found.push(`${at}: names missing [${missing}] more [${more}]`);
    }
    const inner = other.type === "array" ? other.items : other;
    if (mine.fields && inner?.properties) found.push(...differences(at, mine.fields, inner));
  }
  return found;
}

for (const action of core)
  for (const part of ["req", "conf"] as const)
    test(`${action}.${part} is what the standard's schema says`, () => {
      const schema = schemas.get(`urn:${action}.${part}`);
      assert.ok(schema, "the library has no such schema");
      assert.ok(ours[action], "we have no such action");
      const found = differences(`${action}.${part}`, ours[action]![part], schema).filter((line) => !(line in known));
      assert.deepEqual(found, []);
    });
