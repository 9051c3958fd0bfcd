import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertAppointments, insertSlots } from "../../../test/agenda-rows.ts";
import { aClinic, aGrant, aMachine, anEmployee, aPlace, aProfessional } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { digestDays } from "../../domain/digest.ts";
import type { DigestEntry } from "../../domain/digest.ts";
import { dayMs, minuteMs, timeZones } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import { putBindings } from "../bindings/store.ts";
import type { Digest } from "./schema.ts";
import { digestOf, digestVectors, vectorsFile } from "./vectors.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

async function digest(token: string, placeId: string, from: string, to: string) {
  return hub.request<Digest>("GET", `/v1/digest?placeId=${placeId}&from=${from}&to=${to}`, { as: token });
}

type Entry = DigestEntry & { objectId: string; cancelled?: boolean };

/** Puts an agenda into the tables; an entry whose id is not its object's is bound to it as the machine's own. */
async function put(
  clinic: AClinic,
  placeId: string,
  entries: readonly Entry[],
  vendorId = clinic.machine.vendorId,
): Promise<void> {
  const { establishmentId } = clinic;
  await hub.write([establishmentId], async (tx) => {
    const common = (entry: Entry) => ({ ...entry, establishmentId, placeId });
    await insertSlots(
      tx,
      entries.flatMap((entry) =>
        entry.kind === "slot"
          ? [
              {
                ...common(entry),
                slotId: entry.objectId,
                visibility: entry.visibility,
                serviceId: clinic.service.serviceId,
              },
            ]
          : [],
      ),
    );
    await insertAppointments(
      tx,
      entries.flatMap((entry) =>
        entry.kind === "appointment"
          ? [
              {
                ...common(entry),
                appointmentId: entry.objectId,
                attendance: entry.attendance,
                seat: hub.count(),
                status: entry.cancelled === true ? ("cancelled" as const) : ("active" as const),
              },
            ]
          : [],
      ),
    );
    const named = entries.filter(({ id, objectId }) => id !== objectId);
    await putBindings(
      tx,
      vendorId,
      named.map(({ kind, id, objectId }) => ({
        establishmentId,
        objectType: kind,
        externalId: id,
        objectId,
        bodyHash: null,
        vendorVersion: 1,
      })),
    );
  });
}

function appointment(clinic: AClinic, objectId: string, startAt: string, fields: Partial<Entry> = {}): Entry {
  const start = Date.parse(startAt);
  const { professionalId } = clinic;
  // The kind and its own field come from here, whatever else is given.
  return {
    professionalId,
    id: objectId,
    objectId,
    startAt: start,
    endAt: start + 15 * minuteMs,
    ...fields,
    kind: "appointment",
    attendance: "unconfirmed",
  };
}

test("the published vectors are those of the definition", async () => {
  expect(JSON.parse(await readFile(vectorsFile, "utf8"))).toEqual(JSON.parse(JSON.stringify(digestVectors())));
});

test("a known text has a known digest (FIPS 180-4: abc)", () => {
  expect(digestOf("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("the hub's digests are those of the definition, for any agenda, in each zone, around both clock changes", async () => {
  const clinics: Record<TimeZone, AClinic> = {
    "America/Toronto": await aClinic(hub, { place: { timeZone: "America/Toronto" } }),
    "America/Halifax": await aClinic(hub, { place: { timeZone: "America/Halifax" } }),
    "America/Blanc-Sablon": await aClinic(hub, { place: { timeZone: "America/Blanc-Sablon" } }),
  };
  const begin = Date.parse("2027-11-05T00:00:00Z");
  let run = 0;
  const externalId = fc.string({
    unit: fc.constantFrom("a", "B", "1", "9", "|", "~", "!", "-", "é").filter((letter) => letter < "\x7f"),
    minLength: 1,
    maxLength: 5,
  });
  const entry = fc.record({
    kind: fc.constantFrom("appointment" as const, "slot" as const),
    professional: fc.nat(1),
    startAt: fc.integer({ min: 0, max: 5 * dayMs }).map((ms) => begin + ms),
    minutes: fc.integer({ min: 1, max: 600 }),
    attendance: fc.constantFrom("unconfirmed" as const, "present" as const, "absent" as const),
    visibility: fc.constantFrom("public" as const, "private" as const),
    cancelled: fc.boolean(),
    name: fc.option(externalId),
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...timeZones), fc.array(entry, { maxLength: 40 }), async (zone, drawn) => {
      run += 1;
      const clinic = clinics[zone];
      const place = await aPlace(hub, clinic, { timeZone: zone });
      const machine = await aMachine(hub, { places: [place] });
      const second = await aProfessional(hub, [place]);
      const entries = drawn.map(({ kind, professional, minutes, name, ...fields }, index) => {
        const objectId = `${kind === "slot" ? "slt" : "apt"}_${String(run)}_${String(index)}`;
        const id = name === null ? objectId : `${name}${String(index)}`;
        const endAt = fields.startAt + minutes * minuteMs;
        // Both kinds' own fields are there; each kind reads its own.
        return {
          ...fields,
          kind,
          objectId,
          id,
          endAt,
          professionalId: professional === 0 ? clinic.professionalId : second.professionalId,
        };
      });
      await put(clinic, place.placeId, entries, machine.vendorId);
      const answer = await digest(machine.token, place.placeId, "2027-11-06", "2027-11-09");
      const counted = entries.filter((one) => one.kind === "slot" || one.cancelled !== true);
      const expected = digestDays(counted, zone)
        .filter(({ date }) => date >= "2027-11-06" && date < "2027-11-09")
        .map(({ text, ...day }) => ({ ...day, digest: digestOf(text) }));
      expect(answer.status).toBe(200);
      expect(answer.body.days).toEqual(expected);
    }),
    { numRuns: 30, seed: 20271107 },
  );
});

describe("GET /v1/digest", () => {
  test("answers only dates that have something, from included, to not", async () => {
    const clinic = await aClinic(hub);
    const { placeId, professionalId } = clinic;
    await put(clinic, placeId, [
      appointment(clinic, "apt_d1", "2027-03-07T23:59:59-05:00"),
      appointment(clinic, "apt_d2", "2027-03-08T00:00:00-05:00"),
      appointment(clinic, "apt_d3", "2027-03-14T23:59:59-04:00"),
      appointment(clinic, "apt_d4", "2027-03-15T00:00:00-04:00"),
    ]);
    const { body } = await digest(clinic.machine.token, placeId, "2027-03-08", "2027-03-15");
    expect(body).toMatchObject({ placeId, timeZone: "America/Toronto", from: "2027-03-08", to: "2027-03-15" });
    expect(body.days).toEqual([
      {
        professionalId,
        date: "2027-03-08",
        appointments: 1,
        slots: 0,
        digest: digestOf("a|apt_d2|2027-03-08T05:00:00Z|2027-03-08T05:15:00Z|unconfirmed\n"),
      },
      {
        professionalId,
        date: "2027-03-14",
        appointments: 1,
        slots: 0,
        digest: digestOf("a|apt_d3|2027-03-15T03:59:59Z|2027-03-15T04:14:59Z|unconfirmed\n"),
      },
    ]);
  });

  test("each reader's own names, or else the hub's ids; cancelled appointments are not there", async () => {
    const clinic = await aClinic(hub);
    const { placeId } = clinic;
    await put(clinic, placeId, [
      appointment(clinic, "apt_n1", "2027-03-08T09:00:00Z", { id: "rv-1" }),
      appointment(clinic, "apt_n2", "2027-03-08T10:00:00Z", { cancelled: true }),
    ]);
    const digests = async (token: string) =>
      (await digest(token, placeId, "2027-03-08", "2027-03-09")).body.days.map((day) => day.digest);
    expect(await digests(clinic.machine.token)).toEqual([
      digestOf("a|rv-1|2027-03-08T09:00:00Z|2027-03-08T09:15:00Z|unconfirmed\n"),
    ]);
    expect(await digests(clinic.admin.token)).toEqual([
      digestOf("a|apt_n1|2027-03-08T09:00:00Z|2027-03-08T09:15:00Z|unconfirmed\n"),
    ]);
  });

  test("a change in any field of a line changes the digest", async () => {
    const clinic = await aClinic(hub);
    const { placeId } = clinic;
    await put(clinic, placeId, [appointment(clinic, "apt_c1", "2027-03-08T09:00:00Z")]);
    const seen = new Set<string>();
    const look = async () =>
      seen.add((await digest(clinic.machine.token, placeId, "2027-03-08", "2027-03-09")).body.days[0]?.digest ?? "");
    await look();
    for (const change of [
      "attendance = 'present'",
      "end_at = end_at + interval '1 second'",
      "start_at = start_at + interval '1 second'",
    ]) {
      await hub.write([clinic.establishmentId], (tx) =>
        tx.sql.unsafe(`UPDATE appointment SET ${change} WHERE appointment_id = 'apt_c1'`),
      );
      await look();
    }
    expect(seen.size).toBe(4);
  });

  test("LCGA-02 a place that is not linked, or not there, is not found", async () => {
    const clinic = await aClinic(hub);
    const unlinked = await aPlace(hub, clinic);
    const elsewhere = await aClinic(hub);
    const missing = hub.deps.ids.next("plc", hub.clock.now());
    for (const [token, placeId] of [
      [clinic.machine.token, unlinked.placeId],
      [clinic.machine.token, elsewhere.placeId],
      [clinic.machine.token, missing],
      [clinic.admin.token, elsewhere.placeId],
      [clinic.admin.token, missing],
    ] as const)
      expect(await digest(token, placeId, "2027-03-08", "2027-03-09")).toMatchObject({
        status: 404,
        body: { code: "NOT_FOUND" },
      });
    expect((await digest(clinic.admin.token, unlinked.placeId, "2027-03-08", "2027-03-09")).status).toBe(200);
  });

  test("PERM-15 an employee sees the agendas they may read", async () => {
    const clinic = await aClinic(hub);
    const { place, placeId, professionalId } = clinic;
    const other = await aProfessional(hub, [place]);
    await put(clinic, placeId, [
      appointment(clinic, "apt_p1", "2027-03-08T09:00:00Z"),
      appointment(clinic, "apt_p2", "2027-03-08T09:00:00Z", { professionalId: other.professionalId }),
    ]);
    const secretary = await anEmployee(hub, place, { places: [place] });
    const seen = async (token: string) =>
      (await digest(token, placeId, "2027-03-08", "2027-03-09")).body.days.map((day) => day.professionalId);
    expect(await seen(secretary.token)).toEqual([]);
    await aGrant(hub, secretary, { placeId, professionalId, access: "read" });
    expect(await seen(secretary.token)).toEqual([professionalId]);
    expect(await seen(other.token)).toEqual([other.professionalId]);
    expect(await seen(clinic.admin.token)).toEqual([professionalId, other.professionalId].sort());
  });

  test.each([
    ["2027-03-08", "2027-03-08"],
    ["2027-03-09", "2027-03-08"],
    ["2027-03-08", "2028-03-09"],
    ["2027-02-30", "2027-03-08"],
  ])("refuses the dates %s to %s", async (from, to) => {
    const clinic = await aClinic(hub);
    expect(await digest(clinic.machine.token, clinic.placeId, from, to)).toMatchObject({
      status: 400,
      body: { code: "INVALID_REQUEST" },
    });
  });

  test("a year is answered", async () => {
    const clinic = await aClinic(hub);
    expect(await digest(clinic.machine.token, clinic.placeId, "2027-03-08", "2028-03-08")).toMatchObject({
      status: 200,
      body: { days: [] },
    });
  });
});
