// drift.test.ts - our field tables of OCPP 1.6 against the schemas a strict client carries: every message, every field, its type,
// its presence, its length and its words.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";

type Field = { kind: string; required: boolean; max: number; least: number; fields?: Record<string, Field>; names?: string[] };
type Schema = {
  $ref?: string; definitions?: Record<string, Schema>; type?: string; format?: string; enum?: string[]; maxLength?: number; minItems?: number;
  properties?: Record<string, Schema>; required?: string[]; items?: Schema; additionalProperties?: boolean; $id?: string;
};

const types: Record<string, string> = {
  STR: "string", INT: "integer", BOOL: "boolean", TIME: "string", DEC: "number", ENUM: "string", OBJ: "object",
  LIST: "array", STRS: "array",
};
// Texts the standard leaves without a length have a bound of ours; a charging schedule without periods says nothing.
const ours = new Set(["DataTransfer.req.data", "DataTransfer.conf.data", "MeterValues.req.meterValue.sampledValue.value",
  "StopTransaction.req.transactionData.sampledValue.value",
  "RemoteStartTransaction.req.chargingProfile.chargingSchedule.chargingSchedulePeriod",
  "SetChargingProfile.req.csChargingProfiles.chargingSchedule.chargingSchedulePeriod",
  "GetCompositeSchedule.conf.chargingSchedule.chargingSchedulePeriod"]);
const addresses = new Set(["GetDiagnostics.req.location", "UpdateFirmware.req.location"]);

/* The security extension's schemas name their types; the whole is where the names are kept. */
function resolve(schema: Schema, whole: Schema): Schema {
  return schema.$ref ? whole.definitions![schema.$ref.split("/").pop()!] : schema;
}

function compareField(path: string, field: Field, named: Schema, whole: Schema): void {
  const schema = resolve(named, whole);
  assert.equal(types[field.kind], schema.type, `${path}: type`);
  if (field.kind === "TIME") assert.equal(schema.format, "date-time", `${path}: format`);
  else if (addresses.has(path)) assert.equal(schema.format, "uri", `${path}: format`);
  else assert.equal(schema.format, undefined, `${path}: format`);
  if (field.kind === "ENUM") assert.deepEqual([...field.names!].sort(), [...schema.enum!].sort(), `${path}: words`);
  else assert.equal(schema.enum, undefined, `${path}: words`);
  if (field.kind === "OBJ") compare(path, field.fields!, schema, whole);
  if (field.kind === "LIST") compare(path, field.fields!, resolve(schema.items!, whole), whole);
  if (ours.has(path) || addresses.has(path)) return;
  if (field.kind === "STR") assert.equal(field.max, schema.maxLength, `${path}: length`);
  if (field.kind === "STRS") assert.equal(field.max, schema.items!.maxLength, `${path}: length`);
  if (field.kind === "LIST" || field.kind === "STRS") assert.equal(field.least, schema.minItems ?? 0, `${path}: elements`);
}

function compare(path: string, fields: Record<string, Field>, schema: Schema, whole: Schema): void {
  const properties = schema.properties ?? {};
  const required = new Set(schema.required ?? []);
  assert.deepEqual(Object.keys(fields).sort(), Object.keys(properties).sort(), `${path}: fields`);
  for (const [name, field] of Object.entries(fields)) {
    assert.equal(field.required, required.has(name), `${path}.${name}: presence`);
    compareField(`${path}.${name}`, field, properties[name], whole);
  }
}

describe("the tables of OCPP 1.6", () => {
  const program = ["build/debug", "build/release", "build"].map((dir) => join(dir, "tests/interop/ocpp-records")).find(existsSync);
  assert.ok(program, "ocpp-records is built");
  const tables: Record<string, Record<string, Field>> = JSON.parse(execFileSync(program, ["1.6"], { encoding: "utf8" }));
  const main = createRequire(join(process.cwd(), "package.json")).resolve("ocpp-rpc");
  const schemas: Schema[] = JSON.parse(readFileSync(join(dirname(main), "lib/schemas/ocpp1_6.json"), "utf8"));

  test("are those of all 39 actions, asked and answered", () => {
    assert.equal(Object.keys(tables).length, schemas.length);
    assert.equal(schemas.length, 78);
  });
  for (const [name, fields] of Object.entries(tables))
    test(name, () => {
      const schema = schemas.find((one) => one.$id === `urn:${name}`);
      assert.ok(schema, "there is a schema");
      compare(name, fields, schema, schema);
    });
});
