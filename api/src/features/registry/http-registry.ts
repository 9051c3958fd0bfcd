import { z } from "zod";
import type { InsuredPerson, Registry } from "../../registry.ts";
import { answerWithinMs, ask, RegistryUnavailable } from "./over-http.ts";

const practiceNumber = z.string().regex(/^\d{6}$/);
const number = z.string().min(1).max(20).nullable();

const personSchema = z.object({
  firstName: z.string().min(1).max(200),
  lastName: z.string().min(1).max(200),
  sex: z.enum(["F", "M"]),
  birthDate: z.iso.date(),
  eligible: z.boolean(),
  registration: z
    .object({
      practiceNumber,
      delegatedPracticeNumber: practiceNumber.nullable(),
      gmfNumber: number,
      placeNumber: number,
      endDate: z.iso.date().nullable(),
      gmfEndDate: z.iso.date().nullable(),
      placeEndDate: z.iso.date().nullable(),
    })
    .nullable(),
});

/** RAMQ's registry of insured persons over HTTP: `POST {url}/persons/find` with `{ nam }`, answered by a person or 404. */
export function createHttpRegistry(url: string, send: typeof fetch = fetch): Registry {
  return {
    async find(nam): Promise<InsuredPerson | null> {
      const question = { url: `${url.replace(/\/$/, "")}/persons/find`, body: { nam }, withinMs: answerWithinMs };
      const answer = await ask(question, send);
      if (answer === null) return null;
      const person = personSchema.safeParse(answer);
      if (!person.success) throw new RegistryUnavailable("the registry answered something else than a person");
      return person.data;
    },
  };
}
