import { isArrimageProblem } from "@arrimage/sdk";
import type { Client } from "@arrimage/sdk";

/**
 * A citizen's search, as a portal shows it: first their own physician, then the teams that stand in, then the whole GMF,
 * then everybody nearby. The hub names the next circle; whoever has no family physician starts with the last.
 */

type Search = Parameters<Client["citizenOpenings"]["search"]>[0]["body"];
type Cascade = Search["cascade"];
type Page = Awaited<ReturnType<Client["citizenOpenings"]["search"]>>;
export type Opening = Page["items"][number];

export interface Circle {
  cascade: Cascade;
  openings: readonly Opening[];
  /** What clinics tell citizens beside their results. */
  messages: Page["messages"];
}

export interface Question {
  consultationReason: Search["consultationReason"];
  /** Where the last circle looks. */
  postalCode: string;
  from: string;
  /** Openings of each circle. */
  limit: number;
}

/** One circle at a time: a portal stops when the citizen has found something, and nobody is searched in vain. */
export async function* circlesOf(citizen: Client, { postalCode, ...question }: Question): AsyncGenerator<Circle> {
  let cascade: Cascade | null = "1";
  while (cascade !== null) {
    const near = cascade === "3" ? { postalCode } : {};
    try {
      const page: Page = await citizen.citizenOpenings.search({ body: { ...question, ...near, cascade } });
      yield { cascade, openings: page.items, messages: page.messages };
      cascade = page.nextCascade;
    } catch (error) {
      // CASC-07: nobody is registered with a physician of their own without one.
      if (cascade !== "1" || !isArrimageProblem(error, "CASCADE_NOT_AVAILABLE")) throw error;
      cascade = "3";
    }
  }
}

export const circleNames: Readonly<Record<Cascade, string>> = {
  "1": "your physician",
  "2.1": "relay team 1",
  "2.2": "relay team 2",
  "2.3": "your clinic",
  "3": "nearby",
};
