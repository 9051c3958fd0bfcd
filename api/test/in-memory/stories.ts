import { reachable } from "../an-appointment.ts";
import type { Side } from "./two-hubs.ts";

/** Paths that random requests seldom find to their end, on days that they do not use. */
export interface Story {
  title: string;
  tell: (side: Side) => Promise<unknown>;
}

const at = (day: string, time: string) => `2027-${day}T${time}:00${day < "03-14" ? "-05:00" : "-04:00"}`;
const everybody = { mobilePhone: "418-555-0142", communicationModes: ["sms" as const] };

function physiciansSlot({ world }: Side, day: string, from = "09:00", to = "11:00") {
  const [professionalId, placeId, serviceId] = [world.professionalIds[0], world.placeIds[0], world.serviceIds[1]];
  const time = { startAt: at(day, from), endAt: at(day, to) };
  return { professionalId, placeId, serviceIds: [serviceId], visibility: "public" as const, ...time };
}

function visit({ world }: Side, day: string, time: string, more: object = {}) {
  const [professionalId, placeId] = [world.professionalIds[0], world.placeIds[0]];
  return { professionalId, placeId, startAt: at(day, time), durationMinutes: 15, patient: reachable, ...more };
}

/** Goes on after a refusal, which is compared like any other answer. */
async function either(call: PromiseLike<unknown>): Promise<void> {
  await Promise.resolve(call).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === "ArrimageProblem")) throw error;
  });
}

export const stories: readonly Story[] = [
  {
    title: "a vendor's own names of what was there: bound once, nobody else's, and what was asked is accepted",
    async tell(side) {
      const { machine, otherMachine, readOnlyMachine, admin } = side.clients;
      const slot = await admin.slots.create({ body: physiciansSlot(side, "04-02") });
      const made = await admin.appointments.create({ body: visit(side, "04-02", "09:00") });
      const { appointmentId } = made;
      const named = [
        { objectType: "slot" as const, objectId: slot.slotId, externalId: "story-0" },
        { objectType: "appointment" as const, objectId: appointmentId, externalId: "story-0" },
      ];
      await either(otherMachine.adoptions.create({ body: { bindings: named } }));
      await either(readOnlyMachine.adoptions.create({ body: { bindings: named } }));
      for (let again = 0; again < 2; again += 1) await machine.adoptions.create({ body: { bindings: named } });
      await machine.appointments.get({ appointmentId });
      const others = named.map((line) => ({ ...line, externalId: "story-0b" }));
      await either(machine.adoptions.create({ body: { bindings: others } }));
      const unknown = { objectType: "slot" as const, objectId: appointmentId, externalId: "story-0c" };
      await either(machine.adoptions.create({ body: { bindings: [unknown] } }));
      for (const body of [visit(side, "04-02", "09:00"), visit(side, "04-02", "09:30")])
        await either(machine.appointments.upsertByExternalId({ externalId: "story-0", body }));
      await either(machine.slots.deleteByExternalId({ externalId: "story-0" }));
      await machine.changes.list({ limit: 100 });
    },
  },
  {
    title: "a vendor's own change by id, and then its pushes",
    async tell(side) {
      const { machine } = side.clients;
      const [externalId, body] = ["story-1", physiciansSlot(side, "04-05")];
      const { slot } = await machine.slots.upsertByExternalId({ externalId, body });
      await machine.slots.update({ slotId: slot.slotId, ifMatch: 1, body: { endAt: at("04-05", "12:00") } });
      for (let again = 0; again < 2; again += 1) await either(machine.slots.upsertByExternalId({ externalId, body }));
      await either(machine.slots.upsertByExternalId({ externalId, body: { ...body, visibility: "private" } }));
    },
  },
  {
    title: "staff change and delete what was pushed, and the vendor pushes again",
    async tell(side) {
      const { machine, admin } = side.clients;
      const [externalId, body] = ["story-2", physiciansSlot(side, "04-06")];
      const other = { ...body, endAt: at("04-06", "10:00") };
      const { slot } = await machine.slots.upsertByExternalId({ externalId, body });
      const { slotId } = slot;
      await admin.slots.update({ slotId, ifMatch: 1, body: { visibility: "private" } });
      await either(machine.slots.upsertByExternalId({ externalId, body }));
      await either(machine.slots.upsertByExternalId({ externalId, body: other }));
      await either(machine.slots.upsertByExternalId({ externalId, body: other, ifMatch: 2 }));
      await admin.slots.delete({ slotId, ifMatch: 3 });
      await either(machine.slots.getByExternalId({ externalId }));
      await either(machine.slots.upsertByExternalId({ externalId, body: other }));
      await either(machine.slots.upsertByExternalId({ externalId, body }));
      await either(machine.slots.deleteByExternalId({ externalId }));
      await either(machine.slots.upsertByExternalId({ externalId, body }));
    },
  },
  {
    title: "an agenda that opens two weeks ahead, and what has an opening date",
    async tell(side) {
      const { machine, patientOfOne } = side.clients;
      const [professionalId, placeId, serviceId] = [
        side.world.professionalIds[2],
        side.world.placeIds[1],
        side.world.serviceIds[4],
      ];
      const agenda = { professionalId, placeId, serviceIds: [serviceId], visibility: "public" as const };
      const days: [string, string?][] = [["03-11"], ["04-07"], ["04-08", at("03-01", "06:00")]];
      days.push(["04-09", at("04-01", "06:00")]);
      for (const [day, openFrom] of days) {
        const time = { startAt: at(day, "09:00"), endAt: at(day, "09:30") };
        await machine.slots.create({ body: { ...agenda, ...time, ...(openFrom === undefined ? {} : { openFrom }) } });
      }
      for (const cascade of ["2.3", "3"] as const) {
        const body = { cascade, consultationReason: "regular" as const, placeId, from: at("03-10", "00:00") };
        await either(patientOfOne.citizenOpenings.search({ body }).collect({ max: 20 }));
      }
      await either(machine.openings.list({ placeId, professionalId, from: "2027-04-01" }).collect({ max: 20 }));
      await either(machine.openings.next({ professionalIds: professionalId }));
    },
  },
  {
    title: "a team of two is full with two, and an opening that is lost has others beside it",
    async tell(side) {
      const { machine, admin, citizen, patientOfOne, minor } = side.clients;
      const [professionalId, placeId, serviceId] = [
        side.world.professionalIds[1],
        side.world.placeIds[0],
        side.world.serviceIds[3],
      ];
      const time = { startAt: at("04-12", "09:00"), endAt: at("04-12", "11:00") };
      const slot = await machine.slots.create({
        body: { professionalId, placeId, serviceIds: [serviceId], visibility: "public", ...time },
      });
      const booking = {
        slotId: slot.slotId,
        startAt: time.startAt,
        consultationReason: "minorEmergency" as const,
        ...everybody,
      };
      await either(citizen.citizenAppointments.book({ body: booking }));
      const booked = await patientOfOne.citizenAppointments.book({ body: booking });
      await either(minor.citizenAppointments.book({ body: booking }));
      const clinic = { professionalId, placeId, startAt: time.startAt, durationMinutes: 20, patient: reachable };
      await either(admin.appointments.create({ body: clinic }));
      await either(admin.appointments.create({ body: { ...clinic, acknowledge: ["OVERLAPS_APPOINTMENT"] } }));
      await either(machine.appointments.upsertByExternalId({ externalId: "story-4", body: clinic }));
      const { referenceNumber } = booked;
      await either(
        patientOfOne.citizenAppointments.cancel({ body: { referenceNumber, nam: side.world.nams.patientOfOne } }),
      );
      await either(minor.citizenAppointments.book({ body: booking }));
      await either(machine.openings.list({ placeId, professionalId, from: "2027-04-12" }).collect({ max: 9 }));
      await either(machine.appointments.list({ professionalId, from: at("04-12", "00:00") }).collect({ max: 9 }));
    },
  },
  {
    title: "a held opening is nobody else's until it is booked, released or late",
    async tell(side) {
      const { machine, citizen, patientOfOne } = side.clients;
      const { slotId } = await machine.slots.create({ body: physiciansSlot(side, "04-13", "09:00", "09:15") });
      const opening = { slotId, startAt: at("04-13", "09:00"), consultationReason: "minorEmergency" as const };
      const search = {
        body: {
          ...{ cascade: "3" as const, consultationReason: "minorEmergency" as const },
          ...{ placeId: side.world.placeIds[0], from: at("04-13", "00:00"), to: at("04-14", "00:00") },
        },
      };
      await either(citizen.citizenHolds.create({ body: opening }));
      await either(patientOfOne.citizenOpenings.search(search).collect({ max: 5 }));
      await either(patientOfOne.citizenAppointments.book({ body: { ...opening, ...everybody } }));
      await either(machine.appointments.create({ body: visit(side, "04-13", "09:00") }));
      await either(
        machine.openings.explain({ professionalId: side.world.professionalIds[0], startAt: opening.startAt }),
      );
      side.advance(300_000);
      await either(patientOfOne.citizenOpenings.search(search).collect({ max: 5 }));
      await either(citizen.citizenHolds.create({ body: opening }));
      await either(citizen.citizenAppointments.book({ body: { ...opening, ...everybody } }));
      await either(
        machine.appointments.list({ from: at("04-13", "00:00"), to: at("04-14", "00:00") }).collect({ max: 5 }),
      );
    },
  },
  {
    title: "one key for two bodies, and twice for one",
    async tell(side) {
      const { machine } = side.clients;
      const idempotencyKey = "key-of-a-story";
      const body = visit(side, "04-14", "09:00");
      for (let again = 0; again < 2; again += 1)
        await either(machine.appointments.create({ body }, { idempotencyKey }));
      await either(machine.appointments.create({ body: { ...body, durationMinutes: 30 } }, { idempotencyKey }));
      const refused = { ...body, startAt: at("02-01", "09:00"), durationMinutes: 0 };
      for (let again = 0; again < 2; again += 1)
        await either(
          machine.slots.create({ body: { ...physiciansSlot(side, "02-15") } }, { idempotencyKey: "key-of-past" }),
        );
      await either(machine.appointments.create({ body: refused }, { idempotencyKey: "key-of-nothing" }));
    },
  },
  {
    title: "an appointment that is pushed, moved, cancelled and pushed again",
    async tell(side) {
      const { machine, admin } = side.clients;
      const externalId = "story-7";
      const push = (body: object, ifMatch?: number) =>
        either(machine.appointments.upsertByExternalId({ externalId, body, ifMatch }));
      await push(visit(side, "04-15", "09:00"));
      await push(visit(side, "04-15", "09:00"));
      await push(visit(side, "04-15", "09:30", { attendance: "present" }));
      const { appointmentId } = await machine.appointments.getByExternalId({ externalId });
      await either(admin.appointments.move({ appointmentId, ifMatch: 2, body: { startAt: at("04-16", "09:00") } }));
      await push(visit(side, "04-15", "09:30", { attendance: "present" }));
      await push(visit(side, "04-15", "10:00"));
      await push(visit(side, "04-15", "10:00"), 3);
      await push({ status: "cancelled" });
      await push({ status: "cancelled" });
      await push(visit(side, "04-15", "10:00"));
      await either(admin.appointments.update({ appointmentId, ifMatch: 5, body: { clinicNote: "Trop tard." } }));
    },
  },
  {
    title: "batches: what is stale, unknown, doubled or not understood is refused line by line",
    async tell(side) {
      const { machine } = side.clients;
      const slot = physiciansSlot(side, "04-19");
      const lines = [
        { externalId: "story-8a", ...slot },
        { externalId: "story-8b", ...slot, startAt: at("04-19", "13:00"), endAt: at("04-19", "15:00"), baseVersion: 7 },
        { externalId: "story-8a", ...slot, visibility: "private" as const },
        { externalId: "story-8c", delete: true as const },
        { ...slot, startAt: at("04-19", "16:00"), endAt: at("04-19", "17:00") },
      ];
      const wrong = [{ externalId: "story-8d", ...slot, visibility: "all", colour: 1 }, [], "text"];
      await machine.slots.batch({ body: lines, dryRun: true }).collect();
      // What a hub is to refuse, the types would not let through.
      await machine.slots.batch({ body: [...lines, ...wrong] as typeof lines }).collect();
      await machine.slots.batch({ body: lines }).collect();
      // Of one name: lines of several are settled at once, in whichever order.
      const visits = [
        { externalId: "story-8e", ...visit(side, "04-19", "09:00") },
        { externalId: "story-8e", ...visit(side, "04-19", "09:00", { attendance: "present" }) },
        { externalId: "story-8e", ...visit(side, "04-19", "09:15") },
        { externalId: "story-8e", ...visit(side, "04-19", "10:00", { patient: { firstName: "Alice" } }) },
      ];
      await machine.appointments.batch({ body: visits }).collect();
      await machine.appointments.batch({ body: visits }).collect();
    },
  },
  {
    title: "the digest of an agenda is confirmed when it is the hub's",
    async tell(side) {
      const { machine } = side.clients;
      const [placeId, from, to] = [side.world.placeIds[1], "2027-03-01", "2027-04-20"];
      const { days } = await machine.digest.get({ placeId, from, to });
      const told = days.map(({ professionalId, date, digest }) => ({ professionalId, date, digest }));
      await either(machine.places.confirm({ placeId, body: { from, to, days: told } }));
      await either(machine.places.confirm({ placeId, body: { from, to, days: told.slice(1) } }));
    },
  },
  {
    title: "everybody follows the log to its end",
    async tell(side) {
      for (const who of ["machine", "admin", "reader", "otherMachine"] as const) {
        let cursor: string | undefined;
        for (;;) {
          const page = await side.clients[who].changes.list({ limit: 40, ...(cursor === undefined ? {} : { cursor }) });
          cursor = page.nextCursor;
          if (page.caughtUp) break;
        }
        await either(side.clients[who].changes.list({ from: "now" }));
      }
    },
  },
];
