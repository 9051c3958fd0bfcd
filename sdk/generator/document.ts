/** The parts of an OpenAPI 3.1 document that the generator reads. */

export interface Reference {
  $ref: string;
}
export interface JsonSchema {
  $ref?: string;
  enum?: unknown[];
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  [keyword: string]: unknown;
}
export interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  required?: boolean;
  style?: string;
  explode?: boolean;
  schema?: JsonSchema;
}
export interface MediaType {
  schema?: JsonSchema;
  "x-arrimage-line"?: JsonSchema;
  "x-arrimage-end"?: string;
}
export interface WithContent {
  content?: Record<string, MediaType>;
}
export interface OperationObject {
  operationId?: string;
  summary?: string;
  deprecated?: boolean;
  parameters?: (Parameter | Reference)[];
  requestBody?: WithContent | Reference;
  responses?: Record<string, WithContent | Reference>;
  security?: Record<string, string[]>[];
  "x-arrimage-list"?: boolean;
  "x-arrimage-idempotent"?: boolean;
}
export const methods = ["get", "put", "post", "patch", "delete"] as const;
export type PathItem = Partial<Record<(typeof methods)[number], OperationObject>> & {
  parameters?: (Parameter | Reference)[];
};
export interface OpenApiDocument {
  openapi: string;
  paths: Record<string, PathItem>;
  security?: Record<string, string[]>[];
  components?: { schemas?: Record<string, JsonSchema>; [section: string]: unknown };
}

export const schemaPrefix = "#/components/schemas/";

/** Follows `$ref` within the document. */
export function resolve<T extends object>(document: OpenApiDocument, value: T | Reference): T {
  if (!("$ref" in value) || typeof value.$ref !== "string") {
    // Without a $ref it is the object itself; TypeScript cannot exclude that T has a $ref of another type.
    return value as T;
  }
  let found: unknown = document;
  for (const segment of value.$ref.replace(/^#\//, "").split("/")) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    // A JSON object has only string keys.
    found = typeof found === "object" && found !== null ? (found as Record<string, unknown>)[key] : undefined;
  }
  if (typeof found !== "object" || found === null) throw new Error(`${value.$ref} is not in the document.`);
  // OpenAPI: a reference points at an object of the kind that stands in its place.
  return resolve(document, found as T | Reference);
}
