import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { hostOf, isAddress, mayBeCalled } from "../../domain/webhook-address.ts";
import type { AttemptResult, Unanswered } from "../../domain/webhook-delivery.ts";

/** Names to addresses, as the machine does it; tests give their own. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

export const systemResolve: Resolve = (host) => lookup(host, { all: true });

export interface Outgoing {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Posting {
  mode: "sandbox" | "production";
  resolve: Resolve;
  timeoutMs: number;
  wall: () => number;
  /** Given up by ourselves: the process ends. */
  signal: AbortSignal;
}

class AddressRefused extends Error {
  override name = "AddressRefused";
}

/** Of an answer nothing but the status matters; a receiver that goes on talking is not listened to. */
const mostBytes = 65_536;

/**
 * One attempt. SYNC-60: the connection goes to the very address that was checked, whatever the name leads to a moment
 * later; redirects are answers like others and never followed. `aborted` when the signal came first.
 */
export async function post({ url, headers, body }: Outgoing, posting: Posting): Promise<AttemptResult | "aborted"> {
  const { mode, resolve, timeoutMs, signal, wall } = posting;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const target = new URL(url);
    const host = hostOf(target);
    if (isAddress(host) && !mayBeCalled(host, mode)) throw new AddressRefused();
    const { status, retryAfter } = await answerOf(target, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "arrimage-webhooks/1",
        ...headers,
        "content-length": String(Buffer.byteLength(body)),
      },
      agent: false,
      lookup: checkedLookup(resolve, mode),
      signal: AbortSignal.any([late, signal]),
      body,
    });
    return { kind: "answered", status, retryAfterMs: retryAfterMs(retryAfter, wall()) };
  } catch (error) {
    if (signal.aborted) return "aborted";
    return { kind: "unanswered", reason: late.aborted ? "timeout" : reasonOf(error) };
  }
}

interface RequestOptions {
  method: "POST";
  headers: Record<string, string>;
  agent: false;
  lookup: LookupFunction;
  signal: AbortSignal;
  body: string;
}

function answerOf(
  target: URL,
  { body, ...options }: RequestOptions,
): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const request = (target.protocol === "https:" ? requestHttps : requestHttp)(target, options);
    request.on("error", reject);
    request.on("response", (response: IncomingMessage) => {
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"] });
      // What breaks off after the status changes nothing.
      response.on("error", () => undefined);
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > mostBytes) request.destroy();
      });
    });
    request.end(body);
  });
}

/** What a name leads to is asked once, checked, and connected to. One bad address among several is reason enough. */
function checkedLookup(resolve: Resolve, mode: Posting["mode"]): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        const refused = addresses.some(({ address }) => !mayBeCalled(address, mode));
        if (first === undefined || refused) callback(new AddressRefused(), "", 0);
        else if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error("not resolved"), "", 0);
      },
    );
  };
}

/** Seconds, or a date. */
function retryAfterMs(text: string | undefined, wall: number): number | null {
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - wall);
}

function reasonOf(error: unknown): Unanswered {
  if (error instanceof AddressRefused) return "addressRefused";
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ECONNRESET" || code === "EPIPE") return "reset";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "dns";
  if (/^(ERR_TLS|ERR_SSL|EPROTO)|CERT|SELF_SIGNED|UNABLE_TO/.test(code)) return "tls";
  return "connection";
}
