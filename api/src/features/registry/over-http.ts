import { Refusal, violation } from "../../domain/decision.ts";

const answerLimitBytes = 65_536;
/** Somebody waits for it, in front of a screen. */
export const answerWithinMs = 5_000;

/** A registry did not answer, or not as agreed: the caller may come back. Nothing of the person is in it. */
export class RegistryUnavailable extends Refusal {
  override name = "RegistryUnavailable";
  constructor(message: string) {
    super([violation("CONTRACT", "UNAVAILABLE")], { retryAfterSeconds: 5 });
    this.message = message;
  }
}

export interface Question {
  url: string;
  /** Identifiers travel here, never in an address. */
  body: Readonly<Record<string, string>>;
  credential?: string;
  /** For the whole of it, the second attempt included. */
  withinMs: number;
}

/**
 * Asks one of RAMQ's registries: a POST answered by JSON, or by 404 (null). It only reads, so a connection that is lost is
 * tried once more. An answer that is late, large (64 KiB) or not JSON is a failure.
 */
export async function ask(question: Question, send: typeof fetch): Promise<unknown> {
  const signal = AbortSignal.timeout(question.withinMs);
  try {
    return await attempt(question, send, signal);
  } catch (error) {
    if (error instanceof RegistryUnavailable) throw error;
  }
  try {
    signal.throwIfAborted();
    return await attempt(question, send, signal);
  } catch (error) {
    // What fetch says of a lost connection may quote the request.
    throw error instanceof RegistryUnavailable ? error : new RegistryUnavailable("the registry did not answer");
  }
}

async function attempt({ url, body, credential }: Question, send: typeof fetch, signal: AbortSignal): Promise<unknown> {
  const response = await send(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
    },
    body: JSON.stringify(body),
    redirect: "error",
    signal,
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new RegistryUnavailable(`the registry answered ${String(response.status)}`);
  const text = await readLimited(response);
  try {
    return JSON.parse(text);
  } catch {
    throw new RegistryUnavailable("the registry did not answer JSON");
  }
}

async function readLimited(response: Response): Promise<string> {
  let length = 0;
  const chunks: Uint8Array[] = [];
  // A fetch Response's body is a stream of bytes.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > answerLimitBytes) throw new RegistryUnavailable("the registry's answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
