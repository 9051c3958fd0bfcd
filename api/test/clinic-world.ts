import type { Actor } from "../src/domain/actor.ts";
import { minuteMs } from "../src/domain/time.ts";
import { newScheduleTemplateExample } from "../src/features/schedule-templates/schema.ts";
import { staffPersonExample } from "../src/features/staff-registry/schema.ts";
import { aCitizen, aClinic, anEmployee, aNurse, aProfessional, aRegisteredPerson, aService } from "./factories.ts";
import type { AClinic } from "./factories.ts";
import type { TestHub } from "./harness.ts";
import type { WorldIds } from "./samples.ts";

/** A clinic with one object of each kind, made through HTTP, and callers who may do everything to them. */
export interface ClinicWorld {
  establishmentId: string;
  ids: WorldIds;
  tokens: Record<Exclude<Actor["kind"], "operator">, string>;
}

const appointmentStart = "2027-03-10T09:00:00-05:00";
/** When the appointment of every world is. */
export const appointmentOfWorld = {
  startAt: Date.parse(appointmentStart),
  endAt: Date.parse(appointmentStart) + 15 * minuteMs,
};

/** The hold is that of `owner`. Two worlds are equal but for ids. */
export async function aClinicWorld(hub: TestHub, owner: keyof ClinicWorld["tokens"]): Promise<ClinicWorld> {
  const clinic = await aClinic(hub, {
    establishment: { name: "Clinique", isGmf: true, gmfNumber: "03-117" },
    place: { name: "Lieu" },
    professional: { practiceNumber: "112233" },
  });
  const { establishmentId, placeId, professionalId } = clinic;
  const employee = await anEmployee(hub, clinic, { places: [clinic.place] });
  const citizen = await aCitizen(hub);
  // Whom the examples name by their number.
  const { nam } = patient;
  await aCitizen(hub, { nam, lastName: "Tremblay" });
  // Whom the example of employees.create names.
  await aRegisteredPerson(hub, staffPersonExample);
  const { token: nurse } = await aNurse(hub);
  const tokens = { machine: clinic.machine.token, employee: clinic.admin.token, citizen: citizen.token, nurse };
  const external = `external-${String(hub.count())}`;
  const agenda = { professionalId, placeId };
  await made(
    hub.request("PUT", `/v1/slots/by-external-id/${external}`, {
      as: tokens.machine,
      body: {
        ...agenda,
        startAt: "2027-03-08T08:00:00-05:00",
        endAt: "2027-03-08T13:00:00-05:00",
        serviceIds: [clinic.service.serviceId],
        visibility: "public",
      },
    }),
  );
  const slot = await made<{ slotId: string }>(
    hub.request("GET", `/v1/slots/by-external-id/${external}`, { as: tokens.machine }),
  );
  // Beside the one for all reasons, which no group may hold (GRP-07).
  const service = await aService(hub, clinic, { consultationReason: "regular" });
  const group = await made<{ serviceGroupId: string }>(
    hub.request("POST", "/v1/service-groups", {
      as: tokens.machine,
      body: { professionalId, name: "Regroupement", serviceIds: [service.serviceId] },
    }),
  );
  // Of somebody else: the example of workGroups.create has the professional of the world as its only member (WG-07).
  const colleague = await aProfessional(hub, [clinic.place], { practiceNumber: "112244" });
  const workGroup = await made<{ workGroupId: string }>(
    hub.request("POST", "/v1/work-groups", {
      as: clinic.admin.token,
      body: { professionalIds: [colleague.professionalId], relayTeams: [{ professionalIds: [professionalId] }] },
    }),
  );
  const { appointment } = await made<{ appointment: { appointmentId: string } }>(
    hub.request("PUT", `/v1/appointments/by-external-id/${external}`, {
      as: tokens.machine,
      body: {
        ...agenda,
        startAt: "2027-03-10T09:00:00-05:00",
        durationMinutes: 15,
        patient,
        communicationModes: ["phone"],
      },
    }),
  );
  await made(
    hub.request("PUT", "/v1/email-customisations/confirmation/fr", {
      as: clinic.admin.token,
      body: { body: "Bonjour" },
    }),
  );
  await made(
    hub.request("PUT", `/v1/message-customisations/ownProfessionalInGmf/${placeId}/fr`, {
      as: clinic.admin.token,
      body: { option: "custom", body: "Bonjour" },
    }),
  );
  const template = await made<{ templateId: string }>(
    hub.request("POST", "/v1/schedule-templates", {
      as: clinic.admin.token,
      body: { ...newScheduleTemplateExample, name: "Semaine type", placeId, professionalIds: [professionalId] },
    }),
  );
  // Nobody listens there; what is sent to it stays as it is.
  const endpoint = await made<{ webhookEndpointId: string }>(
    hub.request("POST", "/v1/webhook-endpoints", { as: tokens.machine, body: { url: "http://127.0.0.1:9/hooks" } }),
  );
  const delivery = await made<{ webhookDeliveryId: string }>(
    hub.request("POST", `/v1/webhook-endpoints/${endpoint.webhookEndpointId}/test`, { as: tokens.machine }),
  );
  const held = { startAt: "2027-03-08T11:30:00-05:00" };
  const online = { slotId: slot.slotId, ...held };
  const [path, body] = {
    citizen: ["/v1/citizen/holds", online],
    nurse: ["/v1/nurse/holds", { nam, ...online }],
    machine: ["/v1/holds", { ...agenda, ...held, durationMinutes: 15 }],
    employee: ["/v1/holds", { ...agenda, ...held, durationMinutes: 15 }],
  }[owner] as [string, object];
  const hold = await made<{ holdId: string }>(hub.request("POST", path, { as: tokens[owner], body }));
  const ids = {
    est: establishmentId,
    plc: placeId,
    pro: professionalId,
    emp: employee.employeeId,
    svc: service.serviceId,
    grp: group.serviceGroupId,
    wgr: workGroup.workGroupId,
    slt: slot.slotId,
    tpl: template.templateId,
    apt: appointment.appointmentId,
    hld: hold.holdId,
    whe: endpoint.webhookEndpointId,
    whd: delivery.webhookDeliveryId,
    vnd: clinic.machine.vendorId,
    mch: clinic.machine.machineId,
    ibx: await anInboxItem(hub, clinic, slot.slotId),
    external,
  };
  return { establishmentId, ids, tokens };
}

/** Well-formed names of nothing. */
export const nowhere: WorldIds = {
  ...Object.fromEntries(
    [
      "est",
      "plc",
      "pro",
      "emp",
      "svc",
      "grp",
      "wgr",
      "slt",
      "tpl",
      "apt",
      "hld",
      "vnd",
      "mch",
      "whe",
      "whd",
      "flt",
      "snp",
      "ibx",
    ].map((prefix) => [prefix, `${prefix}_01m8qk5v0e7kqv8f0a3n6c9d2h`]),
  ),
  external: "external-of-nobody",
};

/** Of the machine's inbox, leased for a day: a change of the slot by somebody else. Written directly: every world has one. */
async function anInboxItem(
  hub: TestHub,
  { establishmentId, placeId, machine: { machineId } }: AClinic,
  slotId: string,
): Promise<string> {
  const now = hub.clock.now();
  const itemId = hub.deps.ids.next("ibx", now);
  await hub.write([establishmentId], async (tx) => {
    await tx.sql`
      INSERT INTO inbox (establishment_id, machine_id, seq, given_seq)
      SELECT establishment_id, ${machineId}, last_seq, 1 FROM change_counter WHERE establishment_id = ${establishmentId}`;
    await tx.sql`
      INSERT INTO inbox_item (establishment_id, machine_id, seq, prev_seq, item_id, place_id, at, object_type, object_id,
        operation, version, place_ids, changed, actor_type, attempt, available_at, held_up)
      VALUES (${establishmentId}, ${machineId}, 1, 0, ${itemId}, ${placeId}, ${now}, 'slot', ${slotId}, 'updated', 1,
        ${[placeId]}::text[], '{}', 'employee', 1, ${now + 24 * 60 * minuteMs}, false)`;
  });
  return itemId;
}

const patient = {
  nam: "TREA80561502",
  firstName: "Alice",
  lastName: "Tremblay",
  sex: "F",
  birthDate: "1980-06-15",
  homePhone: "418-555-0192",
};

async function made<T>(answer: Promise<{ status: number; body: unknown }>): Promise<T> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`the world could not be made: ${JSON.stringify(body)}`);
  // The harness has held it against the operation's schema.
  return body as T;
}
