import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { anAppointment, reachable } from "../../../test/an-appointment.ts";
import { aCitizen, aClinic, aProfessional } from "../../../test/factories.ts";
import type { ACitizen, AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { ChangePage } from "../changes/schema.ts";
import type { AppointmentBody } from "./schema.ts";

/**
 * What the change log says of each thing that sends a message to a patient (family NOTIF) or counts in a report (family
 * RPT), so that both can be made of the log alone: who did it, the names of what changed, the status and the time.
 */

let hub: TestHub;
let clinic: AClinic;
let days = 0;
const freshDay = () =>
  new Date(Date.parse("2027-04-01T00:00:00Z") + (days += 1) * 86_400_000).toISOString().slice(0, 10);
const at = (day: string, time = "09:00") => `${day}T${time}:00-04:00`;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(async () => hub.close());

/** An appointment of the citizen's, made by the clinic. */
interface Made {
  alice: ACitizen;
  appointment: AppointmentBody;
}
const made = async (fields: object = {}): Promise<Made> => {
  const alice = await aCitizen(hub);
  const patient = { ...reachable, nam: alice.nam };
  return { alice, appointment: await anAppointment(hub, clinic, { startAt: at(freshDay()), ...fields, patient }) };
};
const send = async (as: string, method: string, path: string, body: object, version?: number): Promise<string> => {
  const answer = await hub.request(method, path, { as, body, ...(version === undefined ? {} : { version }) });
  expect([path, answer.status < 300]).toEqual([path, true]);
  return String(answer.body["appointmentId"]);
};
const patch = ({ appointment: { appointmentId, version } }: Made, body: object, as = clinic.machine.token) =>
  send(as, "PATCH", `/v1/appointments/${appointmentId}`, body, version);
const post = (
  { appointment: { appointmentId, version } }: Made,
  verb: string,
  body: object,
  as = clinic.machine.token,
) => send(as, "POST", `/v1/appointments/${appointmentId}/${verb}`, body, version);
const online = ({ alice, appointment }: Made, verb: string, body: object = {}) =>
  send(alice.token, "POST", `/v1/citizen/appointments/${verb}`, {
    referenceNumber: appointment.referenceNumber,
    nam: alice.nam,
    ...body,
  });
async function bookOnline(): Promise<string> {
  const { token } = await aCitizen(hub);
  const day = freshDay();
  const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00") });
  const { homePhone, email } = reachable;
  const body = { slotId: slot.slotId, startAt: at(day), consultationReason: "regular", homePhone, email };
  return send(token, "POST", "/v1/citizen/appointments", body);
}

/** The last thing that the feed says of an appointment: `who operation status changed…`. */
async function lastOf(appointmentId: string): Promise<string> {
  const { body } = await hub.request<ChangePage>("GET", "/v1/changes?limit=1000", { as: clinic.admin.token });
  const last = body.items.findLast(({ objectId }) => objectId === appointmentId);
  if (last === undefined) throw new Error("nothing was said of it");
  const { appointmentId: _, ...row } = (
    await hub.request<AppointmentBody>("GET", `/v1/appointments/${appointmentId}`, { as: clinic.admin.token })
  ).body;
  expect(last).toMatchObject({
    establishmentId: clinic.establishmentId,
    objectType: "appointment",
    version: row.version,
    professionalId: row.professionalId,
    startAt: row.startAt,
    endAt: row.endAt,
  });
  const { origin, operation, status, changed } = last;
  return [origin.actorType, operation, status, ...changed].join(" ");
}

describe("what the log says", () => {
  test.each<[string, () => Promise<string>, string]>([
    [
      "of a creation by agenda software (for NOTIF-02)",
      async () => (await made()).appointment.appointmentId,
      "machine created active",
    ],
    [
      "of a creation by an employee (for NOTIF-02)",
      async () => (await anAppointment(hub, clinic, { startAt: at(freshDay()) }, clinic.admin.token)).appointmentId,
      "employee created active",
    ],
    ["of a creation by the patient (for NOTIF-02)", bookOnline, "citizen created active"],
    [
      "of a modification of who the patient is (for NOTIF-03)",
      async () => patch(await made(), { patient: { firstName: "Alicia" } }),
      "machine updated active patient",
    ],
    [
      "of a number taken away: another type, nobody matched (for NOTIF-03)",
      async () => {
        const alice = await aCitizen(hub, { registeredWith: clinic.professional });
        const patient = { ...reachable, nam: alice.nam };
        const appointment = await anAppointment(hub, clinic, { startAt: at(freshDay()), patient });
        return patch({ alice, appointment }, { patient: { nam: null } });
      },
      "machine updated active appointmentType patient",
    ],
    [
      "of a modification of the reason (for NOTIF-03, RPT-11)",
      async () => patch(await made(), { consultationReason: "regular" }),
      "machine updated active consultationReason",
    ],
    [
      "of a change of the language or the modes of messages (for NOTIF-11)",
      async () => patch(await made(), { communicationLanguage: "en", communicationModes: ["phone"] }),
      "machine updated active communicationLanguage communicationModes",
    ],
    [
      "of a move to another time (for NOTIF-03, NOTIF-13)",
      async () => post(await made(), "move", { startAt: at(freshDay()) }),
      "machine updated active endAt startAt",
    ],
    [
      "of a move to another professional (for NOTIF-03)",
      async () => {
        const { professionalId } = await aProfessional(hub, [clinic.place]);
        return post(await made(), "move", { professionalId });
      },
      "machine updated active professionalId",
    ],
    [
      "of a cancellation by agenda software (for NOTIF-04, RPT-03)",
      async () => post(await made(), "cancel", {}),
      "machine updated cancelled status",
    ],
    [
      "of a cancellation by an employee (for NOTIF-04, RPT-03)",
      async () => post(await made(), "cancel", {}, clinic.admin.token),
      "employee updated cancelled status",
    ],
    [
      "of a cancellation by the patient (for NOTIF-04, RPT-03)",
      async () => online(await made(), "cancel"),
      "citizen updated cancelled status",
    ],
    [
      "of contact details changed by the clinic (for NOTIF-06)",
      async () => patch(await made(), { patient: { mobilePhone: "581-555-0103", email: "other@example.org" } }),
      "machine updated active contact",
    ],
    [
      "of contact details changed by the patient (for NOTIF-06)",
      async () => online(await made(), "update-contact", { mobilePhone: "581-555-0103" }),
      "citizen updated active contact",
    ],
    [
      "of contact details and modes changed by the patient (for NOTIF-06)",
      async () =>
        online(await made(), "update-contact", { mobilePhone: "581-555-0103", communicationModes: ["email", "sms"] }),
      "citizen updated active communicationModes contact",
    ],
    [
      "of both who the patient is and how they are reached (for NOTIF-07)",
      async () => patch(await made(), { patient: { lastName: "Gagnon", homePhone: "418-555-0193" } }),
      "machine updated active contact patient",
    ],
    [
      "of attendance set to absent (for NOTIF-14, RPT-10)",
      async () => patch(await made(), { attendance: "absent" }),
      "machine updated active attendance",
    ],
    [
      "of attendance set to something else (for NOTIF-16)",
      async () => {
        const one = await made();
        await patch(one, { attendance: "absent" });
        return patch({ ...one, appointment: { ...one.appointment, version: 2 } }, { attendance: "present" });
      },
      "machine updated active attendance",
    ],
    [
      "of the clinic's note alone (for NOTIF-07)",
      async () => patch(await made(), { clinicNote: "Apporter la liste." }),
      "machine updated active clinicNote",
    ],
  ])("%s", async (_title, happen, expected) => {
    expect(await lastOf(await happen())).toBe(expected);
  });

  test("of a move from the past to the future: attendance is forgotten (for NOTIF-16)", async () => {
    const past = await made({
      startAt: "2027-02-22T09:00:00-05:00",
      attendance: "absent",
      communicationModes: ["email"],
    });
    expect(await lastOf(await post(past, "move", { startAt: at(freshDay()) }))).toBe(
      "machine updated active attendance endAt startAt",
    );
  });

  test("of a push: what a creation and a change by id say", async () => {
    const push = (fields: object) =>
      hub.request<{ appointment: AppointmentBody }>("PUT", "/v1/appointments/by-external-id/announced", {
        as: clinic.machine.token,
        body: {
          professionalId: clinic.professionalId,
          startAt: at("2027-06-01"),
          durationMinutes: 15,
          patient: reachable,
          ...fields,
        },
      });
    const { appointmentId } = (await push({})).body.appointment;
    expect(await lastOf(appointmentId)).toBe("machine created active");
    const patient = { ...reachable, homePhone: "418-555-0194" };
    await push({ attendance: "absent", patient });
    expect(await lastOf(appointmentId)).toBe("machine updated active attendance contact");
    await push({ status: "cancelled", patient });
    expect(await lastOf(appointmentId)).toBe("machine updated cancelled status");
  });
});
