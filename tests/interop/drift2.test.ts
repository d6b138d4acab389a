// drift2.test.ts - our field tables of OCPP 2.0.1 and 2.1 against the schemas a strict client carries, both ways: every message of
// the schemas has its table and every table its schema, with the same fields, types, presence, lengths, counts and words.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";

type Field = {
  kind: string; required: boolean; max: number; least: number; most: number; fields?: Record<string, Field>; names?: string[];
};
type Schema = {
  $id?: string; $ref?: string; type?: string; format?: string; enum?: string[]; maxLength?: number; minItems?: number; maxItems?: number;
  properties?: Record<string, Schema>; required?: string[]; items?: Schema; definitions?: Record<string, Schema>;
};

const types: Record<string, string | undefined> = {
  STR: "string", INT: "integer", BOOL: "boolean", TIME: "string", DEC: "number", ENUM: "string", OBJ: "object",
  LIST: "array", STRS: "array", INTS: "array", ENUMS: "array", RAW: undefined,
};

// Compares the tables of one version; `all` is the message's schema, which holds the definitions.
class Comparison {
  constructor(private all: Schema) {}

  resolve(schema: Schema): Schema {
    const name = schema.$ref?.replace("#/definitions/", "");
    return name ? this.all.definitions![name] : schema;
  }

  words(path: string, field: Field, schema: Schema): void {
    assert.deepEqual([...field.names!].sort(), [...schema.enum!].sort(), `${path}: words`);
  }

  elements(path: string, field: Field, schema: Schema): void {
    const items = this.resolve(schema.items!);
    assert.equal(field.least, schema.minItems ?? 0, `${path}: least elements`);
    if (schema.maxItems !== undefined) assert.equal(field.most, schema.maxItems, `${path}: most elements`);
    if (field.kind === "LIST") this.object(path, field.fields!, items);
    if (field.kind === "STRS") assert.equal(field.max, items.maxLength, `${path}: length of elements`);
    if (field.kind === "ENUMS") this.words(path, field, items);
    if (field.kind === "INTS") assert.equal(items.type, "integer", `${path}: type of elements`);
  }

  field(path: string, field: Field, schema: Schema): void {
    assert.equal(types[field.kind], schema.type, `${path}: type`);
    assert.equal(schema.format, field.kind === "TIME" ? "date-time" : undefined, `${path}: format`);
    if (field.kind === "ENUM") this.words(path, field, schema);
    else assert.equal(schema.enum, undefined, `${path}: words`);
    if (field.kind === "OBJ") this.object(path, field.fields!, schema);
    if (field.kind === "STR" && schema.maxLength !== undefined) assert.equal(field.max, schema.maxLength, `${path}: length`);
    if (schema.type === "array") this.elements(path, field, schema);
  }

  object(path: string, all: Record<string, Field>, schema: Schema): void {
    // customData is open to anybody, so our own members of it stand in no schema
    const own = (name: string) => path.endsWith(".customData") && name.startsWith("leyden");
    const fields = Object.fromEntries(Object.entries(all).filter(([name]) => !own(name)));
    const properties = schema.properties ?? {};
    const required = new Set(schema.required ?? []);
    assert.deepEqual(Object.keys(fields).sort(), Object.keys(properties).sort(), `${path}: fields`);
    for (const [name, field] of Object.entries(fields)) {
      assert.equal(field.required, required.has(name), `${path}.${name}: presence`);
      this.field(`${path}.${name}`, field, this.resolve(properties[name]));
    }
  }
}

// The schemas' names of messages in our words.
function nameOf(id: string): string {
  const name = id.replace("urn:", "").replace(/Request$/, ".req").replace(/Response$/, ".conf");
  return name.includes(".") ? name : `${name}.req`;
}

const program = ["build/debug", "build/release", "build"].map((dir) => join(dir, "tests/interop/ocpp-records")).find(existsSync);
const main = createRequire(join(process.cwd(), "package.json")).resolve("ocpp-rpc");

for (const [version, file, count] of [["2.0.1", "ocpp2_0_1.json", 128], ["2.1", "ocpp2_1.json", 181]] as const)
  describe(`the tables of OCPP ${version}`, () => {
    assert.ok(program, "ocpp-records is built");
    const tables: Record<string, Record<string, Field>> =
      JSON.parse(execFileSync(program, [version], { encoding: "utf8", maxBuffer: 16 << 20 }));
    const schemas: Schema[] = JSON.parse(readFileSync(join(dirname(main), "lib/schemas", file), "utf8"));

    test("are those of all messages", () => {
      assert.equal(schemas.length, count);
      assert.deepEqual(Object.keys(tables).sort(), schemas.map((one) => nameOf(one.$id!)).sort());
    });
    for (const schema of schemas)
      test(nameOf(schema.$id!), () => new Comparison(schema).object(nameOf(schema.$id!), tables[nameOf(schema.$id!)], schema));
  });
