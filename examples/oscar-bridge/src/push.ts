import type { Schemas } from "@arrimage/sdk";
import { ExportError } from "./malformed.ts";
import type { AppointmentToPush, PushPlan, ServiceToPush, SlotToPush } from "./plan-push.ts";
import type { LinkedClinic } from "./set-up.ts";

/** What one push did. */
export interface Pushed {
  created: number;
  updated: number;
  unchanged: number;
  services: number;
  slots: number;
  appointments: number;
  /** `externalId` of each slot by the hub's id. */
  slotNames: ReadonlyMap<string, string>;
  refused: { appointmentNo: string; code: string }[];
}

/** The hub takes 10,000 lines a call; smaller ones keep a lost connection cheap. */
const LINES_A_CALL = 2_000;

/** Sends the whole plan: services that are missing, then slots, then appointments. What is there already is unchanged. */
export async function pushAgenda(clinic: LinkedClinic, plan: PushPlan): Promise<Pushed> {
  const services = await pushServices(clinic, plan.services);
  const slots = await pushSlots(clinic, plan.slots, services.ids);
  const appointments = await pushAppointments(clinic, plan.appointments);
  const count = (outcome: "created" | "updated" | "unchanged"): number =>
    services.outcomes.filter((each) => each === outcome).length +
    [...slots, ...appointments].filter((result) => result.outcome === outcome).length;
  // Results come in the order of the lines; one whose form was refused does not repeat its name.
  const refused = appointments.flatMap(({ outcome, problem }, position) =>
    outcome === "refused"
      ? [{ appointmentNo: plan.appointments[position]?.externalId ?? "", code: problem?.code ?? "INTERNAL" }]
      : [],
  );
  return {
    created: count("created"),
    updated: count("updated"),
    unchanged: count("unchanged"),
    services: services.outcomes.length,
    slots: slots.length,
    appointments: appointments.length - refused.length,
    slotNames: new Map(slots.map(({ slotId, externalId }) => [slotId ?? "", externalId ?? ""])),
    refused,
  };
}

/** Services have no name of the vendor's: they are found by what they are (SVC-01), and made when they are not there. */
async function pushServices(
  { machine, professionalIds }: LinkedClinic,
  wanted: readonly ServiceToPush[],
): Promise<{ ids: Map<string, string>; outcomes: ("created" | "unchanged")[] }> {
  const known = new Map<string, string>();
  for await (const { serviceId, ...service } of machine.services.list({ active: "true" })) {
    known.set(sameness(service), serviceId);
  }
  const ids = new Map<string, string>();
  const outcomes: ("created" | "unchanged")[] = [];
  for (const { key, professionalNumber, type, consultationReason, durationMinutes } of wanted) {
    const service = {
      professionalId: idOf(professionalIds, professionalNumber),
      // The clinic's bridge.json may say any text: the hub knows the reasons, and refuses one that is none.
      consultationReason: consultationReason as Schemas["NewService"]["consultationReason"],
      ...{ type, durationMinutes },
    };
    const found = known.get(sameness(service));
    ids.set(key, found ?? (await machine.services.create({ body: service })).serviceId);
    outcomes.push(found === undefined ? "created" : "unchanged");
  }
  return { ids, outcomes };
}

function sameness(service: {
  professionalId: string;
  type: string;
  consultationReason: string;
  durationMinutes: number;
}): string {
  const { professionalId, type, consultationReason, durationMinutes } = service;
  return [professionalId, type, consultationReason, durationMinutes].join("/");
}

/** Every slot is accepted: one that is not says that bridge.json and the hub disagree, which no row can mend. */
async function pushSlots(
  { machine, placeId, professionalIds }: LinkedClinic,
  slots: readonly SlotToPush[],
  serviceIds: ReadonlyMap<string, string>,
): Promise<Schemas["SlotLineResult"][]> {
  const lines = slots.map(({ externalId, professionalNumber, serviceKey, startAt, endAt, visibility, openFrom }) => ({
    professionalId: idOf(professionalIds, professionalNumber),
    serviceIds: [idOf(serviceIds, serviceKey)],
    ...{ externalId, placeId, startAt, endAt, visibility, openFrom },
  }));
  const results = await inParts(lines, (part) => machine.slots.batch({ body: part }).collect());
  const refused = results.find(({ outcome }) => outcome === "refused");
  if (refused)
    throw new ExportError(`The hub refuses slot ${refused.externalId ?? ""}: ${refused.problem?.code ?? ""}.`);
  return results;
}

/** A refused appointment stops no other: the clinic completes it, and the next push sends it again. */
async function pushAppointments(
  { machine, placeId, professionalIds }: LinkedClinic,
  appointments: readonly AppointmentToPush[],
): Promise<Schemas["AppointmentLineResult"][]> {
  const lines = appointments.map(({ professionalNumber, ...appointment }) => ({
    ...appointment,
    professionalId: idOf(professionalIds, professionalNumber),
    placeId,
  }));
  return inParts(lines, (part) => machine.appointments.batch({ body: part }).collect());
}

async function inParts<Line, Result>(
  lines: readonly Line[],
  send: (part: readonly Line[]) => Promise<Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < lines.length; from += LINES_A_CALL) {
    results.push(...(await send(lines.slice(from, from + LINES_A_CALL))));
  }
  return results;
}

function idOf(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`The hub was not told of ${name} before it was pushed.`);
  return id;
}
