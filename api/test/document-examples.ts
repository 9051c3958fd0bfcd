import type { Document } from "../src/http/document.ts";

/** An example somewhere in a document, and where the schema it must keep to stands (a JSON pointer). */
export interface DocumentedExample {
  /** Where the example stands. */
  pointer: string;
  schema: string;
  value: unknown;
}

/**
 * Every example of a document: of schemas and their parts, of parameters and headers, of bodies and answers. An NDJSON
 * example is taken line by line, against the schema of one line.
 */
export function examplesOf(document: Document): DocumentedExample[] {
  const found: DocumentedExample[] = [];
  walk(document, "", (node, pointer) => {
    if (isSchema(pointer)) {
      if ("example" in node) found.push({ pointer: `${pointer}/example`, schema: pointer, value: node["example"] });
      for (const [index, value] of list(node["examples"]).entries())
        found.push({ pointer: `${pointer}/examples/${String(index)}`, schema: pointer, value });
      return;
    }
    if (!("schema" in node)) return;
    // A parameter, a header or a media type.
    if ("example" in node)
      found.push({ pointer: `${pointer}/example`, schema: `${pointer}/schema`, value: node["example"] });
    const lines = "x-arrimage-line" in node;
    for (const [name, example] of Object.entries(record(node["examples"]))) {
      const { value } = record(resolved(document, example));
      const here = `${pointer}/examples/${escaped(name)}`;
      found.push({ pointer: here, schema: `${pointer}/schema`, value });
      if (!lines) continue;
      for (const [index, text] of linesOf(value).entries())
        found.push({
          pointer: `${here}/line ${String(index)}`,
          schema: `${pointer}/x-arrimage-line`,
          value: JSON.parse(text),
        });
    }
  });
  return found.map((each) => ({ ...each, schema: referredFrom(document, each.schema) }));
}

/** Where the schema stands that a mere reference leads to; the pointer itself when it is no reference. */
function referredFrom(document: Document, pointer: string): string {
  const { $ref: reference } = record(at(document, pointer));
  return typeof reference === "string" ? reference.slice(1) : pointer;
}

/** Every local reference of a document, as JSON pointers. */
export function referencesOf(document: Document): Set<string> {
  const found = new Set<string>();
  walk(document, "", (node) => {
    const reference = node["$ref"];
    if (typeof reference === "string") found.add(reference.slice(1));
  });
  return found;
}

/** What a reference leads to; anything else is itself. */
function resolved(document: Document, node: unknown): unknown {
  const reference = record(node)["$ref"];
  return typeof reference === "string" ? at(document, reference.slice(1)) : node;
}

function at(document: Document, pointer: string): unknown {
  const steps = pointer.split("/").slice(1);
  return steps.reduce<unknown>(
    (node, step) =>
      Array.isArray(node) ? node[Number(step)] : record(node)[step.replaceAll("~1", "/").replaceAll("~0", "~")],
    document,
  );
}

/** Below a `schema`, a line schema or components.schemas; the values of examples are data, not schemas. */
function isSchema(pointer: string): boolean {
  return /\/(schema|x-arrimage-line)(\/|$)/.test(pointer) || /^\/components\/schemas\/./.test(pointer);
}

function walk(node: unknown, pointer: string, visit: (node: Record<string, unknown>, pointer: string) => void): void {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) visit(record(node), pointer);
  const schema = isSchema(pointer);
  // A field may be called example; elsewhere these words open data, and data refers to nothing.
  const data = pointer.endsWith("/properties") ? [] : schema ? dataOfSchemas : dataElsewhere;
  for (const [name, child] of Object.entries(node))
    if (!data.includes(name)) walk(child, `${pointer}/${escaped(name)}`, visit);
}

const dataOfSchemas: readonly string[] = ["example", "examples", "default", "const", "enum"];
const dataElsewhere: readonly string[] = ["example", "value"];

function escaped(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

function record(value: unknown): Record<string, unknown> {
  // An object parsed from JSON; what it holds is looked at before it is used.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function linesOf(text: unknown): string[] {
  return typeof text === "string" ? text.split("\n").filter((line) => line !== "") : [];
}
