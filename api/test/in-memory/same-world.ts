import type { MemoryHub } from "../../../sdk/src/msw-hub.ts";
import {
  aCitizen,
  aGrant,
  aMachine,
  anEmployee,
  anEstablishment,
  aPlace,
  aProfessional,
  aService,
  aTeam,
} from "../factories.ts";
import type { TestHub } from "../harness.ts";

export type Person = "patientOfOne" | "citizen" | "minor" | "unknown";
export type Who = "machine" | "readOnlyMachine" | "otherMachine" | "admin" | "reader" | Person;

/** The same in both hubs: names alike, ids each hub's own. */
export interface SameWorld {
  establishmentId: string;
  /** In Québec and on the Lower North Shore, whose clocks do not change; the last is another establishment's. */
  placeIds: [string, string, string];
  /** A physician at both places, a team of two, a nurse whose time opens two weeks ahead; another establishment's. */
  professionalIds: [string, string, string, string];
  /** Of the physician: own patients' and everybody's of a quarter hour, everybody's of half an hour; of the others one each. */
  serviceIds: [string, string, string, string, string, string];
  nams: Record<Person, string>;
  tokens: Record<Who, string>;
}

const gmfNumber = "4211";
const practiceNumbers = ["112233", "112244", "112255"] as const;
const people = {
  patientOfOne: { nam: "TREA80561502", firstName: "Alice", lastName: "Tremblay", birthDate: "1980-06-15" },
  citizen: { nam: "GAGB85522301", firstName: "Béatrice", lastName: "Gagnon", birthDate: "1985-02-23" },
  minor: { nam: "ROYC15560501", firstName: "Chloé", lastName: "Roy", birthDate: "2015-06-05" },
} as const;
const unknownNam = "COTD75541201";
const readScopes = ["places.read", "slots.read", "appointments.read"] as const;

export async function inMemory(hub: MemoryHub): Promise<SameWorld> {
  const { establishmentId } = hub.addEstablishment({ name: "GMF des Rives", gmfNumber });
  const { placeId: one } = hub.addPlace({ establishmentId, name: "Rives", displayMode: "byRelationship" });
  const { placeId: two } = hub.addPlace({ establishmentId, name: "Blanc-Sablon", timeZone: "America/Blanc-Sablon" });
  const other = hub.addEstablishment({ name: "Clinique du Port" });
  const { placeId: three } = hub.addPlace({ ...other, name: "Port", postalCode: "G1K 1A1" });
  const [physician, nurse, stranger] = practiceNumbers;
  const professionals = [
    hub.addProfessional({ placeIds: [one, two], name: "Dre Anne Bouchard", practiceNumber: physician }),
    hub.addProfessional({ placeIds: [one], name: "Équipe du matin", capacity: 2 }),
    hub.addProfessional({
      placeIds: [two],
      name: "Paul Infirmier",
      practiceNumber: nurse,
      profession: "nurse",
      maxWeeks: 2,
    }),
    hub.addProfessional({ placeIds: [three], name: "Dr Loin", practiceNumber: stranger }),
  ].map(({ professionalId }) => professionalId);
  const [a = "", b = "", c = "", d = ""] = professionals;
  const serviceIds = [
    hub.addService({ professionalId: a, type: "MF", consultationReason: "regular" }),
    hub.addService({ professionalId: a }),
    hub.addService({ professionalId: a, consultationReason: "minorEmergency", durationMinutes: 30 }),
    hub.addService({ professionalId: b, durationMinutes: 20 }),
    hub.addService({ professionalId: c, type: "GMF", consultationReason: "regular" }),
    hub.addService({ professionalId: d }),
  ].map(({ serviceId }) => serviceId);
  const { machineId } = hub.addMachine({ placeIds: [one, two] });
  const readOnly = hub.addMachine({ placeIds: [], scopes: readScopes });
  const otherMachine = hub.addMachine({ placeIds: [three] });
  const admin = hub.addEmployee({ placeIds: [one], profile: "localAdmin" });
  const reader = hub.addEmployee({ placeIds: [one], grants: [{ placeId: one, professionalId: a, access: "read" }] });
  hub.addCitizen({ ...people.patientOfOne, registeredWith: { practiceNumber: physician, gmfNumber } });
  hub.addCitizen(people.citizen);
  hub.addCitizen(people.minor);
  const { tokens } = hub;
  return {
    establishmentId,
    placeIds: [one, two, three],
    professionalIds: [a, b, c, d],
    // Six were added just above.
    serviceIds: serviceIds as SameWorld["serviceIds"],
    nams: namsOf(),
    tokens: {
      machine: await tokens.machine(machineId),
      readOnlyMachine: await tokens.machine(readOnly.machineId, readScopes),
      otherMachine: await tokens.machine(otherMachine.machineId),
      admin: await tokens.employee(admin.ramqIdentifier),
      reader: await tokens.employee(reader.ramqIdentifier),
      patientOfOne: await tokens.citizen(people.patientOfOne.nam),
      citizen: await tokens.citizen(people.citizen.nam),
      minor: await tokens.citizen(people.minor.nam),
      unknown: await tokens.citizen(unknownNam),
    },
  };
}

export async function onPostgres(hub: TestHub): Promise<SameWorld> {
  const gmf = await anEstablishment(hub, { name: "GMF des Rives", isGmf: true, gmfNumber });
  const one = await aPlace(hub, gmf, { name: "Rives", displayMode: "byRelationship" });
  const two = await aPlace(hub, gmf, { name: "Blanc-Sablon", timeZone: "America/Blanc-Sablon" });
  const other = await anEstablishment(hub, { name: "Clinique du Port" });
  const three = await aPlace(hub, other, { name: "Port", postalCode: "G1K 1A1" });
  const [physician, nurse, stranger] = practiceNumbers;
  const a = await aProfessional(hub, [one, two], { displayName: "Dre Anne Bouchard", practiceNumber: physician });
  const b = await aTeam(hub, [one], 2, { displayName: "Équipe du matin" });
  const c = await aProfessional(hub, [two], {
    ...{ displayName: "Paul Infirmier", practiceNumber: nurse, profession: "nurse" },
    ...{ limitFutureBooking: true, maxWeeks: 2 },
  });
  const d = await aProfessional(hub, [three], { displayName: "Dr Loin", practiceNumber: stranger });
  const services = [
    await aService(hub, a, { type: "MF", consultationReason: "regular" }),
    await aService(hub, a),
    await aService(hub, a, { consultationReason: "minorEmergency", durationMinutes: 30 }),
    await aService(hub, b, { durationMinutes: 20 }),
    await aService(hub, c, { type: "GMF", consultationReason: "regular" }),
    await aService(hub, d),
  ].map(({ serviceId }) => serviceId);
  const machine = await aMachine(hub, { places: [one, two] });
  const readOnly = await aMachine(hub, { scopes: readScopes });
  const otherMachine = await aMachine(hub, { places: [three] });
  const admin = await anEmployee(hub, one, { profile: "localAdmin", places: [one] });
  const reader = await anEmployee(hub, one, { places: [one] });
  await aGrant(hub, reader, { placeId: one.placeId, professionalId: a.professionalId, access: "read" });
  await hub.write(
    [gmf.establishmentId],
    (tx) => tx.sql`UPDATE employee SET first_name = 'Camille', last_name = 'Tremblay'`,
  );
  const registeredWith = { practiceNumber: physician, gmfNumber };
  const patientOfOne = await aCitizen(hub, { ...people.patientOfOne, registeredWith });
  const citizen = await aCitizen(hub, people.citizen);
  const minor = await aCitizen(hub, people.minor);
  return {
    establishmentId: gmf.establishmentId,
    placeIds: [one.placeId, two.placeId, three.placeId],
    professionalIds: [a.professionalId, b.professionalId, c.professionalId, d.professionalId],
    // Six were added just above.
    serviceIds: services as SameWorld["serviceIds"],
    nams: namsOf(),
    tokens: {
      ...{ machine: machine.token, readOnlyMachine: readOnly.token, otherMachine: otherMachine.token },
      ...{ admin: admin.token, reader: reader.token, patientOfOne: patientOfOne.token, citizen: citizen.token },
      ...{ minor: minor.token, unknown: await hub.tokens.citizen(unknownNam) },
    },
  };
}

function namsOf(): SameWorld["nams"] {
  const { patientOfOne, citizen, minor } = people;
  return { patientOfOne: patientOfOne.nam, citizen: citizen.nam, minor: minor.nam, unknown: unknownNam };
}
