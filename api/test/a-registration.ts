import type { CitizenFacts } from "../src/domain/cascade.ts";
import { citizenFactsOf } from "../src/domain/cascade.ts";
import type { Registration } from "../src/domain/registration.ts";

/** A registration with a physician outside any GMF, without an end, unless told otherwise. */
export function aRegistration(fields: Pick<Registration, "practiceNumber"> & Partial<Registration>): Registration {
  return {
    ...{ delegatedPracticeNumber: null, gmfNumber: null, placeNumber: null },
    ...{ endDate: null, gmfEndDate: null, placeEndDate: null },
    ...fields,
  };
}

/** A citizen as rules see them: born in 1980, registered with nobody and relayed by nobody unless told otherwise. */
export function citizenFacts(fields: Partial<CitizenFacts> = {}): CitizenFacts {
  return {
    ...citizenFactsOf({ birthDate: "1980-06-15", registration: null }, { groups: [], bookedDates: new Set(), now: 0 }),
    ...fields,
  };
}
