import type { Registration } from "./domain/registration.ts";

/** What RAMQ knows of insured persons (PAT-02, PAT-16): a port, with one adapter for the sandbox and one for production. */

export interface InsuredPerson {
  firstName: string;
  lastName: string;
  sex: "F" | "M";
  /** `YYYY-MM-DD` */
  birthDate: string;
  /** PAT-06: for citizens' notices only; never a reason to refuse. */
  eligible: boolean;
  /** As RAMQ has it, parts that have ended included (registrationOn). */
  registration: Registration | null;
}

export interface Registry {
  /** The person of a normalised NAM, or null when RAMQ does not know it. */
  find(nam: string): Promise<InsuredPerson | null>;
}
