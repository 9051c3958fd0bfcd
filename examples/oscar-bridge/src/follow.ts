import type { Schemas } from "@arrimage/sdk";
import type { NewBooking } from "./report.ts";
import type { LinkedClinic } from "./set-up.ts";
import type { AgendaEditor } from "./write-export.ts";

/** What following the log did to the agenda. */
export interface Followed {
  applied: number;
  lastSeq: number;
  /** Those that stand. */
  newBookings: NewBooking[];
  /** Citizens' changes that the agenda can have no row for. */
  notApplied: { appointmentId: string; code: string }[];
}

/** `GET /v1/appointments?ids=` reads so many at once. */
const IDS_A_CALL = 100;

/**
 * Follows the log from its beginning until nothing is left, and writes citizens' bookings and cancellations into the agenda.
 * What the bridge pushed comes back as its own echo, and is passed over. A booking gets the agenda's next number, and the
 * hub is told it as the booking's `externalId` at once: from then on both sides speak of it by the same name.
 */
export async function followCitizens(clinic: LinkedClinic, agenda: AgendaEditor): Promise<Followed> {
  const { machine } = clinic;
  const numberOf = new Map([...clinic.professionalIds].map(([number, id]) => [id, number]));
  const rows = new Map<string, NewBooking>();
  const followed: Followed = { applied: 0, lastSeq: 0, newBookings: [], notApplied: [] };

  const book = (appointmentId: string, appointment: Schemas["Appointment"] | undefined): void => {
    const row = appointment && addRow(agenda, numberOf, appointment);
    if (row?.ok !== true) {
      followed.notApplied.push({ appointmentId, code: row?.code ?? "NOT_FOUND" });
      return;
    }
    const { appointmentNo, demographicNo, sharedWith } = row;
    rows.set(appointmentId, { appointmentNo, demographicNo, sharedWith });
    followed.applied += 1;
  };
  const cancel = (appointmentId: string, appointmentNo: string | null): void => {
    if (appointmentNo !== null && agenda.cancel(appointmentNo)) {
      rows.delete(appointmentId);
      followed.applied += 1;
    } else {
      followed.notApplied.push({ appointmentId, code: "NOT_FOUND" });
    }
  };

  for await (const { items } of machine.changes.follow({ untilCaughtUp: true, limit: 500 }).byPage()) {
    const changes = items.filter(isCitizens);
    const created = changes.filter(({ operation }) => operation === "created").map(({ objectId }) => objectId);
    const appointments = await readAppointments(clinic, created);
    const bindings: Schemas["AdoptionLine"][] = [];
    for (const { objectId, operation, status, externalId } of changes) {
      if (operation === "created") {
        book(objectId, appointments.get(objectId));
        const row = rows.get(objectId);
        if (row) bindings.push({ objectType: "appointment", objectId, externalId: row.appointmentNo });
      } else if (status === "cancelled") {
        cancel(objectId, rows.get(objectId)?.appointmentNo ?? externalId);
      }
    }
    if (bindings.length > 0) await machine.adoptions.create({ body: { bindings } });
    followed.lastSeq = items.reduce((last, { seq }) => Math.max(last, seq), followed.lastSeq);
  }
  followed.newBookings = [...rows.values()];
  return followed;
}

function isCitizens({ objectType, origin }: Schemas["Change"]): boolean {
  return objectType === "appointment" && !origin.own && origin.actorType === "citizen";
}

function addRow(
  agenda: AgendaEditor,
  numberOf: ReadonlyMap<string, string>,
  { professionalId, startAt, durationMinutes, patient }: Schemas["Appointment"],
): ReturnType<AgendaEditor["addBooking"]> {
  const professionalNumber = numberOf.get(professionalId) ?? "";
  return agenda.addBooking({ professionalNumber, startAt, durationMinutes, nam: patient.nam ?? "" });
}

async function readAppointments(
  { machine }: LinkedClinic,
  ids: readonly string[],
): Promise<Map<string, Schemas["Appointment"]>> {
  const found = new Map<string, Schemas["Appointment"]>();
  for (let from = 0; from < ids.length; from += IDS_A_CALL) {
    const some = ids.slice(from, from + IDS_A_CALL).join(",");
    for await (const appointment of machine.appointments.list({ ids: some })) {
      found.set(appointment.appointmentId, appointment);
    }
  }
  return found;
}
