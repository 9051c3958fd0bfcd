import { dispatchWebhooks } from "../src/jobs/dispatch-webhooks.ts";
import { endWaits } from "../src/jobs/end-waits.ts";
import { eraseMinorsNotes } from "../src/jobs/erase-minors-notes.ts";
import { pruneChanges } from "../src/jobs/prune-changes.ts";
import { removeExpiredHolds } from "../src/jobs/remove-expired-holds.ts";
import { dayMs, minuteMs } from "../src/domain/time.ts";
import { machineKeysExample } from "../src/features/machines/schema.ts";
import { newPlaceExample } from "../src/features/places/schema.ts";
import { aCitizen, aNurse, aRegisteredPerson } from "./factories.ts";
import type { TestHub, TestRequest } from "./harness.ts";

/**
 * One clinic's life through HTTP, told by everybody who has a part in it: the operator registers, a machine finds its
 * links and pushes, staff sign in, citizens search, hold, book, find and cancel, jobs tidy up. It throws as soon as
 * somebody does not see or may not do what is theirs: every policy of row-level security has a part in it.
 */
export async function tellWholeStory(hub: TestHub): Promise<Told> {
  const clinic = await registerClinic(hub);
  await signInStaff(hub, clinic);
  await writeToPatients(hub, clinic);
  const agenda = await pushAgenda(hub, clinic);
  await readAgenda(hub, clinic, agenda);
  await planWeeks(hub, clinic);
  const booking = await bookOnline(hub, clinic, agenda);
  const nursing = await bookForPatient(hub, clinic, agenda);
  await answer(hub, clinic);
  await follow(hub, clinic);
  await leave(hub, clinic);
  await beTold(hub, clinic);
  await tidyUp(hub, clinic, agenda);
  return { ...clinic, ...agenda, ...booking, ...nursing };
}

/** What there is afterwards, and the tokens of those who took part. */
export type Told = Clinic & Agenda & Booking & Nursing;

interface Nursing {
  nurse: string;
  /** As the identity issuer names them. */
  nurseId: string;
}

interface Booking {
  citizen: string;
  nam: string;
  referenceNumber: string;
}

interface Clinic {
  establishmentId: string;
  placeId: string;
  professionalId: string;
  operator: string;
  machine: string;
  machineId: string;
  admin: string;
  /** The administrator's RAMQ identifier. */
  adminIdentifier: string;
  /** Reads the professional's agenda by a grant alone. */
  secretary: string;
}

interface Agenda {
  slotId: string;
  gmfSlotId: string;
  appointmentId: string;
}

const practiceNumber = "112345";
const gmfNumber = "03-117";

async function registerClinic(hub: TestHub): Promise<Clinic> {
  const operator = await hub.tokens.operator();
  const by = caller(hub, operator);
  const number = String(hub.count());
  const establishment = await by("POST /v1/establishments", 201, {
    body: { name: "Clinique", isGmf: true, gmfNumber },
  });
  const establishmentId = text(establishment, "establishmentId");
  await by(`GET /v1/establishments/${establishmentId}`, 200);
  const placeId = text(await by("POST /v1/places", 201, { body: { ...newPlaceExample, establishmentId } }), "placeId");
  const vendorId = text(await by("POST /v1/vendors", 201, { body: { name: "Logiciel" } }), "vendorId");
  const machineId = text(
    await by("POST /v1/machines", 201, { body: { vendorId, name: "Poste", ...machineKeysExample } }),
    "machineId",
  );
  await by(`PUT /v1/places/${placeId}/machine-link`, 200, {
    body: { machineId, servicesManagedBy: "machine", answerWithinMinutes: 30 },
  });
  const place = await by(`GET /v1/places/${placeId}`, 200);
  same("the operator sees the link", place["machineIdentifier"], machineId);

  const employ = async (prefix: string, fields: object, registered: object = {}) => {
    const { ramqIdentifier } = await aRegisteredPerson(hub, {
      ramqIdentifier: `${prefix}${number.padStart(5, "0")}`,
      ...registered,
    });
    const body = { establishmentId, ramqIdentifier, workPlaceIds: [placeId], ...fields };
    return by("POST /v1/employees", 201, { body });
  };
  const physician = await employ("IPA", {}, { practiceNumber });
  const admin = await employ("IPB", { localAdmin: true });
  const secretary = await employ("IPC", {});
  // Somebody whose record is changed, and deleted: no list below names them.
  const resident = await employ("IPD", {}, { practiceNumber: "512345" });
  const ofResident = `/v1/employees/${text(resident, "employeeId")}`;
  await by(`PATCH ${ofResident}`, 200, { body: { title: "Dr", workPlaceIds: [placeId] }, version: 1 });
  await by(`DELETE ${ofResident}`, 204, { version: 2 });
  await by(`GET /v1/employees/${text(physician, "employeeId")}`, 200);
  const professionalId = text(physician, "professionalId");
  await by(`GET /v1/professionals/${professionalId}`, 200);
  const tokenOf = (person: Body) => hub.tokens.employee(text(person, "ramqIdentifier"));
  const clinic = { establishmentId, placeId, professionalId, machineId, operator };
  const grants = [{ placeId, professionalId, access: "read" }];
  const adminToken = await tokenOf(admin);
  await caller(hub, adminToken)(`PUT /v1/employees/${text(secretary, "employeeId")}/permissions`, 200, {
    body: { grants },
    version: 1,
  });
  // One group is made, read, changed and removed, another is left.
  const asAdmin = caller(hub, adminToken);
  const body = { professionalIds: [professionalId] };
  const group = await asAdmin("POST /v1/work-groups", 201, { body });
  const ofGroup = `/v1/work-groups/${text(group, "workGroupId")}`;
  const relayTeams = [{ number: 1, ...body }];
  await asAdmin(`PUT ${ofGroup}`, 200, { body: { ...body, relayTeams }, version: 1 });
  const ofSecretary = caller(hub, await tokenOf(secretary));
  same("a user reads the group", (await ofSecretary(`GET ${ofGroup}`, 200))["version"], 2);
  const ungrouped = await ofSecretary("GET /v1/work-groups/ungrouped-professionals", 200);
  same("its member is in one", idsIn(ungrouped, "professionalId"), []);
  await asAdmin(`DELETE ${ofGroup}`, 204, { version: 2 });
  await asAdmin("POST /v1/work-groups", 201, { body: { ...body, relayTeams } });
  return {
    ...clinic,
    machine: await hub.tokens.machine(machineId),
    admin: adminToken,
    adminIdentifier: text(admin, "ramqIdentifier"),
    secretary: await tokenOf(secretary),
  };
}

async function signInStaff(hub: TestHub, { admin, placeId, professionalId }: Clinic): Promise<void> {
  const by = caller(hub, admin);
  same("the administrator is known", (await by("GET /v1/caller", 200))["profile"], "localAdmin");
  same("their place is listed", idsIn(await by("GET /v1/places", 200), "placeId"), [placeId]);
  same("and its professional", idsIn(await by(`GET /v1/professionals?placeId=${placeId}`, 200), "professionalId"), [
    professionalId,
  ]);
}

const clinicsWords = "Téléphonez-nous dès 8 h.";

/** What the clinic says in its own words. */
async function writeToPatients(hub: TestHub, { admin, secretary }: Clinic): Promise<void> {
  const by = caller(hub, admin);
  await by("PUT /v1/email-customisations/confirmation/fr", 200, { body: { body: clinicsWords } });
  await by("PUT /v1/message-customisations/gmfProfessionals/establishment/fr", 200, {
    body: { option: "custom", body: clinicsWords },
  });
  const read = await caller(hub, secretary)("GET /v1/email-customisations", 200);
  same("staff read it", idsIn(read, "body"), [clinicsWords]);
}

async function pushAgenda(hub: TestHub, { machine, placeId, professionalId }: Clinic): Promise<Agenda> {
  const by = caller(hub, machine);
  const { links } = await by("GET /v1/caller", 200);
  same("the machine knows its links", Array.isArray(links) ? links.length : 0, 1);
  const groupNames = { GEN: "Accès rapide", GMF: "Groupe" };
  const offer = async (name: string, type: "GEN" | "GMF", [startAt, endAt]: readonly [string, string]) => {
    const body = { professionalId, type, consultationReason: "regular", durationMinutes: 20 };
    const serviceIds = [text(await by("POST /v1/services", 201, { body }), "serviceId")];
    const group = { body: { professionalId, name: groupNames[type], serviceIds } };
    const serviceGroupIds = [text(await by("POST /v1/service-groups", 201, group), "serviceGroupId")];
    await by(`PUT /v1/slots/by-external-id/${name}`, 200, {
      body: { professionalId, placeId, startAt, endAt, serviceGroupIds, visibility: "public" },
    });
    return by(`GET /v1/slots/by-external-id/${name}`, 200);
  };
  const slot = await offer("plage-1", "GEN", ["2027-03-08T09:00:00-05:00", "2027-03-08T12:00:00-05:00"]);
  const gmfSlot = await offer("plage-2", "GMF", ["2027-03-08T13:00:00-05:00", "2027-03-08T14:00:00-05:00"]);
  const pushed = await by("PUT /v1/appointments/by-external-id/rdv-1", 200, {
    body: {
      professionalId,
      placeId,
      startAt: "2027-03-09T09:00:00-05:00",
      durationMinutes: 20,
      patient: {
        firstName: "Alice",
        lastName: "Tremblay",
        sex: "F",
        birthDate: "1980-06-15",
        homePhone: "418-555-0192",
      },
      communicationModes: ["phone"],
    },
  });
  const { appointmentId } = record(pushed["appointment"]);
  return { slotId: text(slot, "slotId"), gmfSlotId: text(gmfSlot, "slotId"), appointmentId: String(appointmentId) };
}

async function readAgenda(hub: TestHub, clinic: Clinic, agenda: Agenda): Promise<void> {
  const by = caller(hub, clinic.secretary);
  const { placeId, professionalId } = clinic;
  const { slotId, gmfSlotId, appointmentId } = agenda;
  const slots = await by(`GET /v1/slots?placeId=${placeId}`, 200);
  same("a grant shows the slots", idsIn(slots, "slotId"), [slotId, gmfSlotId]);
  const groups = await by("GET /v1/service-groups", 200);
  same("the groups of the services", idsIn(groups, "serviceGroupId").length, 2);
  const list = await by(`GET /v1/appointments?professionalId=${professionalId}`, 200);
  same("and the appointments", idsIn(list, "appointmentId"), [appointmentId]);
  await by(`GET /v1/appointments/${appointmentId}`, 200);
  same("openings are free", idsIn(await by(`GET /v1/openings?placeId=${placeId}`, 200), "slotId").length, 12);
}

/** A template is made, and tried out on a week. */
async function planWeeks(hub: TestHub, { admin, placeId, professionalId }: Clinic): Promise<void> {
  const by = caller(hub, admin);
  const services = [{ type: "GEN", consultationReason: "regular", durationMinutes: 20 }];
  const template = await by("POST /v1/schedule-templates", 201, {
    body: {
      placeId,
      name: "Semaine type",
      professions: ["physician"],
      professionalIds: [professionalId],
      slots: [{ weekday: "tuesday", startTime: "08:00", services }],
    },
  });
  const templateId = text(template, "templateId");
  const listed = await by(`GET /v1/schedule-templates?placeId=${placeId}`, 200);
  same("the template is listed", idsIn(listed, "templateId"), [templateId]);
  const applied = await by("POST /v1/weeks/apply-template?dryRun=true", 201, {
    body: { professionalId, templateId, placeId, week: "2027-03-14" },
  });
  same("it makes one slot", applied["created"], 1);
}

async function bookOnline(hub: TestHub, { placeId }: Clinic, { slotId, gmfSlotId }: Agenda): Promise<Booking> {
  const citizen = await aCitizen(hub, { registeredWith: { practiceNumber, gmfNumber } });
  const by = caller(hub, citizen.token);
  const search = (asked: object) =>
    by("POST /v1/citizen/openings/search", 200, { body: { consultationReason: "regular", ...asked } });
  same("at the place", idsIn(await search({ cascade: "3", placeId }), "slotId").includes(slotId), true);
  const inGmf = await search({ cascade: "2.3" });
  same("in the GMF", idsIn(inGmf, "slotId").includes(gmfSlotId), true);
  const ofTheTeam = await search({ cascade: "2.1" });
  same("of the relay team", idsIn(ofTheTeam, "slotId").includes(gmfSlotId), true);
  const beside = list(inGmf["messages"])
    .map(record)
    .find((message) => message["placeId"] === placeId);
  same("with what the clinic says", beside?.["text"], clinicsWords);
  // SYNC-13, SYNC-14: as the search is to read it for citizens, of places they have no scope of.
  const age = list(inGmf["freshness"])
    .map(record)
    .find((each) => each["placeId"] === placeId);
  same("how old the agenda is", age?.["asOf"], new Date(hub.clock.now()).toISOString());
  const opening = { slotId, startAt: "2027-03-08T09:20:00-05:00" };
  const hold = await by("POST /v1/citizen/holds", 201, { body: opening });
  await by(`DELETE /v1/citizen/holds/${text(hold, "holdId")}`, 204);
  const held = await by("POST /v1/citizen/holds", 201, { body: opening });
  const booked = await by("POST /v1/citizen/appointments", 201, {
    body: {
      ...opening,
      consultationReason: "regular",
      holdId: text(held, "holdId"),
      homePhone: "418-555-0192",
      communicationModes: ["phone"],
    },
  });
  const referenceNumber = text(booked, "referenceNumber");
  const found = await by("POST /v1/citizen/appointments/find", 200, { body: {} });
  same("they find it", idsIn(found, "referenceNumber"), [referenceNumber]);
  const named = { body: { referenceNumber, nam: citizen.nam } };
  await by("POST /v1/citizen/appointments/find", 200, named);
  await by("POST /v1/citizen/appointments/cancel", 200, named);
  return { citizen: citizen.token, nam: citizen.nam, referenceNumber };
}

/** APPT-43: a nurse searches, holds and books for a patient; the clinic reads who it was. */
async function bookForPatient(hub: TestHub, { placeId, secretary }: Clinic, { slotId }: Agenda): Promise<Nursing> {
  const { nam } = await aCitizen(hub);
  const { nurseId, name, token: nurse } = await aNurse(hub);
  const by = caller(hub, nurse);
  const asked = { nam, consultationReason: "regular" };
  const found = await by("POST /v1/nurse/openings/search", 200, { body: { ...asked, cascade: "3", placeId } });
  same("what the patient would find", idsIn(found, "slotId").includes(slotId), true);
  const opening = { slotId, startAt: "2027-03-08T09:40:00-05:00" };
  const hold = await by("POST /v1/nurse/holds", 201, { body: { nam, ...opening } });
  await by(`DELETE /v1/nurse/holds/${text(hold, "holdId")}`, 204);
  const held = await by("POST /v1/nurse/holds", 201, { body: { nam, ...opening } });
  const contact = { homePhone: "418-555-0192", communicationModes: ["phone"] };
  const booked = await by("POST /v1/nurse/appointments", 201, {
    body: { ...asked, ...opening, ...contact, holdId: text(held, "holdId") },
  });
  const read = await caller(hub, secretary)(`GET /v1/appointments/${text(booked, "appointmentId")}`, 200);
  same("the clinic reads the nurse", record(read["nurse"])["name"], name);
  return { nurse, nurseId };
}

/** The machine leases what was booked at its place and answers some of it; what it leaves is found to be late. */
async function answer(hub: TestHub, { machine }: Clinic): Promise<void> {
  const by = caller(hub, machine);
  const { items } = await by("POST /v1/inbox/lease", 200, { body: {} });
  const [first, ...others] = list(items).map(record);
  same("a citizen's booking comes first", record(record(first)["change"])["operation"], "created");
  const acked = await by("POST /v1/inbox/ack", 200, { body: { items: [{ itemId: record(first)["itemId"] }] } });
  same(
    "it is acknowledged",
    list(acked["items"]).map((item) => record(item)["outcome"]),
    ["acknowledged"],
  );
  same("a nurse's is left", others.length > 0, true);
}

/** The machine learns from the log what citizens did. */
async function follow(hub: TestHub, { machine, placeId }: Clinic): Promise<void> {
  const by = caller(hub, machine);
  const items = list((await by("GET /v1/changes?limit=1000", 200))["items"]).map(record);
  const told = items.filter(({ objectType, origin }) => {
    return objectType === "appointment" && record(origin)["actorType"] === "citizen";
  });
  same(
    "a booking and a cancellation",
    told.map(({ operation }) => operation),
    ["created", "updated"],
  );
  const digest = await by(`GET /v1/digest?placeId=${placeId}&from=2027-03-08&to=2027-03-10`, 200);
  same("two days have something", list(digest["days"]).length, 2);
}

/** Another place is linked and left: the machine, which is not linked there any more, reads how that ended. */
async function leave(hub: TestHub, clinic: Clinic): Promise<void> {
  const placeId = await endALink(hub, clinic);
  const items = list((await caller(hub, clinic.machine)("GET /v1/changes?limit=1000", 200))["items"]).map(record);
  const last = items.filter(({ objectId }) => objectId === placeId).at(-1);
  same("its feed of the place ends", last?.["status"], "ended");
}

/** Of a place of its own, which it answers. */
export async function endALink(
  hub: TestHub,
  { establishmentId, machineId, operator }: Pick<Clinic, "establishmentId" | "machineId" | "operator">,
): Promise<string> {
  const by = caller(hub, operator);
  const branch = { body: { ...newPlaceExample, establishmentId } };
  const placeId = text(await by("POST /v1/places", 201, branch), "placeId");
  const link = `/v1/places/${placeId}/machine-link`;
  await by(`PUT ${link}`, 200, { body: { machineId } });
  await by(`DELETE ${link}`, 204, { version: 1 });
  return placeId;
}

/** The machine has what it reads sent to it: from where it is linked, and from another clinic to the end of its link. */
async function beTold(hub: TestHub, { machine, machineId, operator }: Clinic): Promise<void> {
  const by = caller(hub, operator);
  await caller(hub, machine)("POST /v1/webhook-endpoints", 201, { body: { url: "https://agenda.example.org/hook" } });
  const elsewhere = await by("POST /v1/establishments", 201, { body: { name: "Autre clinique", isGmf: false } });
  const body = { ...newPlaceExample, establishmentId: text(elsewhere, "establishmentId") };
  const link = `/v1/places/${text(await by("POST /v1/places", 201, { body }), "placeId")}/machine-link`;
  await by(`PUT ${link}`, 200, { body: { machineId } });
  same("the link is sent", (await dispatchWebhooks.run(hub.deps)).count > 0, true);
  await by(`DELETE ${link}`, 204, { version: 1 });
  same("and its end", (await dispatchWebhooks.run(hub.deps)).count > 0, true);
}

/** What happens without a request. The clock stands where it stood, afterwards. */
async function tidyUp(hub: TestHub, clinic: Clinic, { slotId }: Agenda): Promise<void> {
  const now = hub.clock.now();
  const body = { slotId, startAt: "2027-03-08T11:00:00-05:00" };
  const by = caller(hub, clinic.machine);
  await by("POST /v1/holds", 201, { body });
  await by("POST /v1/appointments", 201, { body: ofAChild(clinic, "2027-03-09T10:00:00-05:00") });
  hub.clock.advance(6 * minuteMs);
  same("the hold has run out", (await removeExpiredHolds.run(hub.deps)).count, 1);
  hub.clock.advance(30 * minuteMs);
  same("an answer is late", (await endWaits.run(hub.deps)).count, 1);
  hub.clock.advance(31 * dayMs);
  same("a child's reason is erased", (await eraseMinorsNotes.run(hub.deps)).count, 1);
  same("the log is old", (await pruneChanges.run(hub.deps)).count > 0, true);
  hub.clock.moveTo(now);
}

/** An appointment of which something is to be erased. */
export function ofAChild({ professionalId, placeId }: Pick<Clinic, "professionalId" | "placeId">, startAt: string) {
  return {
    ...{ professionalId, placeId, startAt, durationMinutes: 20, consultationReason: "regular" },
    patient: { firstName: "Léa", lastName: "Roy", sex: "F", birthDate: "2015-06-15", homePhone: "418-555-0195" },
    communicationModes: ["phone"],
  };
}

type Body = Record<string, unknown>;

function caller(hub: TestHub, as: string) {
  return async (call: string, status: number, request: TestRequest = {}): Promise<Body> => {
    const [method = "", path = ""] = call.split(" ");
    const answer = await hub.request(method, path, { as, ...request });
    if (answer.status !== status) throw new Error(`${call}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
}

function same(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
}

function idsIn({ items }: Body, name: string): string[] {
  return list(items).map((item) => text(record(item), name));
}

function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw new Error(`no ${name} in ${JSON.stringify(body)}`);
  return value;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function record(value: unknown): Body {
  // The harness has held every answer against its schema; what is looked for is checked where it is used.
  return typeof value === "object" && value !== null ? (value as Body) : {};
}
