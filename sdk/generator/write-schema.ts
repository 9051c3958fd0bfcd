/** Writes the types of a document with openapi-typescript, with the enums of answers left open. */
import openapiTS, { astToString } from "openapi-typescript";
import type { OpenApiDocument } from "./document.ts";
import { openAnswerEnums, otherValue } from "./open-enums.ts";

export async function writeSchema(document: OpenApiDocument): Promise<string> {
  const nodes = await openapiTS(JSON.stringify(openAnswerEnums(document)), {
    // A property with a default may be left out of a request; the document's `required` lists alone decide.
    defaultNonNullable: false,
    // An object without declared properties may hold anything, not nothing.
    emptyObjectsUnknown: true,
    silent: true,
  });
  return astToString(nodes).replaceAll(JSON.stringify(otherValue), "(string & {})");
}
