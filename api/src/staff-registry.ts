import type { Lookup, RegisteredPerson } from "./domain/employee.ts";

/**
 * What RAMQ knows of those who are registered with its online services (EMP-09, EMP-11): a port, with one adapter for the
 * sandbox and one for production.
 */
export interface StaffRegistry {
  /** The person of an identifier whose form is right, or null when RAMQ does not know it. */
  find(lookup: Lookup): Promise<RegisteredPerson | null>;
}
