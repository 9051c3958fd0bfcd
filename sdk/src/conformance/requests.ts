/** What the proxy saw of one request, and which operation of the contract it was. */

export interface RecordedRequest {
  /** Order of arrival, from 1. */
  number: number;
  /** Milliseconds of the proxy's own clock: for distances between two requests only, never reported. */
  at: number;
  method: string;
  /** As sent, undecoded. */
  url: string;
  path: string;
  query: URLSearchParams;
  /** Undefined when the contract has no such operation. */
  operationId: string | undefined;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** What the caller received; undefined while it waits, or when the connection was cut. */
  status: number | undefined;
  /** Of a problem document. */
  code: string | undefined;
  /** The proxy's own doing: the hub did not say this, or the caller did not hear it. */
  faulted: boolean;
}

interface Template {
  operationId: string;
  method: string;
  pattern: RegExp;
  /** More of the path is written out: it comes first. */
  fixed: number;
  needsKey: boolean;
}

export interface Contract {
  version: string;
  operationOf(method: string, path: string): string | undefined;
  /** Whether the operation requires an `Idempotency-Key`. */
  needsKey(operationId: string): boolean;
}

/** Reads the document that the hub itself serves (`/openapi.json`), so that the kit holds no second copy of it. */
export function readContract(document: unknown): Contract {
  const root = asRecord(document);
  const templates: Template[] = [];
  for (const [path, item] of Object.entries(asRecord(root["paths"]))) {
    for (const [method, value] of Object.entries(asRecord(item))) {
      const operation = asRecord(value);
      const operationId = operation["operationId"];
      if (typeof operationId !== "string") continue;
      const parameters = Array.isArray(operation["parameters"]) ? operation["parameters"].map(asRecord) : [];
      templates.push({
        operationId,
        method: method.toUpperCase(),
        pattern: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+")}$`),
        fixed: path.replace(/\{[^}]+\}/g, "").length,
        needsKey: parameters.some(
          ({ name, required }) =>
            typeof name === "string" && name.toLowerCase() === "idempotency-key" && required === true,
        ),
      });
    }
  }
  templates.sort((a, b) => b.fixed - a.fixed);
  const version = asRecord(root["info"])["version"];
  return {
    version: typeof version === "string" ? version : "unknown",
    operationOf: (method, path) => templates.find((it) => it.method === method && it.pattern.test(path))?.operationId,
    needsKey: (operationId) => templates.some((it) => it.operationId === operationId && it.needsKey),
  };
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
