/** Reads the operations of a document, and refuses what the SDK's conventions cannot express. */
import type { MediaType, OpenApiDocument, OperationObject, Parameter, PathItem, WithContent } from "./document.ts";
import { methods, resolve, schemaPrefix } from "./document.ts";

/** One operation: what the runtime needs (`src/operations.ts`), and what only its types and comments need. */
export interface DocumentOperation extends Parameters, Body, Answer {
  id: string;
  method: string;
  path: string;
  /** Needs no token. */
  public: boolean;
  /** `x-arrimage-idempotent`: repeating it does no harm although it takes no key (a search by POST, an upsert). */
  idempotent: boolean;
  summary: string;
  deprecated: boolean;
}
interface Parameters {
  query: string[];
  /** Query lists with `explode: false`: `ids=a,b`. */
  commaSeparated: string[];
  ifMatch: boolean;
  idempotencyKey: boolean;
}
interface Body {
  body: "json" | "lines" | "form" | undefined;
  /** The JSON media type, when it is not `application/json`. */
  bodyType: string | undefined;
  /** The component schema of a line sent. */
  requestLine: string | undefined;
}
interface Answer {
  answer: "json" | "list" | "lines" | "text";
  /** A list by POST that takes its cursor in the body. */
  cursorInBody: boolean;
  /** The component schema of a line answered. */
  answerLine: string | undefined;
  /** `x-arrimage-end`: the `type` of the last line, without which the answer is cut off. */
  endLine: string | undefined;
}

const LINES = "application/x-ndjson";
const FORM = "application/x-www-form-urlencoded";
const isJson = (type: string): boolean => /[/+]json$/.test(type);

/** Headers that the SDK sends by itself, or from `ifMatch` and a call's options. */
const knownHeaders = ["if-match", "idempotency-key", "arrimage-establishment", "accept-language", "x-request-id"];

/** Every operation, sorted by name. Throws, naming the operation, when the SDK could not call it. */
export function readOperations(document: OpenApiDocument): DocumentOperation[] {
  const operations: DocumentOperation[] = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = item[method];
      if (operation) operations.push(readOperation(document, path, method, item, operation));
    }
  }
  operations.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id } of operations) {
    const clash = operations.filter((other) => other.id === id || other.id.startsWith(`${id}.`));
    if (clash.length > 1) throw new Error(`${id}: the name is used twice.`);
  }
  return operations;
}

function readOperation(
  document: OpenApiDocument,
  path: string,
  method: string,
  item: PathItem,
  operation: OperationObject,
): DocumentOperation {
  const id = operation.operationId ?? "";
  try {
    if (!/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*){1,2}$/.test(id)) {
      throw new Error("an operationId is two or three camelCase words.");
    }
    if (/\.then$|^changes\.follow$/.test(id)) throw new Error("the SDK needs this name itself.");
    const security = operation.security ?? document.security ?? [];
    const parameters = readParameters(document, path, item, operation);
    return {
      id,
      method: method.toUpperCase(),
      path,
      ...parameters,
      ...readBody(document, operation),
      ...readAnswer(document, operation, parameters.query.includes("cursor")),
      public: security.length === 0,
      idempotent: operation["x-arrimage-idempotent"] ?? false,
      summary: operation.summary ?? id,
      deprecated: operation.deprecated ?? false,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${id || `${method.toUpperCase()} ${path}`}: ${reason}`, { cause: error });
  }
}

/** Path and query share one flat object with `body` and `ifMatch`, so their names may not meet. */
function readParameters(
  document: OpenApiDocument,
  path: string,
  item: PathItem,
  operation: OperationObject,
): Parameters {
  const parameters = new Map<string, Parameter>();
  for (const given of [...(item.parameters ?? []), ...(operation.parameters ?? [])]) {
    const parameter = resolve<Parameter>(document, given);
    parameters.set(`${parameter.in} ${parameter.name.toLowerCase()}`, parameter);
  }
  const all = [...parameters.values()];
  const inPath = all.filter((parameter) => parameter.in === "path").map(({ name }) => name);
  const query = all.filter((parameter) => parameter.in === "query");
  const inTemplate = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
  if (inTemplate.sort().join() !== inPath.sort().join()) {
    throw new Error(`the path names {${inTemplate.join()}}, its parameters {${inPath.join()}}.`);
  }
  for (const { name, style = "form", schema } of query) {
    if (inPath.includes(name)) throw new Error(`"${name}" is both in the path and in the query.`);
    if (style !== "form" || schema?.type === "object") {
      throw new Error(`the query parameter "${name}" is neither a value nor a list of values.`);
    }
  }
  for (const { in: place, name, required } of all) {
    if (place === "cookie") throw new Error("the SDK sends no cookies.");
    if (place === "header" && required && !knownHeaders.includes(name.toLowerCase())) {
      throw new Error(`the SDK does not know the required header ${name}.`);
    }
    if (place !== "header" && (name === "body" || name === "ifMatch")) {
      throw new Error(`a parameter may not be called "${name}": the SDK gives that name another meaning.`);
    }
  }
  return {
    query: query.map(({ name }) => name),
    commaSeparated: query.filter(({ explode }) => explode === false).map(({ name }) => name),
    ifMatch: parameters.has("header if-match"),
    idempotencyKey: parameters.has("header idempotency-key"),
  };
}

function readBody(document: OpenApiDocument, operation: OperationObject): Body {
  const content = operation.requestBody ? resolve<WithContent>(document, operation.requestBody).content : undefined;
  const types = Object.keys(content ?? {});
  const type = types.find(isJson) ?? types[0];
  const none = { bodyType: undefined, requestLine: undefined };
  if (type === undefined) return { ...none, body: undefined };
  if (type === LINES) return { ...none, body: "lines", requestLine: lineSchema(content?.[type]) };
  if (type === FORM) return { ...none, body: "form" };
  if (!isJson(type)) throw new Error(`the SDK cannot send ${type}.`);
  return { ...none, body: "json", bodyType: type === "application/json" ? undefined : type };
}

function readAnswer(document: OpenApiDocument, operation: OperationObject, cursorInQuery: boolean): Answer {
  const contents = Object.entries(operation.responses ?? {})
    .filter(([status]) => status.startsWith("2"))
    .flatMap(([, response]) => Object.entries(resolve<WithContent>(document, response).content ?? {}));
  const none = { cursorInBody: false, answerLine: undefined, endLine: undefined };
  if (operation["x-arrimage-list"]) {
    const cursorInBody = !cursorInQuery && bodyHas(document, operation, "cursor");
    if (!cursorInQuery && !cursorInBody) throw new Error("a list takes a cursor, in its query or its body.");
    return { ...none, answer: "list", cursorInBody };
  }
  const lines = contents.find(([type]) => type === LINES);
  if (lines) {
    const [, media] = lines;
    return { ...none, answer: "lines", answerLine: lineSchema(media), endLine: media["x-arrimage-end"] };
  }
  return { ...none, answer: contents.length === 0 || contents.some(([type]) => isJson(type)) ? "json" : "text" };
}

function bodyHas(document: OpenApiDocument, operation: OperationObject, property: string): boolean {
  if (!operation.requestBody) return false;
  const content = resolve<WithContent>(document, operation.requestBody).content ?? {};
  const schema = Object.entries(content).find(([type]) => isJson(type))?.[1].schema;
  return schema !== undefined && resolve(document, schema).properties?.[property] !== undefined;
}

function lineSchema(media: MediaType | undefined): string {
  const ref = media?.["x-arrimage-line"]?.$ref;
  if (!ref?.startsWith(schemaPrefix)) throw new Error(`${LINES} needs x-arrimage-line: a $ref to a component schema.`);
  return ref.slice(schemaPrefix.length);
}
