import { z } from "zod";
import type { RegisteredPerson } from "../../domain/employee.ts";
import type { StaffRegistry } from "../../staff-registry.ts";
import { ask, RegistryUnavailable } from "../registry/over-http.ts";

export interface HttpStaffRegistryConfig {
  url: string;
  /** Sent as a bearer token. */
  credential: string;
  answerWithinMs: number;
}

const personSchema = z.object({
  ramqIdentifier: z.string().regex(/^(IP|CE)[0-9A-Z]{6}$/),
  pseudonym: z.email().max(254).nullable(),
  firstName: z.string().min(1).max(100),
  lastName: z.string().min(1).max(100),
  practiceNumber: z
    .string()
    .regex(/^\d{6}$/)
    .nullable(),
});

/**
 * RAMQ's registry of online services over HTTP: `POST {url}/staff/find` with exactly one of `{ ramqIdentifier }`,
 * `{ practiceNumber }` and `{ pseudonym }`, answered by the person or 404. An answer about somebody else is a failure.
 */
export function createHttpStaffRegistry(
  { url, credential, answerWithinMs }: HttpStaffRegistryConfig,
  send: typeof fetch = fetch,
): StaffRegistry {
  return {
    async find({ by, value }): Promise<RegisteredPerson | null> {
      const address = `${url.replace(/\/$/, "")}/staff/find`;
      const answer = await ask({ url: address, body: { [by]: value }, credential, withinMs: answerWithinMs }, send);
      if (answer === null) return null;
      const person = personSchema.safeParse(answer);
      if (!person.success) throw new RegistryUnavailable("the registry answered something else than a person");
      if (person.data[by]?.toLowerCase() !== value.toLowerCase())
        throw new RegistryUnavailable("the registry answered another person");
      return person.data;
    },
  };
}
