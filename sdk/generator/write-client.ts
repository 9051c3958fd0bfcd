/** Writes the operation table, and the interface whose methods are the operations. */
import type { OpenApiDocument } from "./document.ts";
import { resolve } from "./document.ts";
import type { DocumentOperation } from "./read-operations.ts";

/**
 * @param name file name of the document; `hub` gives `hubOperations` and `HubOperations`
 * @param runtime folder of the SDK's sources, as the generated file imports it ("" when it is its parent)
 */
export function writeClient(
  name: string,
  document: OpenApiDocument,
  operations: DocumentOperation[],
  runtime: string,
): string {
  const Name = name.charAt(0).toUpperCase() + name.slice(1);
  const rows = operations.map((operation) => `${JSON.stringify(operation.id)}: ${JSON.stringify(tableRow(operation))}`);
  return [
    `import type { LinesMethod, ListMethod, Method } from "${runtime}/methods.ts";`,
    `import type { OperationTable } from "${runtime}/operations.ts";`,
    `import type { components, operations } from "./${name}-schema.ts";`,
    "",
    `/** The schemas of the document by name: \`${Name}Schemas["Problem"]\`. */`,
    `export type ${Name}Schemas = components["schemas"];`,
    "",
    "/** Every code that a problem of this document may carry. */",
    `export type ${Name}ProblemCode = ${problemCodes(document)};`,
    "",
    `export interface ${Name}Operations ${writeInterface(operations, 0)}`,
    "",
    `export const ${name}Operations: OperationTable = {\n${rows.join(",\n")}\n};`,
    "",
  ].join("\n");
}

/** Only what differs from the plain case, so that the table stays small: it is shipped. */
function tableRow(operation: DocumentOperation): Record<string, unknown> {
  const row: [string, unknown][] = [
    ["method", operation.method],
    ["path", operation.path],
    ["query", operation.query.length > 0 && operation.query],
    ["commaSeparated", operation.commaSeparated.length > 0 && operation.commaSeparated],
    ["ifMatch", operation.ifMatch],
    ["idempotencyKey", operation.idempotencyKey],
    ["idempotent", operation.idempotent],
    ["public", operation.public],
    ["body", operation.body],
    ["bodyType", operation.bodyType],
    ["answer", operation.answer !== "json" && operation.answer],
    ["cursorInBody", operation.cursorInBody],
    ["endLine", operation.endLine],
  ];
  return Object.fromEntries(row.filter(([, value]) => value !== false && value !== undefined));
}

function writeInterface(operations: DocumentOperation[], depth: number): string {
  const groups = Map.groupBy(operations, ({ id }) => id.split(".")[depth] ?? "");
  const members = [...groups].map(([segment, members]) => {
    const [only] = members;
    if (!only || only.id.split(".").length > depth + 1) return `${segment}: ${writeInterface(members, depth + 1)};`;
    const summary = only.summary.replaceAll("*/", "*\\/").replaceAll(/\s+/g, " ");
    const comment = [`${summary} — \`${only.method} ${only.path}\``, ...(only.deprecated ? ["@deprecated"] : [])];
    return `/**\n${comment.map((line) => ` * ${line}\n`).join("")} */\n${segment}: ${methodType(only)};`;
  });
  return `{\n${members.join("\n")}\n}`;
}

function methodType(operation: DocumentOperation): string {
  const types = `operations[${JSON.stringify(operation.id)}]`;
  const schema = (name: string | undefined): string => `components["schemas"][${JSON.stringify(name)}]`;
  const sent = operation.requestLine ? schema(operation.requestLine) : undefined;
  if (operation.answer === "lines") {
    return `LinesMethod<${types}, ${schema(operation.answerLine)}${sent ? `, ${sent}` : ""}>`;
  }
  return `${operation.answer === "list" ? "ListMethod" : "Method"}<${types}${sent ? `, ${sent}` : ""}>`;
}

/** The enum of `Problem.code`: what `isArrimageProblem(error, code)` accepts. */
function problemCodes(document: OpenApiDocument): string {
  const problem = document.components?.schemas?.["Problem"];
  const code = problem && resolve(document, problem).properties?.["code"];
  const codes = code && resolve(document, code).enum;
  if (!codes || codes.length === 0) throw new Error("components.schemas.Problem.properties.code has no enum.");
  return codes.map((value) => JSON.stringify(value)).join(" | ");
}
