import { z } from "zod";
import { Refusal, violation } from "../../domain/decision.ts";
import type { InsuredPerson, Registry } from "../../registry.ts";

const answerLimitBytes = 65_536;
const answerWithinMs = 5_000;

const personSchema = z.object({
  firstName: z.string().min(1).max(200),
  lastName: z.string().min(1).max(200),
  sex: z.enum(["F", "M"]),
  birthDate: z.iso.date(),
  eligible: z.boolean(),
  registration: z
    .object({ practiceNumber: z.string().regex(/^\d{6}$/), gmfNumber: z.string().min(1).max(20).nullable() })
    .nullable(),
});

/** The registry did not answer, or not as agreed: the caller may come back. Nothing of the person is in it. */
export class RegistryUnavailable extends Refusal {
  override name = "RegistryUnavailable";
  constructor(message: string) {
    super([violation("CONTRACT", "UNAVAILABLE")], { retryAfterSeconds: 5 });
    this.message = message;
  }
}

/**
 * RAMQ's registry over HTTP: `POST {url}/persons/find` with `{ nam }`, answered by a person or 404. The number travels in
 * the body, never in an address. An answer that is late (5 s), large (64 KiB) or of another shape is a failure, not a person.
 */
export function createHttpRegistry(url: string, send: typeof fetch = fetch): Registry {
  return {
    async find(nam): Promise<InsuredPerson | null> {
      const response = await send(`${url.replace(/\/$/, "")}/persons/find`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ nam }),
        redirect: "error",
        signal: AbortSignal.timeout(answerWithinMs),
      }).catch(() => {
        throw new RegistryUnavailable("the registry did not answer");
      });
      if (response.status === 404) return null;
      if (!response.ok) throw new RegistryUnavailable(`the registry answered ${String(response.status)}`);
      const person = personSchema.safeParse(await readLimited(response));
      if (!person.success) throw new RegistryUnavailable("the registry answered something else than a person");
      return person.data;
    },
  };
}

async function readLimited(response: Response): Promise<unknown> {
  let length = 0;
  const chunks: Uint8Array[] = [];
  // A fetch Response's body is a stream of bytes.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > answerLimitBytes) throw new RegistryUnavailable("the registry's answer is too large");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new RegistryUnavailable("the registry did not answer JSON");
  }
}
