/**
 * Forward compatibility: a hub of next year may answer a status that this SDK does not know. Enums that occur only in
 * answers therefore accept any other string as well, so that a vendor's `switch` needs a default branch.
 *
 * Left closed, because opening them costs more than it gives:
 * - enums that a request takes too (by schema or by equal values): what was read may be sent back without a cast;
 * - enums that tell the members of a union apart: TypeScript could no longer narrow the union.
 */
import type { JsonSchema, OpenApiDocument, Reference } from "./document.ts";
import { resolve } from "./document.ts";

/** Stands for "any other string" in the list of values until the types are written. */
export const otherValue = "arrimage:any-other-value";

/** A copy of the document in which every opened enum ends with {@link otherValue}. */
export function openAnswerEnums(original: OpenApiDocument): OpenApiDocument {
  const document = structuredClone(original);
  const requested = new Set<object>();
  const answered = new Set<object>();
  for (const item of Object.values(document.paths)) {
    collect(document, item.parameters, requested);
    for (const operation of Object.values(item)) {
      if (Array.isArray(operation)) continue;
      collect(document, operation.parameters, requested);
      collect(document, operation.requestBody, requested);
      collect(document, operation.responses, answered);
    }
  }
  const takenValues = new Set([...requested].flatMap((schema) => stringEnum(schema)?.join("\n") ?? []));
  const telling = new Set([...answered].flatMap((schema) => discriminating(document, schema)));
  for (const schema of answered) {
    const values = stringEnum(schema);
    if (!values || values.length < 2) continue;
    if (requested.has(schema) || telling.has(schema) || takenValues.has(values.join("\n"))) continue;
    // stringEnum found the list of values there.
    (schema as JsonSchema).enum?.push(otherValue);
  }
  return document;
}

/** Every object below `value`, references followed; example values are no schemas. */
function collect(document: OpenApiDocument, value: unknown, into: Set<object>): void {
  if (typeof value !== "object" || value === null || into.has(value)) return;
  into.add(value);
  if ("$ref" in value && typeof value.$ref === "string") {
    collect(document, resolve<object>(document, value), into);
  }
  for (const [key, child] of Object.entries(value)) {
    if (key !== "example" && key !== "examples" && key !== "default") collect(document, child, into);
  }
}

/** The values in order of the alphabet, null left out. */
function stringEnum(schema: object): string[] | undefined {
  if (!("enum" in schema) || !Array.isArray(schema.enum)) return undefined;
  const values: unknown[] = schema.enum.filter((value) => value !== null);
  return values.every((value) => typeof value === "string") ? values.sort() : undefined;
}

/** The schemas of the properties of a union's members. */
function discriminating(document: OpenApiDocument, schema: object): object[] {
  const members = "oneOf" in schema ? schema.oneOf : "anyOf" in schema ? schema.anyOf : undefined;
  if (!Array.isArray(members) || members.length < 2) return [];
  return members.flatMap((member: JsonSchema | Reference) =>
    Object.values(resolve<JsonSchema>(document, member).properties ?? {}).map((property) =>
      resolve<JsonSchema>(document, property),
    ),
  );
}
