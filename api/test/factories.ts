import type { InferInsertModel } from "drizzle-orm";
import {
  employee,
  employeeGrant,
  employeePlace,
  establishment,
  machine,
  machineLink,
  place,
  professional,
  professionalPlace,
  service,
  vendor,
} from "../src/db/tables.ts";
import { machineScopes } from "../src/domain/actor.ts";
import type { Nurse, Profile, Scope } from "../src/domain/actor.ts";
import { longestMinutes } from "../src/domain/freshness.ts";
import type { RegisteredPerson } from "../src/domain/employee.ts";
import type { Registration } from "../src/domain/registration.ts";
import { putPersons } from "../src/features/registry/actions.ts";
import { putStaffPersons } from "../src/features/staff-registry/actions.ts";
import type { InsuredPerson } from "../src/registry.ts";
import { aRegistration } from "./a-registration.ts";
import type { TestHub } from "./harness.ts";

/**
 * Fresh clinics and people, each unlike the others of its hub: a test names only what matters to it.
 * What has no operation of its own yet, or would only cost time, is written directly; the rest goes through HTTP.
 */

export interface AnEstablishment {
  establishmentId: string;
}

export async function anEstablishment(
  hub: TestHub,
  fields: Partial<InferInsertModel<typeof establishment>> = {},
): Promise<AnEstablishment> {
  const number = hub.count();
  const establishmentId = hub.deps.ids.next("est", hub.clock.now());
  await hub.write([establishmentId], async (tx) => {
    await tx.db.insert(establishment).values({
      establishmentId,
      name: `Clinique ${String(number)}`,
      isGmf: false,
      gmfNumber: null,
      pastLimitDays: 90,
      version: 1,
      createdAt: hub.clock.now(),
      ...fields,
    });
    await tx.sql`INSERT INTO change_counter (establishment_id, last_seq, pruned_seq) VALUES (${establishmentId}, 0, 0)`;
  });
  return { establishmentId };
}

export interface APlace {
  establishmentId: string;
  placeId: string;
}

export async function aPlace(
  hub: TestHub,
  { establishmentId }: AnEstablishment,
  fields: Partial<InferInsertModel<typeof place>> = {},
): Promise<APlace> {
  const placeId = hub.deps.ids.next("plc", hub.clock.now());
  await hub.write([establishmentId], async (tx) => {
    await tx.db.insert(place).values({
      establishmentId,
      placeId,
      name: `Lieu ${String(hub.count())}`,
      civicNumber: "825",
      street: "rue Saint-Jean",
      city: "Québec",
      province: "QC",
      postalCode: "G1R 1R2",
      phone: "418-555-0100",
      timeZone: "America/Toronto",
      displayMode: "byClientele",
      maskGmf: false,
      maskGen: false,
      cancellationValue: 24,
      cancellationUnit: "hours",
      noShowMessageEnabled: false,
      version: 1,
      createdAt: hub.clock.now(),
      ...fields,
    });
  });
  return { establishmentId, placeId };
}

export interface AnEmployee {
  establishmentId: string;
  employeeId: string;
  ramqIdentifier: string;
  /** Of this person. A person of several establishments also sends Arrimage-Establishment. */
  token: string;
}

export interface EmployeeFields {
  profile?: Profile;
  /** Work places. */
  places?: readonly APlace[];
  ramqIdentifier?: string;
  practiceNumber?: string | null;
  departureDate?: string | null;
}

export async function anEmployee(
  hub: TestHub,
  { establishmentId }: AnEstablishment,
  fields: EmployeeFields = {},
): Promise<AnEmployee> {
  const number = hub.count();
  const employeeId = hub.deps.ids.next("emp", hub.clock.now());
  const ramqIdentifier = fields.ramqIdentifier ?? `IP${String(number).padStart(6, "0")}`;
  await hub.write([establishmentId], async (tx) => {
    await tx.db.insert(employee).values({
      establishmentId,
      employeeId,
      ramqIdentifier,
      firstName: "Camille",
      lastName: `Employé ${String(number)}`,
      practiceNumber: fields.practiceNumber ?? null,
      startDate: "2020-01-06",
      departureDate: fields.departureDate ?? null,
      localAdmin: fields.profile === "localAdmin",
      superUser: fields.profile === "superUser",
      version: 1,
      createdAt: hub.clock.now(),
    });
    for (const { placeId } of fields.places ?? [])
      await tx.db.insert(employeePlace).values({ establishmentId, employeeId, placeId });
  });
  return { establishmentId, employeeId, ramqIdentifier, token: await hub.tokens.employee(ramqIdentifier) };
}

/** Somebody whom RAMQ's registry of online services knows, and whom nobody employs yet. */
export async function aRegisteredPerson(
  hub: TestHub,
  fields: Partial<RegisteredPerson> = {},
): Promise<RegisteredPerson> {
  const number = String(hub.count());
  const person: RegisteredPerson = {
    ramqIdentifier: `CE${number.padStart(6, "0")}`,
    pseudonym: null,
    firstName: "Camille",
    lastName: "Tremblay",
    practiceNumber: null,
    ...fields,
  };
  await putStaffPersons(hub.deps, { persons: [person] });
  return person;
}

export interface AProfessional extends AnEmployee {
  professionalId: string;
  practiceNumber: string;
}

/** A physician who works at these places (all of one establishment); their token is a plain user's unless a profile is named. */
export async function aProfessional(
  hub: TestHub,
  places: readonly [APlace, ...APlace[]],
  fields: EmployeeFields & Partial<InferInsertModel<typeof professional>> = {},
): Promise<AProfessional> {
  const { profile, ramqIdentifier, departureDate, practiceNumber, ...columns } = fields;
  const { establishmentId } = places[0];
  const professionalId = columns.professionalId ?? hub.deps.ids.next("pro", hub.clock.now());
  const number = practiceNumber ?? `1${String(hub.count()).padStart(5, "0")}`;
  const person = await anEmployee(hub, places[0], {
    places,
    practiceNumber: number,
    ...(profile === undefined ? {} : { profile }),
    ...(ramqIdentifier === undefined ? {} : { ramqIdentifier }),
    ...(departureDate === undefined ? {} : { departureDate }),
  });
  await hub.write([establishmentId], async (tx) => {
    await tx.db.insert(professional).values({
      establishmentId,
      professionalId,
      employeeId: person.employeeId,
      displayName: `Dre Professionnelle ${number}`,
      practiceNumber: number,
      profession: "physician",
      capacity: 1,
      limitFutureBooking: false,
      maxWeeks: null,
      departureDate: departureDate ?? null,
      version: 1,
      createdAt: hub.clock.now(),
      ...columns,
    });
    for (const { placeId } of places)
      await tx.db.insert(professionalPlace).values({ establishmentId, professionalId, placeId });
  });
  return { ...person, professionalId, practiceNumber: number };
}

/** A team: nobody signs in as it, and several persons are seen at once. */
export async function aTeam(
  hub: TestHub,
  places: readonly [APlace, ...APlace[]],
  capacity: number,
  fields: Partial<InferInsertModel<typeof professional>> = {},
): Promise<{ establishmentId: string; professionalId: string }> {
  const { establishmentId } = places[0];
  const professionalId = hub.deps.ids.next("pro", hub.clock.now());
  await hub.write([establishmentId], async (tx) => {
    await tx.db.insert(professional).values({
      establishmentId,
      professionalId,
      employeeId: null,
      displayName: `Équipe ${String(hub.count())}`,
      practiceNumber: null,
      profession: "team",
      capacity,
      limitFutureBooking: false,
      maxWeeks: null,
      departureDate: null,
      version: 1,
      createdAt: hub.clock.now(),
      ...fields,
    });
    for (const { placeId } of places)
      await tx.db.insert(professionalPlace).values({ establishmentId, professionalId, placeId });
  });
  return { establishmentId, professionalId };
}

/** PERM-10: one row of an employee's permissions. */
export async function aGrant(
  hub: TestHub,
  { establishmentId, employeeId }: AnEmployee,
  at: { placeId: string; professionalId: string; access: "read" | "write" },
): Promise<void> {
  await hub.write([establishmentId], async (tx) => {
    await tx.db.insert(employeeGrant).values({ establishmentId, employeeId, ...at });
  });
}

export interface AMachine {
  machineId: string;
  vendorId: string;
  token: string;
}

export interface MachineFields {
  /** Another machine of the same vendor. */
  vendorId?: string;
  scopes?: readonly Scope[];
  jwks?: { keys: readonly object[] };
  places?: readonly APlace[];
  servicesManagedBy?: "machine" | "staff";
}

export async function aMachine(hub: TestHub, fields: MachineFields = {}): Promise<AMachine> {
  const number = hub.count();
  const now = hub.clock.now();
  const vendorId = fields.vendorId ?? hub.deps.ids.next("vnd", now);
  const machineId = hub.deps.ids.next("mch", now);
  const scopes = [...(fields.scopes ?? machineScopes)];
  await hub.write([], async (tx) => {
    await tx.db
      .insert(vendor)
      .values({ vendorId, name: `Logiciel ${String(number)}`, version: 1, createdAt: now })
      .onConflictDoNothing();
    await tx.db.insert(machine).values({
      machineId,
      vendorId,
      name: `Poste ${String(number)}`,
      jwks: fields.jwks ?? { keys: [] },
      scopes,
      status: "active",
      version: 1,
      createdAt: now,
    });
  });
  const { servicesManagedBy = "machine" } = fields;
  for (const at of fields.places ?? []) await aLink(hub, { machineId }, at, { servicesManagedBy });
  return { machineId, vendorId, token: await hub.tokens.machine(machineId, scopes) };
}

/**
 * LCGA-02: from now on the machine may act on the place. Tests move the clock by weeks and run no software that confirms:
 * the agenda stays fresh for a year unless its test says otherwise (SYNC-03).
 */
export async function aLink(
  hub: TestHub,
  { machineId }: { machineId: string },
  { establishmentId, placeId }: APlace,
  fields: Partial<InferInsertModel<typeof machineLink>> = {},
): Promise<void> {
  await hub.write([establishmentId], async (tx) => {
    await tx.db.insert(machineLink).values({
      establishmentId,
      placeId,
      machineId,
      servicesManagedBy: "machine",
      lateAfterMinutes: longestMinutes - 1,
      staleAfterMinutes: longestMinutes,
      version: 1,
      linkedAt: hub.clock.now(),
      ...fields,
    });
  });
}

export interface AService {
  serviceId: string;
  durationMinutes: number;
}

export async function aService(
  hub: TestHub,
  { establishmentId, professionalId }: { establishmentId: string; professionalId: string },
  fields: Partial<InferInsertModel<typeof service>> = {},
): Promise<AService> {
  const serviceId = hub.deps.ids.next("svc", hub.clock.now());
  const durationMinutes = fields.durationMinutes ?? 15;
  await hub.write([establishmentId], async (tx) => {
    await tx.db.insert(service).values({
      establishmentId,
      serviceId,
      professionalId,
      type: "GEN",
      consultationReason: "allReasons",
      active: true,
      version: 1,
      createdAt: hub.clock.now(),
      ...fields,
      durationMinutes,
    });
  });
  return { serviceId, durationMinutes };
}

/** Who is in a work group of a GMF, and who relays it. */
export async function aWorkGroup(
  hub: TestHub,
  { establishmentId }: AnEstablishment,
  group: Record<"members" | "relayTeam1" | "relayTeam2", readonly { professionalId: string }[]>,
): Promise<void> {
  const idsOf = (list: readonly { professionalId: string }[]) => list.map(({ professionalId }) => professionalId);
  const workGroupId = hub.deps.ids.next("wgr", hub.clock.now());
  await hub.write(
    [establishmentId],
    (tx) => tx.sql`
      INSERT INTO work_group (establishment_id, work_group_id, professional_ids, relay_team_1, relay_team_2, version,
        created_at)
      VALUES (${establishmentId}, ${workGroupId}, ${idsOf(group.members)}::text[], ${idsOf(group.relayTeam1)}::text[],
        ${idsOf(group.relayTeam2)}::text[], 1, ${hub.clock.now()})`,
  );
}

export interface ACitizen {
  nam: string;
  person: InsuredPerson;
  token: string;
}

/** A woman born in 1980 unless told otherwise. As in the sandbox, the eleventh character is 0: nobody's real number. */
export async function aCitizen(
  hub: TestHub,
  fields: { nam?: string; registeredWith?: Pick<Registration, "practiceNumber"> & Partial<Registration> } & Partial<
    Omit<InsuredPerson, "registration">
  > = {},
): Promise<ACitizen> {
  const number = hub.count();
  const { nam: given, registeredWith, ...identity } = fields;
  const nam = given ?? inventedNam(number);
  const registration = registeredWith === undefined ? null : aRegistration(registeredWith);
  const person: InsuredPerson = { ...someone(number), ...identity, registration };
  await putPersons(hub.deps, { persons: [{ nam, ...person }] });
  return { nam, person, token: await hub.tokens.citizen(nam) };
}

export interface ANurse extends Omit<Nurse, "kind"> {
  token: string;
}

/** Of the 811 line unless told otherwise. */
export async function aNurse(hub: TestHub, fields: Partial<Omit<Nurse, "kind">> = {}): Promise<ANurse> {
  const number = String(hub.count());
  const nurse = {
    nurseId: `nurse-${number}`,
    name: `Nathalie Infirmière ${number}`,
    mention: "811",
    ...fields,
  } as const;
  return { ...nurse, token: await hub.tokens.nurse(nurse) };
}

/** As many, put into the registry together. */
export async function manyCitizens(hub: TestHub, count: number): Promise<ACitizen[]> {
  const people = Array.from({ length: count }, () => {
    const number = hub.count();
    return { nam: inventedNam(number), person: { ...someone(number), registration: null } };
  });
  await putPersons(hub.deps, { persons: people.map(({ nam, person }) => ({ nam, ...person })) });
  return Promise.all(people.map(async (each) => ({ ...each, token: await hub.tokens.citizen(each.nam) })));
}

function someone(number: number): Omit<InsuredPerson, "registration"> {
  const lastName = `Citoyenne ${String(number)}`;
  return { firstName: "Alice", lastName, sex: "F", birthDate: "1980-06-15", eligible: true };
}

/** Different for every number below 175,760: three letters and the last digit count. */
export function inventedNam(number: number): string {
  const letter = (place: number) => String.fromCharCode(65 + (Math.floor(number / (10 * 26 ** place)) % 26));
  return `${letter(2)}${letter(1)}${letter(0)}A8056150${String(number % 10)}`;
}

export interface AClinic {
  establishmentId: string;
  placeId: string;
  place: APlace;
  professionalId: string;
  professional: AProfessional;
  admin: AnEmployee;
  service: AService;
  /** Linked with the place; it keeps the services. */
  machine: AMachine;
}

/** An establishment with one place, a physician who offers one service, a local administrator and a linked machine. */
export async function aClinic(
  hub: TestHub,
  fields: {
    establishment?: Parameters<typeof anEstablishment>[1];
    place?: Parameters<typeof aPlace>[2];
    professional?: Parameters<typeof aProfessional>[2];
    service?: Parameters<typeof aService>[2];
    machine?: MachineFields;
  } = {},
): Promise<AClinic> {
  const { establishmentId } = await anEstablishment(hub, fields.establishment);
  const place = await aPlace(hub, { establishmentId }, fields.place);
  const professional = await aProfessional(hub, [place], fields.professional);
  const admin = await anEmployee(hub, place, { profile: "localAdmin", places: [place] });
  const service = await aService(hub, professional, fields.service);
  const machine = await aMachine(hub, { places: [place], ...fields.machine });
  const { placeId } = place;
  const { professionalId } = professional;
  return { establishmentId, placeId, place, professionalId, professional, admin, service, machine };
}
