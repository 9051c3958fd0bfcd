import { describedHub, documents } from "../src/documents.ts";
import type { Document, DocumentedOperation } from "../src/http/document.ts";
import type { Operation } from "../src/http/operation.ts";

/**
 * Calls made of the document alone: its examples, with the ids of a world put in. An operation that is added is called
 * by the suites the day it exists.
 */

export const operations: readonly Operation[] = describedHub().operations;

/** Whose ids a call names: by prefix; `external` is the agenda software's own name of an object. */
export type WorldIds = Readonly<Record<string, string>>;

export interface Sample {
  /** By name. */
  path: Record<string, string>;
  query: Record<string, string>;
  /** The example of the body, of one line when it is NDJSON; undefined without one. */
  body: unknown;
}

/** Where a sample names an object. */
export interface Location {
  part: "path" | "query" | "body";
  /** A parameter's name; a JSON pointer into the body. */
  name: string;
  /** The prefixes of the ids that stand there. */
  kinds: string[];
  /** The sample with an id there: the example may lack an optional one. */
  sample: Sample;
}

const idText = /\b([a-z]{3})_[0-9a-hjkmnp-tv-z]{26}\b/g;
const idPattern = /^\^\(?([a-z]{3})_/;

/** The operation's call as the document shows it: required parameters and the body. */
export function sampleOf(declared: Operation): Sample {
  const sample: Sample = { path: {}, query: {}, body: declared.example.body };
  for (const { name, in: part, required, schema } of parametersOf(declared)) {
    if (part === "path") sample.path[name] = exampleText(schema);
    else if (part === "query" && required) sample.query[name] = exampleText(schema);
  }
  return sample;
}

/** Every place where a caller may name an object: in the path, the query and the body. */
export function locationsOf(declared: Operation): Location[] {
  const base = sampleOf(declared);
  const found: Location[] = [];
  for (const { name, in: part, schema } of parametersOf(declared)) {
    if (part === "path") {
      const kinds = name === "externalId" ? ["external"] : kindsIn(exampleText(schema));
      if (kinds.length > 0) found.push({ part, name, kinds, sample: base });
    } else if (part === "query") {
      const value = exampleText(schema);
      const kinds = kindsIn(value);
      const sample = { ...base, query: { ...base.query, [name]: value } };
      if (kinds.length > 0) found.push({ part, name, kinds, sample });
    }
  }
  const inExample = stringsOf(base.body, "").filter(({ value }) => kindsIn(value).length > 0);
  for (const { pointer, value } of inExample)
    found.push({ part: "body", name: pointer, kinds: kindsIn(value), sample: base });
  for (const { pointer, value } of unshownIds(declared)) {
    const sample = { ...base, body: withValue(base.body, pointer.split("/").slice(1), value) };
    const strings = stringsOf(value, pointer);
    for (const each of strings) found.push({ part: "body", name: each.pointer, kinds: kindsIn(each.value), sample });
  }
  return found;
}

/** The sample with ids put in: `elsewhere` at one location, `ids` everywhere else. */
export function filled(sample: Sample, ids: WorldIds, at?: Location, elsewhere: WorldIds = ids): Sample {
  const idsAt = (part: Location["part"], name: string) => (at?.part === part && at.name === name ? elsewhere : ids);
  const parameters = (part: "path" | "query") =>
    Object.fromEntries(
      Object.entries(sample[part]).map(([name, value]) => {
        const chosen = idsAt(part, name);
        return [name, part === "path" && name === "externalId" ? idOf(chosen, "external") : withIds(value, chosen)];
      }),
    );
  return {
    path: parameters("path"),
    query: parameters("query"),
    body: mapStrings(sample.body, "", (value, pointer) => withIds(value, idsAt("body", pointer))),
  };
}

/** Path and query of a filled sample. */
export function urlOf(declared: Operation, { path, query }: Sample): string {
  const text = declared.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
  const search = new URLSearchParams(query).toString();
  return search === "" ? text : `${text}?${search}`;
}

/** An answer of which only the form of ids, reference numbers and factories' names is left: equal worlds answer equally. */
export function anonymous(text: string, worlds: readonly WorldIds[]): string {
  const plain = text
    .replace(idText, "$1_…")
    .replace(/\b[1-9]\d{9}\b/g, "…reference…")
    .replace(/\b(Employé|Citoyenne) \d+/g, "$1 …");
  return worlds.reduce((rest, ids) => rest.replaceAll(idOf(ids, "external"), "…external…"), plain);
}

function kindsIn(text: string): string[] {
  return [...text.matchAll(idText)].flatMap(([, prefix]) => (prefix === undefined ? [] : [prefix]));
}

function withIds(text: string, ids: WorldIds): string {
  return text.replace(idText, (_, prefix: string) => idOf(ids, prefix));
}

function idOf(ids: WorldIds, kind: string): string {
  const id = ids[kind];
  if (id === undefined) throw new Error(`the world of the suites has no ${kind}: give it one in clinic-world.ts`);
  return id;
}

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Record<string, unknown>;
}

const contract: readonly Document[] = Object.values(documents());

function documentOf(declared: Operation): { document: Document; documented: DocumentedOperation } {
  for (const document of contract) {
    const documented = document.paths[declared.path]?.[declared.method];
    if (documented !== undefined) return { document, documented };
  }
  throw new Error(`${declared.operationId} is in no document`);
}

function parametersOf(declared: Operation): Parameter[] {
  // As the document's own JSON schema has it (document.test.ts).
  return (documentOf(declared).documented["parameters"] ?? []) as Parameter[];
}

function exampleText({ example }: Record<string, unknown>): string {
  return typeof example === "string" || typeof example === "number" ? String(example) : "";
}

/** Fields of the body that may hold an id or a list of ids, where the example shows none. */
function unshownIds(declared: Operation): { pointer: string; value: unknown }[] {
  const { document, documented } = documentOf(declared);
  const media = Object.values(documented.requestBody?.content ?? {});
  const { body } = declared.example;
  return media.flatMap((each) => unshownIn(document, each["x-arrimage-line"] ?? each.schema, body, ""));
}

function unshownIn(
  document: Document,
  schema: unknown,
  example: unknown,
  pointer: string,
): { pointer: string; value: unknown }[] {
  if (Array.isArray(example)) {
    const { items } = resolved(document, schema);
    return example.flatMap((item, index) => unshownIn(document, items, item, `${pointer}/${String(index)}`));
  }
  if (typeof example !== "object" || example === null) return [];
  const shown = record(example);
  return Object.entries(propertiesOf(document, schema)).flatMap(([name, property]) => {
    const at = `${pointer}/${name}`;
    if (stringsOf(shown[name], at).some(({ value }) => kindsIn(value).length > 0)) return [];
    const value = idExample(document, property);
    return value === undefined ? unshownIn(document, property, shown[name], at) : [{ pointer: at, value }];
  });
}

function propertiesOf(document: Document, schema: unknown): Record<string, unknown> {
  const node = resolved(document, schema);
  const parts = ["allOf", "oneOf", "anyOf"].flatMap((keyword) => list(node[keyword]));
  const fields = parts.flatMap((part) => Object.entries(propertiesOf(document, part)));
  return { ...Object.fromEntries(fields), ...record(node["properties"]) };
}

/** A value of the schema when it is that of an id or of a list of them. */
function idExample(document: Document, schema: unknown): unknown {
  const node = resolved(document, schema);
  const prefix = idPattern.exec(typeof node["pattern"] === "string" ? node["pattern"] : "")?.[1];
  if (prefix !== undefined) return `${prefix}_01m8qk5v0e7kqv8f0a3n6c9d2h`;
  if (node["items"] !== undefined) {
    const item = idExample(document, node["items"]);
    return item === undefined ? undefined : [item];
  }
  const parts = ["allOf", "oneOf", "anyOf"].flatMap((keyword) => list(node[keyword]));
  return parts.map((part) => idExample(document, part)).find((value) => value !== undefined);
}

function resolved(document: Document, schema: unknown): Record<string, unknown> {
  const node = record(schema);
  const reference = node["$ref"];
  if (typeof reference !== "string") return node;
  return record(record(record(document["components"])["schemas"])[reference.split("/").at(-1) ?? ""]);
}

function withValue(body: unknown, [step, ...steps]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(body))
    return list(body).map((item, index) => (String(index) === step ? withValue(item, steps, value) : item));
  return { ...record(body), [step]: withValue(record(body)[step], steps, value) };
}

function stringsOf(value: unknown, pointer: string): { pointer: string; value: string }[] {
  const found: { pointer: string; value: string }[] = [];
  mapStrings(value, pointer, (text, at) => {
    found.push({ pointer: at, value: text });
    return text;
  });
  return found;
}

function mapStrings(value: unknown, pointer: string, map: (text: string, pointer: string) => string): unknown {
  if (typeof value === "string") return map(value, pointer);
  if (Array.isArray(value)) return value.map((item, index) => mapStrings(item, `${pointer}/${String(index)}`, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, mapStrings(field, `${pointer}/${name}`, map)]),
  );
}

function record(value: unknown): Record<string, unknown> {
  // An object parsed from JSON; what it holds is looked at before it is used.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
