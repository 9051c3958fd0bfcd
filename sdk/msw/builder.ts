import type { Clock } from "../../api/src/clock.ts";
import type { MachineLink } from "../../api/src/domain/actor.ts";
import { machineScopes } from "../../api/src/domain/actor.ts";
import { longestMinutes } from "../../api/src/domain/freshness.ts";
import { normaliseNam } from "../../api/src/domain/nam.ts";
import { serviceReasons } from "../../api/src/domain/reason.ts";
import type { ServiceReason } from "../../api/src/domain/reason.ts";
import type { PlaceRow } from "../../api/src/features/places/store.ts";
import type { Ids } from "../../api/src/ids.ts";
import type { Secrets } from "../../api/src/secrets.ts";
import type { MemoryHub, PlaceFields } from "../src/msw-hub.ts";
import type { World } from "./world.ts";

interface Building {
  world: World;
  ids: Ids;
  clock: Clock;
  secrets: Secrets;
  /** What is remembered of callers and places is to be read again. */
  changed: () => void;
}

type Builder = Omit<MemoryHub, "baseUrl" | "fetch" | "clock" | "tokens">;

/** Puts into the world what an operator, RAMQ and clinics would: well-formed, and linked as it has to be. */
export function createBuilder({ world, ids, clock, secrets, changed }: Building): Builder {
  let counted = 0;
  const count = () => (counted += 1);
  const next = (prefix: Parameters<Ids["next"]>[0]) => ids.next(prefix, clock.now());
  const fresh = () => ({ version: 1, createdAt: clock.now() });

  const addEstablishment: Builder["addEstablishment"] = ({ name, gmfNumber, pastLimitDays = 90 } = {}) => {
    const establishmentId = next("est");
    world.put("establishment", establishmentId, {
      establishmentId,
      name: name ?? `Clinique ${String(count())}`,
      ...{ email: null, phone: null, isGmf: gmfNumber !== undefined, gmfNumber: gmfNumber ?? null, pastLimitDays },
      ...fresh(),
    });
    return { establishmentId };
  };

  const addPlace: Builder["addPlace"] = (fields) => {
    known(world.find("establishment", fields.establishmentId), "establishmentId");
    const placeId = next("plc");
    world.put("place", placeId, { ...placeRow(fields, count()), ...fresh(), placeId });
    changed();
    return { placeId };
  };

  const addProfessional: Builder["addProfessional"] = (fields) => {
    const establishmentId = establishmentOf(fields.placeIds);
    const { capacity = 1, maxWeeks = null, departureDate = null } = fields;
    const team = capacity > 1;
    const practiceNumber = team ? null : (fields.practiceNumber ?? `1${String(count()).padStart(5, "0")}`);
    const professionalId = next("pro");
    const employeeId = team ? null : addEmployee({ placeIds: fields.placeIds }).employeeId;
    world.put("professional", professionalId, {
      ...{ establishmentId, professionalId, employeeId, practiceNumber, capacity, maxWeeks, departureDate },
      displayName:
        fields.name ?? (team ? `Équipe ${String(count())}` : `Dre Professionnelle ${String(practiceNumber)}`),
      profession: team ? "team" : (fields.profession ?? "physician"),
      limitFutureBooking: maxWeeks !== null,
      version: 1,
      placeIds: [...fields.placeIds].sort(),
    });
    changed();
    return { professionalId, practiceNumber };
  };

  const addService: Builder["addService"] = ({ professionalId, type = "GEN", durationMinutes = 15, ...fields }) => {
    const { establishmentId } = known(world.find("professional", professionalId), "professionalId");
    const serviceId = next("svc");
    const consultationReason = reasonOf(fields.consultationReason ?? "allReasons");
    world.put("service", serviceId, {
      ...{ establishmentId, serviceId, professionalId, type, consultationReason, durationMinutes, active: true },
      ...fresh(),
    });
    return { serviceId };
  };

  const addMachine: Builder["addMachine"] = (fields) => {
    const [machineId, vendorId] = [next("mch"), fields.vendorId ?? next("vnd")];
    world.put("machine", machineId, {
      ...{ machineId, vendorId, name: fields.name ?? `Logiciel ${String(count())}`, status: "active" },
      scopes: machineScopes.filter((scope) => fields.scopes?.includes(scope) ?? true),
      jwks: { keys: [...(fields.publicKeys ?? [])] },
      endedLinks: [],
    });
    for (const placeId of fields.placeIds) link(machineId, placeId, fields.servicesManagedBy ?? "machine");
    changed();
    return { machineId, vendorId };
  };

  /** Tests move the clock by weeks and confirm nothing: the agenda stays fresh for as long as a link allows (SYNC-03). */
  function link(machineId: string, placeId: string, servicesManagedBy: MachineLink["servicesManagedBy"]): void {
    const { establishmentId } = known(world.find("place", placeId), "placeIds");
    world.put("link", placeId, {
      ...{ establishmentId, placeId, machineId, servicesManagedBy, version: 1 },
      ...{ linkedAt: clock.now(), confirmedAt: null, answerWithinMinutes: null, importUntil: null },
      ...{ lateAfterMinutes: longestMinutes - 1, staleAfterMinutes: longestMinutes },
    });
  }

  const addEmployee: Builder["addEmployee"] = ({ placeIds, profile = "user", grants = [], ...fields }) => {
    const establishmentId = establishmentOf(placeIds);
    const employeeId = next("emp");
    const ramqIdentifier = fields.ramqIdentifier ?? `IP${String(count()).padStart(6, "0")}`;
    world.put("employee", employeeId, {
      ...{ establishmentId, employeeId, ramqIdentifier, firstName: "Camille", lastName: "Tremblay" },
      ...{ departureDate: null, localAdmin: profile === "localAdmin", superUser: profile === "superUser" },
      ...{ workPlaceIds: [...placeIds], grants: [...grants] },
    });
    changed();
    return { employeeId, ramqIdentifier };
  };

  const addCitizen: Builder["addCitizen"] = (fields = {}) => {
    const nam = normaliseNam(fields.nam ?? inventedNam(count()));
    if (nam === null) throw new TypeError("nam is not a health insurance number such as DIAF99533007.");
    const { firstName = "Alice", lastName = "Citoyenne", sex = "F", birthDate = "1980-06-15", registeredWith } = fields;
    world.put("person", secrets.namIndex(nam), {
      ...{ firstName, lastName, sex, birthDate, eligible: true },
      registration:
        registeredWith === undefined
          ? null
          : {
              ...{ delegatedPracticeNumber: null, placeNumber: null, endDate: null, gmfEndDate: null },
              ...{ placeEndDate: null, gmfNumber: registeredWith.gmfNumber ?? null },
              practiceNumber: registeredWith.practiceNumber,
            },
    });
    return { nam };
  };

  function establishmentOf([placeId]: readonly [string, ...string[]]): string {
    return known(world.find("place", placeId), "placeIds").establishmentId;
  }

  return {
    ...{ addEstablishment, addPlace, addProfessional, addService, addMachine, addEmployee, addCitizen },
    addClinic({ timeZone, publicKeys, scopes, ...fields } = {}) {
      const { establishmentId } = addEstablishment(fields);
      const { placeId } = addPlace({ establishmentId, timeZone });
      const { professionalId } = addProfessional({ placeIds: [placeId] });
      const { serviceId } = addService({ professionalId });
      const { machineId, vendorId } = addMachine({ placeIds: [placeId], publicKeys, scopes });
      return { establishmentId, placeId, professionalId, serviceId, machineId, vendorId };
    },
    suspendMachine(machineId) {
      world.put("machine", machineId, { ...known(world.find("machine", machineId), "machineId"), status: "suspended" });
      changed();
    },
    reset() {
      world.clear();
      changed();
    },
  };
}

function placeRow(fields: PlaceFields, number: number): Omit<PlaceRow, "placeId" | "version" | "createdAt"> {
  const { establishmentId, name, timeZone, postalCode, endDate, displayMode, maskProfessionalName } = fields;
  return {
    ...{ establishmentId, name: name ?? `Lieu ${String(number)}`, abbreviation: null, ramqNumber: null },
    ...{ localityCode: null, startDate: null, endDate: endDate ?? null, civicNumber: "825", street: "rue Saint-Jean" },
    ...{ suite: null, city: "Québec", province: "QC", postalCode: postalCode ?? "G1R 1R2", phone: "418-555-0100" },
    ...{ latitude: null, longitude: null, timeZone: timeZone ?? "America/Toronto" },
    ...{ displayMode: displayMode ?? "byClientele", maskGmf: maskProfessionalName?.gmf ?? false },
    ...{ maskGen: maskProfessionalName?.gen ?? false, cancellationValue: 24, cancellationUnit: "hours" },
    noShowMessageEnabled: false,
  };
}

function reasonOf(code: string): ServiceReason {
  const reason = serviceReasons.find((each) => each === code);
  if (reason === undefined) throw new TypeError(`consultationReason is one of ${serviceReasons.join(", ")}.`);
  return reason;
}

/** Three letters and the last digit count; the eleventh character is 0, as no real number's is in a sandbox. */
function inventedNam(number: number): string {
  const letter = (place: number) => String.fromCharCode(65 + (Math.floor(number / (10 * 26 ** place)) % 26));
  return `${letter(2)}${letter(1)}${letter(0)}A8056150${String(number % 10)}`;
}

function known<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new TypeError(`${name} names nothing that was added to this hub.`);
  return found;
}
