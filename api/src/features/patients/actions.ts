import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { refuseAny } from "../../domain/decision.ts";
import { registrationAt } from "../../domain/patient.ts";
import { mayReadAt, refuseLookup } from "../../domain/permission.ts";
import { registrationOn } from "../../domain/registration.ts";
import { localDateOf, perZone, ramqTimeZone } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import type { InsuredPerson } from "../../registry.ts";
import { recordLookup } from "../access/store.ts";
import { listBookingEstablishments } from "../appointments/agenda-store.ts";
import { readNam } from "../appointments/known-patient.ts";
import { establishmentOf, namedInBody } from "../establishments/named.ts";
import { listProfessionals } from "../professionals/store.ts";
import type { PatientFound, PatientLookup } from "./schema.ts";

/**
 * PAT-02, PAT-03, PAT-06, PAT-09, PAT-16: who RAMQ says the bearer of a number is, each time anew, whatever appointments
 * say of them. That somebody asked is recorded, also when RAMQ knows nobody: it was asked about a person.
 */
export async function lookUpPatient(deps: Deps, call: Call<ClinicActor>, input: PatientLookup): Promise<PatientFound> {
  const { actor } = call;
  if (actor.kind === "employee") refuseAny(refuseLookup(actor));
  const establishmentId = establishmentOf(actor, input.establishmentId, namedInBody);
  const nam = readNam(input.nam, "/nam");
  const person = await deps.registry.find(nam);
  return withScope(deps.connection, scopeOf(call, [establishmentId]), async (tx) => {
    const read = { establishmentId, namIndex: deps.secrets.namIndex(nam) };
    await recordLookup(deps, tx, { ...call, purpose: "patients.lookup" }, read);
    if (person === null) return { matched: false };
    const { firstName, lastName, sex, birthDate } = person;
    const registration = await ownRegistration(deps, tx, actor, establishmentId, person);
    return { matched: true, firstName, lastName, sex, birthDate, registration };
  });
}

/** What of it still holds by RAMQ's calendar. LCGA-02: to a machine, a professional who works elsewhere only is nobody. */
async function ownRegistration(
  deps: Deps,
  tx: ScopedTx,
  actor: ClinicActor,
  establishmentId: string,
  person: InsuredPerson,
) {
  const now = deps.clock.now();
  const registration = registrationOn(person.registration, localDateOf(now, ramqTimeZone));
  if (registration === null) return null;
  const today = perZone((zone) => localDateOf(now, zone));
  const ownOf = async (practiceNumber: string | null): Promise<string | null> => {
    if (practiceNumber === null) return null;
    const filter = { establishmentId, practiceNumber, placeIds: undefined, today };
    const [found] = await listProfessionals(tx, filter, "", 1);
    return found !== undefined && mayReadAt(actor, found) ? found.professionalId : null;
  };
  const [[establishment], professionalId, delegatedProfessionalId] = await Promise.all([
    listBookingEstablishments(tx, [establishmentId]),
    ownOf(registration.practiceNumber),
    ownOf(registration.delegatedPracticeNumber),
  ]);
  const { gmfNumber = null } = establishment ?? {};
  return registrationAt(registration, { gmfNumber }, { professionalId, delegatedProfessionalId });
}
