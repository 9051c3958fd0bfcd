import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, appointmentInput } from "../../../test/an-appointment.ts";
import { aClinic, aGrant, anEmployee, aProfessional } from "../../../test/factories.ts";
import type { AClinic, AnEmployee, AProfessional } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { Page } from "../../http/page.ts";
import type { AppointmentBody } from "./schema.ts";

/** PERM-23: whose appointments each profile reads and writes, over the operations of an appointment. */

let hub: TestHub;
let clinic: AClinic;
let own: AProfessional;
let colleague: AProfessional;
let people: Record<string, AnEmployee>;
let minute = 0;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
  own = await aProfessional(hub, [clinic.place]);
  colleague = await aProfessional(hub, [clinic.place]);
  const places = [clinic.place];
  people = {
    localAdmin: clinic.admin,
    superUser: await anEmployee(hub, clinic, { profile: "superUser", places }),
    professional: own,
    user: await anEmployee(hub, clinic, { places }),
  };
  const { placeId } = clinic;
  for (const person of [own, people["user"]])
    if (person !== undefined)
      await aGrant(hub, person, { placeId, professionalId: colleague.professionalId, access: "write" });
});
afterAll(() => hub.close());

/** Own, granted and another's agenda, in this order. */
const table: [string, boolean[]][] = [
  ["localAdmin", [true, true, true]],
  ["superUser", [true, true, true]],
  ["professional", [true, true, false]],
  ["user", [false, true, false]],
];

describe.each(table)("PERM-23 %s", (profile, allowed) => {
  test.each([0, 1, 2])(
    "PERM-23 creates, reads, changes and cancels on agenda %i as the profile says",
    async (index) => {
      const as = people[profile]?.token ?? "";
      const { professionalId } = [own, colleague, clinic.professional][index] ?? own;
      const may = allowed[index] === true;
      minute += 15;
      const startAt = new Date(Date.parse("2027-03-08T05:00:00Z") + minute * 60_000).toISOString();
      const made = await hub.request("POST", "/v1/appointments", {
        as,
        body: appointmentInput({ professionalId }, { startAt }),
      });
      const there = await anAppointment(
        hub,
        { professionalId, machine: clinic.machine },
        { startAt: laterThan(startAt) },
      );
      const path = `/v1/appointments/${there.appointmentId}`;
      const read = await hub.request("GET", path, { as });
      const list = await hub.request<Page<AppointmentBody>>(
        "GET",
        `/v1/appointments?professionalId=${professionalId}`,
        { as },
      );
      const changed = await hub.request<AppointmentBody>("PATCH", path, {
        as,
        version: there.version,
        body: { clinicNote: "À jeun." },
      });
      const { version } = may ? changed.body : there;
      const cancelled = await hub.request("POST", `${path}/cancel`, { as, version, body: {} });
      const statuses = [made.status, read.status, changed.status, cancelled.status];
      expect(statuses).toEqual(may ? [201, 200, 200, 200] : [403, 403, 403, 403]);
      // PERM-16: a list leaves out what is not the reader's.
      expect(list.body.items.length > 0).toBe(may);
    },
  );
});

function laterThan(startAt: string): string {
  return new Date(Date.parse(startAt) + 10 * 3_600_000).toISOString();
}
