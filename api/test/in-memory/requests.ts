import { pick } from "../dice.ts";
import type { Known, KnownKind, Side } from "./two-hubs.ts";
import type { Person, Who } from "./same-world.ts";

/** A request that both hubs are sent, each with its own ids in it. */
export interface Step {
  title: string;
  send: (side: Side) => Promise<unknown>;
}

/** What a step is made of: numbers drawn once, so that both hubs are asked the same. */
class Draw {
  readonly #random: () => number;
  constructor(random: () => number) {
    this.#random = random;
  }
  of<T>(...list: readonly [T, ...T[]]): T {
    return pick(list, this.#random()) ?? list[0];
  }
  chance(probability: number): boolean {
    return this.#random() < probability;
  }
  below(count: number): number {
    return Math.floor(this.#random() * count);
  }
  /** One of the objects that a hub has named, mostly a recent one; the same one of both. */
  known(kind: KnownKind): (side: Side) => Known {
    const back = this.chance(0.7) ? this.#random() * 6 : this.#random() * 60;
    return ({ known }) => known[kind].at(-1 - (Math.floor(back) % Math.max(1, known[kind].length))) ?? nothing;
  }
  /** Of an appointment, mostly one that was booked online, with whoever booked it; or with somebody else. */
  reference(person: Person): (side: Side) => { referenceNumber: string; person: Person } {
    const [back, own] = [this.below(5), this.chance(0.7)];
    return ({ references, booked }) => {
      const referenceNumber = references.at(-1 - (back % Math.max(1, references.length))) ?? "1000009999";
      const found = booked.at(-1 - (back % Math.max(1, booked.length)));
      return own && found !== undefined ? found : { referenceNumber, person };
    };
  }
}

const nothing: Known = { id: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h", version: 1 };

/** Four weeks around the hub's beginning, in quarter hours of the mornings; some of it past, some after the spring change. */
function aTime(draw: Draw, valid = draw.chance(0.9)): { startAt: string; endAt: string } {
  const day = valid
    ? draw.of("03-03", "03-04", "03-08", "03-08", "03-08", "03-09", "03-09", "03-15", "03-29")
    : draw.of("02-26", "2-30");
  const offset = day === "03-15" || day === "03-29" ? "-04:00" : "-05:00";
  const minutes = 8 * 60 + 15 * draw.below(12);
  const clock = (at: number) => `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
  const length = valid ? draw.of(60, 120, 90, 180) : draw.of(60, 0, -15);
  return {
    startAt: `2027-${day}T${clock(minutes)}:00${offset}`,
    endAt: `2027-${day}T${clock(minutes + length)}:00${offset}`,
  };
}

/** Of a professional, with services mostly theirs. */
function aSlot(draw: Draw, valid = draw.chance(0.7)): (side: Side) => Record<string, unknown> {
  const time = aTime(draw, valid);
  const who = valid ? draw.of(0, 0, 0, 1, 1, 2) : draw.below(4);
  const service = valid ? draw.of(...(servicesOf[who] ?? [0])) : draw.below(6);
  const place = valid || draw.chance(0.5) ? (placeOf[who] ?? 0) : draw.below(3);
  const more = valid
    ? draw.of({}, {}, {}, {}, { openFrom: "2027-03-02T08:00:00-05:00" })
    : draw.of<Record<string, unknown>>(
        ...([{}, { visibility: "private" }, { visibility: null }, { serviceIds: [] }, { placeId: null }] as const),
        ...([{ openFrom: "2027-03-02" }, { colour: "blue" }, { startAt: "soon" }, { visibility: "all" }] as const),
      );
  const visibility = valid || draw.chance(0.8) ? "public" : "private";
  return ({ world }) => ({
    professionalId: world.professionalIds[who],
    placeId: world.placeIds[place],
    serviceIds: [world.serviceIds[service]],
    visibility,
    ...time,
    ...more,
  });
}
const servicesOf: readonly (readonly [number, ...number[]])[] = [[0, 1, 2], [3], [4], [5]];
const placeOf: readonly number[] = [0, 0, 1, 2];

function aPatient(draw: Draw, valid = draw.chance(0.7)): (side: Side) => Record<string, unknown> {
  const contact = valid
    ? draw.of({ homePhone: "418-555-0192", email: "alice@example.org" }, { mobilePhone: "418-555-0142" })
    : draw.of({ email: "not an address" }, { homePhone: "12" }, {});
  const nam = draw.of("patientOfOne", "citizen", "minor", "unknown", null, null);
  const names = { firstName: "Alice", lastName: "Tremblay", sex: "F", birthDate: "1980-06-15" };
  const identity = draw.chance(0.5) || nam === null || nam === "unknown" ? names : {};
  const badNam = !valid && draw.chance(0.3);
  return ({ world }) => ({
    ...identity,
    ...contact,
    ...(nam === null ? {} : { nam: badNam ? "TREA 8056" : world.nams[nam] }),
  });
}

function anAppointment(draw: Draw, valid = draw.chance(0.75)): (side: Side) => Record<string, unknown> {
  const { startAt } = aTime(draw, valid || draw.chance(0.5));
  const who = valid ? draw.of(0, 0, 0, 1, 1, 2) : draw.below(4);
  const patient = aPatient(draw, valid);
  const inSlot = draw.chance(0.2) ? draw.known("slot") : undefined;
  const more = valid
    ? draw.of({}, {}, { acknowledge: ["OVERLAPS_APPOINTMENT", "HELD_BY_CITIZEN"] }, { consultationReason: "regular" })
    : draw.of<Record<string, unknown>>(
        ...([{ communicationModes: ["sms"] }, { attendance: "present" }, { clinicNote: "À jeun." }] as const),
        ...([{ author: "me" }, { consultationReason: "redirection" }] as const),
      );
  const durationMinutes = valid ? draw.of(15, 15, 20, 30) : draw.of(15, 0, 2000);
  // Outside any slot the place has to be said when there are two.
  const place = valid ? placeOf[who] : draw.of(0, 1, undefined);
  return (side) => ({
    ...(inSlot === undefined ? {} : { slotId: inSlot(side).id }),
    professionalId: side.world.professionalIds[who],
    ...(place === undefined ? {} : { placeId: side.world.placeIds[place] }),
    startAt,
    durationMinutes,
    patient: patient(side),
    ...more,
  });
}

/** A free opening that a hub has shown, or one that may not be there. */
function anOpening(draw: Draw): (side: Side) => { slotId: string; startAt: string } {
  const slot = draw.known("slot");
  const { startAt } = aTime(draw);
  const offset = draw.below(4);
  return (side) => {
    const opening = side.openings.at(-1 - offset);
    return opening ?? { slotId: slot(side).id, startAt };
  };
}

/** The body as it was drawn; the SDK's types would not let through what a hub is to refuse. */
function asSent(body: unknown): never {
  return body as never;
}

const clinicCallers = [
  ...(["machine", "machine", "machine", "machine", "machine", "machine", "admin", "admin", "admin"] as const),
  ...(["reader", "readOnlyMachine", "otherMachine"] as const),
] as const;
const people = ["patientOfOne", "patientOfOne", "citizen", "citizen", "minor", "unknown"] as const;
const externalIds = ["a-1", "a-2", "a-3", "a-4", "a-5", "offered-1", "offered-2", "offered-3"] as const;

type Make = (draw: Draw, who: { clinic: Who; person: Person }) => Step["send"];

/** By operation, and how often it is drawn. */
const kinds: Readonly<Record<string, { weight: number; make: Make }>> = {
  "slots.create": {
    weight: 8,
    make(draw, { clinic }) {
      const [slot, dryRun] = [aSlot(draw), draw.chance(0.2)];
      const idempotencyKey = draw.chance(0.2) ? draw.of("key-of-slots-1", "key-of-slots-2", "short") : undefined;
      return (side) =>
        side.clients[clinic].slots.create(asSent({ body: slot(side), ...(dryRun ? { dryRun } : {}) }), {
          idempotencyKey,
        });
    },
  },
  "slots.update": {
    weight: 5,
    make(draw, { clinic }) {
      const slot = draw.known("slot");
      const condition = aCondition(draw);
      const change = draw.of<Record<string, unknown>>(
        ...([{ visibility: "private" }, { visibility: "public" }, { placeId: null }, aTime(draw)] as const),
        ...([{ startAt: "2027-03-08T08:00:00-05:00" }, {}, { serviceIds: null }] as const),
      );
      return (side) =>
        side.clients[clinic].slots.update(asSent({ slotId: slot(side).id, body: change, ...condition(slot(side)) }));
    },
  },
  "slots.delete": {
    weight: 2,
    make(draw, { clinic }) {
      const [slot, condition] = [draw.known("slot"), aCondition(draw)];
      return (side) => side.clients[clinic].slots.delete(asSent({ slotId: slot(side).id, ...condition(slot(side)) }));
    },
  },
  "slots.get": {
    weight: 2,
    make(draw, { clinic }) {
      const slot = draw.known("slot");
      return (side) => side.clients[clinic].slots.get({ slotId: slot(side).id });
    },
  },
  "slots.list": {
    weight: 3,
    make(draw, { clinic }) {
      const limit = draw.of(1, 2, 5, 100);
      const filter = aFilter(draw);
      return (side) => side.clients[clinic].slots.list({ ...filter(side), limit }).collect({ max: 6 });
    },
  },
  "slots.upsertByExternalId": {
    weight: 6,
    make(draw, { clinic }) {
      const [externalId, slot] = [draw.of(...externalIds), aSlot(draw)];
      const ifMatch = draw.chance(0.2) ? 1 + draw.below(3) : undefined;
      return (side) => side.clients[clinic].slots.upsertByExternalId(asSent({ externalId, ifMatch, body: slot(side) }));
    },
  },
  "slots.getByExternalId": {
    weight: 2,
    make(draw, { clinic }) {
      const externalId = draw.of(...externalIds);
      return (side) => side.clients[clinic].slots.getByExternalId({ externalId });
    },
  },
  "slots.deleteByExternalId": {
    weight: 2,
    make(draw, { clinic }) {
      const externalId = draw.of(...externalIds);
      const ifMatch = draw.chance(0.3) ? 1 + draw.below(3) : undefined;
      return (side) => side.clients[clinic].slots.deleteByExternalId({ externalId, ifMatch });
    },
  },
  "slots.batch": {
    weight: 3,
    make(draw, { clinic }) {
      const lines = Array.from({ length: 1 + draw.below(5) }, () => {
        const [externalId, slot, gone] = [draw.of(...externalIds, undefined), aSlot(draw), draw.chance(0.2)];
        return (side: Side) => (gone ? { externalId, delete: true } : { externalId, ...slot(side) });
      });
      return (side) => side.clients[clinic].slots.batch(asSent({ body: lines.map((line) => line(side)) })).collect();
    },
  },
  "slots.removeAvailability": {
    weight: 2,
    make(draw, { clinic }) {
      const [slot, condition, { startAt, endAt }] = [draw.known("slot"), aCondition(draw), aTime(draw)];
      const body = draw.of({}, { startAt, endAt });
      return (side) =>
        side.clients[clinic].slots.removeAvailability(
          asSent({ slotId: slot(side).id, body, ...condition(slot(side)) }),
        );
    },
  },
  "appointments.create": {
    weight: 8,
    make(draw, { clinic }) {
      const [appointment, dryRun] = [anAppointment(draw), draw.chance(0.15)];
      const idempotencyKey = draw.chance(0.2) ? draw.of("key-of-appointments-1", "key-of-slots-1") : undefined;
      return (side) =>
        side.clients[clinic].appointments.create(asSent({ body: appointment(side), ...(dryRun ? { dryRun } : {}) }), {
          idempotencyKey,
        });
    },
  },
  "appointments.get": {
    weight: 2,
    make(draw, { clinic }) {
      const appointment = draw.known("appointment");
      return (side) => side.clients[clinic].appointments.get({ appointmentId: appointment(side).id });
    },
  },
  "appointments.list": {
    weight: 3,
    make(draw, { clinic }) {
      const [filter, limit] = [aFilter(draw), draw.of(1, 2, 100)];
      return (side) => side.clients[clinic].appointments.list({ ...filter(side), limit }).collect({ max: 6 });
    },
  },
  "agendas.get": {
    weight: 2,
    make(draw, { clinic }) {
      const [who, place, date] = [draw.below(4), draw.below(3), draw.of("2027-03-03", "2027-03-08")];
      const view = draw.of({ view: "day" }, { view: "week" }, {});
      return (side) => {
        const [professionalId = "", placeId] = [side.world.professionalIds[who], side.world.placeIds[place]];
        return side.clients[clinic].agendas.get(asSent({ professionalId, placeId, date, ...view }));
      };
    },
  },
  "agendas.list": {
    weight: 2,
    make(draw, { clinic }) {
      const [place, date, limit] = [draw.below(3), draw.of("2027-03-03", "2027-03-08", "2027-03-09"), draw.of(1, 100)];
      return (side) => {
        const query = { placeId: side.world.placeIds[place], date, limit };
        return side.clients[clinic].agendas.list(asSent(query)).collect({ max: 5 });
      };
    },
  },
  "agendas.replaceWindow": {
    weight: 3,
    make(draw, { clinic }) {
      const who = draw.of(0, 0, 1, 2);
      const [from, to] = draw.of(
        ["2027-03-08", "2027-03-09"],
        ["2027-03-01", "2027-03-10"],
        ["2027-03-09", "2027-03-08"],
      );
      const lines = Array.from({ length: draw.below(4) }, () => {
        const [externalId, slot] = [draw.of(...externalIds), aSlot(draw)];
        return (side: Side) => ({ externalId, ...windowSlot(slot(side)) });
      });
      return (side) => {
        const [professionalId = "", placeId] = [
          side.world.professionalIds[who],
          side.world.placeIds[placeOf[who] ?? 0],
        ];
        const body = { slots: lines.map((line) => line(side)) };
        return side.clients[clinic].agendas.replaceWindow(asSent({ professionalId, placeId, from, to, body }));
      };
    },
  },
  "snapshots.create": {
    weight: 2,
    make(draw, { clinic }) {
      const place = draw.of(undefined, undefined, 0, 2);
      const more = draw.of<object>({}, {}, { objectTypes: ["appointment"] }, { from: "2027-03-08", to: "2027-03-09" });
      return (side) => {
        const at = place === undefined ? {} : { placeIds: [side.world.placeIds[place]] };
        return side.clients[clinic].snapshots.create(asSent({ body: { ...at, ...more } })).collect();
      };
    },
  },
  "adoptions.create": {
    weight: 5,
    make(draw, { clinic }) {
      const lines = Array.from({ length: 1 + draw.below(2) }, () => {
        const objectType = draw.of("slot", "appointment", "appointment");
        const [object, externalId] = [draw.known(objectType), draw.of(...externalIds, "b-1", "b-2", "b-3", "b-4")];
        return (side: Side) => ({ objectType, objectId: object(side).id, externalId });
      });
      return (side) => side.clients[clinic].adoptions.create(asSent({ body: { bindings: lines.map((l) => l(side)) } }));
    },
  },
  "citizenPerimeters.find": {
    weight: 2,
    make(draw, { person }) {
      const postalCode = draw.of("G1R 4S9", "G0G 1C0", "X0X 1X1");
      return (side) => side.clients[person].citizenPerimeters.find(asSent({ body: { postalCode } }));
    },
  },
  "appointments.search": {
    weight: 2,
    make(draw, { clinic }) {
      const body = draw.of<Record<string, unknown>>(
        ...([{ lastName: "tremb" }, { birthDate: "1980-06-15" }, { email: "ALICE@example.org" }] as const),
        ...([{ consultationReason: "regular" }, {}, { from: "2027-03-08" }] as const),
      );
      return (side) => side.clients[clinic].appointments.search(asSent({ body })).collect({ max: 5 });
    },
  },
  "appointments.update": {
    weight: 3,
    make(draw, { clinic }) {
      const [appointment, condition] = [draw.known("appointment"), aCondition(draw)];
      const patient = aPatient(draw);
      const change = draw.of(
        { attendance: "present" },
        { clinicNote: "Apporter la carte." },
        { attendance: "late" },
        null,
      );
      return (side) => {
        const body = change ?? { patient: patient(side) };
        const { id: appointmentId, ...known } = appointment(side);
        return side.clients[clinic].appointments.update(
          asSent({ appointmentId, body, ...condition({ id: appointmentId, ...known }) }),
        );
      };
    },
  },
  "appointments.move": {
    weight: 3,
    make(draw, { clinic }) {
      const [appointment, condition, { startAt }] = [draw.known("appointment"), aCondition(draw), aTime(draw)];
      const more = draw.of({}, { acknowledge: ["OVERLAPS_APPOINTMENT"] }, { durationMinutes: 30 });
      return (side) => {
        const found = appointment(side);
        const body = { startAt, ...more };
        return side.clients[clinic].appointments.move(asSent({ appointmentId: found.id, body, ...condition(found) }));
      };
    },
  },
  "appointments.cancel": {
    weight: 3,
    make(draw, { clinic }) {
      const [appointment, condition] = [draw.known("appointment"), aCondition(draw)];
      const body = draw.of({}, {}, {}, { clinicNote: "Annulé." });
      return (side) => {
        const found = appointment(side);
        return side.clients[clinic].appointments.cancel(asSent({ appointmentId: found.id, body, ...condition(found) }));
      };
    },
  },
  "appointments.upsertByExternalId": {
    weight: 5,
    make(draw, { clinic }) {
      const [externalId, appointment] = [draw.of(...externalIds), anAppointment(draw)];
      const status = draw.chance(0.15) ? { status: "cancelled" } : {};
      const ifMatch = draw.chance(0.2) ? 1 + draw.below(3) : undefined;
      return (side) =>
        side.clients[clinic].appointments.upsertByExternalId(
          asSent({ externalId, ifMatch, body: { ...pushable(appointment(side)), ...status } }),
        );
    },
  },
  "appointments.getByExternalId": {
    weight: 2,
    make(draw, { clinic }) {
      const externalId = draw.of(...externalIds);
      return (side) => side.clients[clinic].appointments.getByExternalId({ externalId });
    },
  },
  "appointments.batch": {
    weight: 3,
    make(draw, { clinic }) {
      // Of one name: lines of several are settled at once, in whichever order.
      const externalId = draw.of(...externalIds);
      const lines = Array.from({ length: 1 + draw.below(4) }, () => {
        const appointment = anAppointment(draw);
        return (side: Side) => ({ externalId, ...pushable(appointment(side)) });
      });
      return (side) =>
        side.clients[clinic].appointments.batch(asSent({ body: lines.map((line) => line(side)) })).collect();
    },
  },
  "holds.create": {
    weight: 3,
    make(draw, { clinic }) {
      const [{ startAt }, who] = [aTime(draw), draw.of(0, 0, 1, 2)];
      const more = draw.of({}, { acknowledge: ["HELD_BY_CITIZEN", "HELD_BY_COLLEAGUE", "OVERLAPS_APPOINTMENT"] });
      return (side) => {
        const body = { professionalId: side.world.professionalIds[who], startAt, durationMinutes: 15, ...more };
        return side.clients[clinic].holds.create(asSent({ body }));
      };
    },
  },
  "holds.extend": {
    weight: 3,
    make(draw, { clinic }) {
      const [hold, condition, { startAt }] = [draw.known("hold"), aCondition(draw), aTime(draw, true)];
      const inTime = draw.chance(0.5);
      return async (side) => {
        const { holds } = side.clients[clinic];
        if (inTime) {
          const professionalId = side.world.professionalIds[1];
          const body = { professionalId, placeId: side.world.placeIds[0], startAt, durationMinutes: 20 };
          await holds.create({ body });
          side.advance(275_000);
        }
        const found = inTime ? (side.known.hold.at(-1) ?? nothing) : hold(side);
        await holds.extend(asSent({ holdId: found.id, body: {}, ...condition(found) }));
      };
    },
  },
  "holds.get": {
    weight: 2,
    make(draw, { clinic }) {
      const hold = draw.known("hold");
      return (side) => side.clients[clinic].holds.get({ holdId: hold(side).id });
    },
  },
  "holds.release": {
    weight: 3,
    make(draw, { clinic }) {
      const [hold, condition, { startAt }] = [draw.known("hold"), aCondition(draw), aTime(draw, true)];
      const own = draw.chance(0.6);
      return async (side) => {
        const { holds } = side.clients[clinic];
        const [professionalId, placeId] = [side.world.professionalIds[1], side.world.placeIds[0]];
        if (own) await holds.create({ body: { professionalId, placeId, startAt, durationMinutes: 20 } });
        const found = own ? (side.known.hold.at(-1) ?? nothing) : hold(side);
        await holds.release(asSent({ holdId: found.id, ...condition(found) }));
      };
    },
  },
  "openings.list": {
    weight: 3,
    make(draw, { clinic }) {
      const who = draw.of(undefined, 0, 1, 2);
      const [place, limit] = [draw.below(3), draw.of(2, 100)];
      const more = draw.of({}, { weekdays: ["monday"] }, { consultationReason: "regular" }, { from: "2027-03-05" });
      return (side) => {
        const professional = who === undefined ? {} : { professionalId: side.world.professionalIds[who] };
        const query = { placeId: side.world.placeIds[place], ...professional, limit, ...more };
        return side.clients[clinic].openings.list(asSent(query)).collect({ max: 5 });
      };
    },
  },
  "openings.next": {
    weight: 2,
    make(draw, { clinic }) {
      const who = draw.below(4);
      return (side) =>
        side.clients[clinic].openings.next(
          asSent({ professionalIds: `${side.world.professionalIds[who] ?? ""},${side.world.professionalIds[1]}` }),
        );
    },
  },
  "openings.week": {
    weight: 2,
    make(draw, { clinic }) {
      const who = draw.below(4);
      return (side) => {
        const [placeId, professionalId] = [side.world.placeIds[placeOf[who] ?? 0], side.world.professionalIds[who]];
        return side.clients[clinic].openings.week(asSent({ placeId, professionalId })).collect({ max: 5 });
      };
    },
  },
  "openings.explain": {
    weight: 2,
    make(draw, { clinic }) {
      const [{ startAt }, who] = [aTime(draw), draw.below(3)];
      return (side) => {
        const professionalId = side.world.professionalIds[who] ?? "";
        return side.clients[clinic].openings.explain({ professionalId, startAt });
      };
    },
  },
  "citizenOpenings.search": {
    weight: 6,
    make(draw, { person }) {
      const usual = draw.chance(0.6);
      const cascade = usual ? "3" : draw.of("1", "1", "2.3", "3");
      const consultationReason = usual
        ? "minorEmergency"
        : draw.of("regular", "regular", "minorEmergency", "redirection");
      const place = usual ? draw.of(0, 0, 1) : draw.of(0, 1, undefined);
      const from = { from: "2027-03-08T00:00:00-05:00" };
      const more = usual
        ? draw.of<object>({}, from)
        : draw.of<object>({}, { postalCode: "G1R 4S9" }, { postalCode: "X0X" }, from);
      const limit = draw.of(2, 100);
      return async (side) => {
        const at = place === undefined ? {} : { placeId: side.world.placeIds[place] };
        const body = { cascade, consultationReason, ...at, ...more, limit };
        const found = await side.clients[person].citizenOpenings.search(asSent({ body })).collect({ max: 5 });
        side.openings.push(...found.map(({ slotId, startAt }) => ({ slotId, startAt })));
      };
    },
  },
  "citizenOpenings.nearest": {
    weight: 2,
    make(draw, { person }) {
      const body = {
        consultationReason: draw.of("regular", "minorEmergency"),
        postalCode: draw.of("G1R 4S9", "G0G 1C0"),
      };
      return (side) => side.clients[person].citizenOpenings.nearest(asSent({ body })).collect({ max: 5 });
    },
  },
  "citizenOpenings.explain": {
    weight: 2,
    make(draw, { person }) {
      const [opening, consultationReason] = [anOpening(draw), draw.of("regular", "minorEmergency")];
      return (side) =>
        side.clients[person].citizenOpenings.explain(asSent({ body: { ...opening(side), consultationReason } }));
    },
  },
  "citizenHolds.create": {
    weight: 2,
    make(draw, { person }) {
      const opening = anOpening(draw);
      return (side) => side.clients[person].citizenHolds.create(asSent({ body: opening(side) }));
    },
  },
  "citizenHolds.release": {
    weight: 2,
    make(draw, { person }) {
      const [hold, condition, opening] = [draw.known("hold"), aCondition(draw), anOpening(draw)];
      const own = draw.chance(0.6);
      return async (side) => {
        const { citizenHolds } = side.clients[person];
        if (own) await citizenHolds.create({ body: opening(side) });
        const found = own ? (side.known.hold.at(-1) ?? nothing) : hold(side);
        await citizenHolds.release(asSent({ holdId: found.id, ...condition(found) }));
      };
    },
  },
  "citizenAppointments.book": {
    weight: 7,
    make(draw, { person }) {
      const opening = anOpening(draw);
      const consultationReason = draw.of("regular", "minorEmergency", "minorEmergency");
      const contact = draw.of(
        ...[{ mobilePhone: "418-555-0142", communicationModes: ["sms"] }, { email: "b@example.org" }],
        ...[{ mobilePhone: "418-555-0142", communicationModes: ["sms"], cascade: "3" }, {}],
      );
      const dryRun = draw.chance(0.2) ? { dryRun: true } : {};
      return async (side) => {
        const body = { ...opening(side), consultationReason, ...contact };
        const { referenceNumber } = await side.clients[person].citizenAppointments.book(asSent({ body, ...dryRun }));
        if (typeof referenceNumber === "string") side.booked.push({ referenceNumber, person });
      };
    },
  },
  "citizenAppointments.find": {
    weight: 2,
    make(draw, { person }) {
      const [reference, named] = [draw.reference(person), draw.chance(0.5)];
      return (side) => {
        const { referenceNumber, person: who } = reference(side);
        const body = named ? { referenceNumber, nam: side.world.nams[who] } : {};
        return side.clients[who].citizenAppointments.find({ body });
      };
    },
  },
  "citizenAppointments.cancel": {
    weight: 3,
    make(draw, { person }) {
      const [reference, complete] = [draw.reference(person), draw.chance(0.85)];
      return (side) => {
        const { referenceNumber, person: who } = reference(side);
        const body = { referenceNumber, ...(complete ? { nam: side.world.nams[who] } : {}) };
        return side.clients[who].citizenAppointments.cancel({ body });
      };
    },
  },
  "citizenAppointments.updateContact": {
    weight: 4,
    make(draw, { person }) {
      const [reference, contact] = [draw.reference(person), draw.of({ email: "c@example.org" }, { homePhone: null })];
      return (side) => {
        const { referenceNumber, person: who } = reference(side);
        const body = { referenceNumber, nam: side.world.nams[who], ...contact };
        return side.clients[who].citizenAppointments.updateContact(asSent({ body }));
      };
    },
  },
  "changes.list": {
    weight: 4,
    make(draw, { clinic }) {
      const limit = draw.of(3, 50);
      const more = draw.of<object>({}, { include: "resource" });
      const pages = 1 + draw.below(3);
      return async (side) => {
        let cursor = side.cursors.get(clinic);
        for (let page = 0; page < pages; page += 1) {
          const read = await side.clients[clinic].changes.list(
            asSent({ ...(cursor === undefined ? {} : { cursor }), limit, ...more }),
          );
          cursor = read.nextCursor;
        }
        if (cursor !== undefined) side.cursors.set(clinic, cursor);
      };
    },
  },
  "digest.get": {
    weight: 2,
    make(draw, { clinic }) {
      const place = draw.below(3);
      const [from, to] = draw.of(
        ["2027-03-01", "2027-03-10"],
        ["2027-03-08", "2027-03-08"],
        ["2027-03-10", "2027-03-01"],
      );
      return (side) => side.clients[clinic].digest.get({ placeId: side.world.placeIds[place] ?? "", from, to });
    },
  },
  "places.list": {
    weight: 2,
    make:
      (_, { clinic }) =>
      (side) =>
        side.clients[clinic].places.list().collect({ max: 5 }),
  },
  "places.get": {
    weight: 2,
    make(draw, { clinic }) {
      const place = draw.below(3);
      return (side) => side.clients[clinic].places.get({ placeId: side.world.placeIds[place] ?? "" });
    },
  },
  "places.getOptions": {
    weight: 2,
    make(draw, { clinic }) {
      const place = draw.below(3);
      return (side) => side.clients[clinic].places.getOptions({ placeId: side.world.placeIds[place] ?? "" });
    },
  },
  "professionals.list": {
    weight: 2,
    make(draw, { clinic }) {
      const place = draw.of(undefined, 0, 2);
      const name = draw.of<object>({}, { name: "bouchard" }, { name: "Équipe du" }, { name: "infirmier-" });
      return (side) => {
        const at = place === undefined ? {} : { placeId: side.world.placeIds[place] };
        return side.clients[clinic].professionals.list({ ...at, ...name, limit: 2 }).collect({ max: 5 });
      };
    },
  },
  "professionals.get": {
    weight: 2,
    make(draw, { clinic }) {
      const who = draw.below(4);
      return (side) =>
        side.clients[clinic].professionals.get({ professionalId: side.world.professionalIds[who] ?? "" });
    },
  },
  "services.list": {
    weight: 2,
    make(draw, { clinic }) {
      const who = draw.of(undefined, 0, 3);
      return (side) => {
        const professional = who === undefined ? {} : { professionalId: side.world.professionalIds[who] };
        return side.clients[clinic].services.list({ ...professional, limit: 2 }).collect({ max: 7 });
      };
    },
  },
  "services.create": {
    weight: 2,
    make(draw, { clinic }) {
      const [who, durationMinutes] = [draw.below(4), draw.of(15, 45, 3)];
      const type = draw.of("GEN", "GMF", "MF");
      return (side) => {
        const body = {
          professionalId: side.world.professionalIds[who],
          type,
          consultationReason: "pregnancy",
          durationMinutes,
        };
        return side.clients[clinic].services.create(asSent({ body }));
      };
    },
  },
  "patients.lookup": {
    weight: 2,
    make(draw, { clinic }) {
      const nam = draw.of("patientOfOne", "citizen", "minor", "unknown");
      return (side) => side.clients[clinic].patients.lookup({ body: { nam: side.world.nams[nam] } });
    },
  },
  "consultationReasons.list": {
    weight: 2,
    make:
      (_, { clinic }) =>
      (side) =>
        side.clients[clinic].consultationReasons.list().collect({ max: 9 }),
  },
  "caller.get": {
    weight: 2,
    make:
      (_, { clinic }) =>
      (side) =>
        side.clients[clinic].caller.get(),
  },
  "the clock": {
    weight: 3,
    make(draw) {
      const milliseconds = draw.of(20_000, 90_000, 275_000, 400_000, 3_600_000);
      return async (side) => {
        side.advance(milliseconds);
      };
    },
  },
};

/** In place of the version: mostly the present one. */
function aCondition(draw: Draw): (found: Known) => { ifMatch?: number | string } {
  const kind = draw.chance(0.7) ? "present" : draw.of("stale", "none", "odd");
  return ({ version }) => {
    switch (kind) {
      case "present":
        return { ifMatch: version };
      case "stale":
        return { ifMatch: version + 1 };
      case "none":
        return {};
      case "odd":
        return { ifMatch: "W/1" };
    }
  };
}

function aFilter(draw: Draw): (side: Side) => Record<string, string> {
  const [who, place] = [draw.of(undefined, undefined, 0, 1), draw.of(undefined, 0, 1, 2)];
  const times = draw.of<Record<string, string>>(
    ...([{}, {}, { from: "2027-03-08T00:00:00-05:00" }, { to: "2027-03-08T09:30:00-05:00" }, { from: "x" }] as const),
  );
  return ({ world }) => ({
    ...(who === undefined ? {} : { professionalId: world.professionalIds[who] ?? "" }),
    ...(place === undefined ? {} : { placeId: world.placeIds[place] ?? "" }),
    ...times,
  });
}

/** Of a window, whose agenda its address names. */
function windowSlot({ professionalId: _, placeId: __, ...slot }: Record<string, unknown>): Record<string, unknown> {
  return slot;
}

/** What only a creation takes is not pushed. */
function pushable({ acknowledge: _, slotId: __, ...body }: Record<string, unknown>): Record<string, unknown> {
  return body;
}

export const operationsAsked = Object.keys(kinds).filter((name) => name.includes("."));

/** A few hundred requests, the same for the same random numbers. */
export function someSteps(random: () => number, count: number): Step[] {
  // Each as often as it weighs before any comes again: nothing is left to luck but the order.
  const round = Object.entries(kinds).flatMap(([name, { weight, make }]) =>
    Array.from({ length: weight }, () => ({ name, make })),
  );
  const rounds = Array.from({ length: Math.ceil(count / round.length) }, () =>
    round.map((kind) => ({ kind, at: random() })).sort((a, b) => a.at - b.at),
  ).flat();
  const offered = Array.from({ length: 16 }, (_, index): Step => {
    const slot = aSlot(new Draw(random), true);
    const externalId = `offered-${String(index)}`;
    const send: Step["send"] = ({ clients, ...side }) =>
      clients.machine.slots.upsertByExternalId(asSent({ externalId, body: slot({ clients, ...side }) }));
    return { title: `${String(index)} slots.upsertByExternalId of what is offered`, send };
  });
  const rest = rounds.slice(0, count - offered.length).map(({ kind }, index): Step => {
    const draw = new Draw(random);
    const who = { clinic: draw.of<Who>(...clinicCallers), person: draw.of<Person>(...people) };
    const title = `${String(index + offered.length)} ${kind.name} as ${who.clinic} or ${who.person}`;
    return { title, send: kind.make(draw, who) };
  });
  return [...offered, ...rest];
}
