import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertSlots } from "../../../test/agenda-rows.ts";
import { anAppointment } from "../../../test/an-appointment.ts";
import { aClinic, aLink, aMachine, aPlace, aProfessional, aService } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { minuteMs } from "../../domain/time.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { ChangePage } from "../changes/schema.ts";
import type { Slot } from "../slots/schema.ts";
import type { WindowReplaced } from "./schema.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

interface Line {
  externalId: string;
  startAt: string;
  endAt: string;
  [field: string]: unknown;
}

/** The slot of a day, from `hour` on the clinic's clock, named after both. */
function line(clinic: AClinic, day: string, hour = "09", fields: object = {}): Line {
  const [startAt, endAt] = [`${day}T${hour}:00:00-05:00`, `${day}T${hour}:45:00-05:00`];
  return {
    externalId: `${day}-${hour}`,
    startAt,
    endAt,
    serviceIds: [clinic.service.serviceId],
    visibility: "public",
    ...fields,
  };
}

interface Asked {
  placeId?: string;
  from?: string;
  to?: string;
  as?: string;
  dryRun?: string;
}

/** The week of Monday, the eighth. */
async function replace<T = WindowReplaced>(
  clinic: AClinic,
  slots: readonly object[],
  asked: Asked = {},
): Promise<TestAnswer<T>> {
  const { as = clinic.machine.token, ...query } = asked;
  const search = { placeId: clinic.placeId, from: "2027-03-08", to: "2027-03-13", ...query };
  const path = `/v1/agendas/${clinic.professionalId}?${new URLSearchParams(search).toString()}`;
  return hub.request<T>("PUT", path, { as, body: { slots } });
}

function countsOf({ body: { results: _results, ...counts } }: TestAnswer<WindowReplaced>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

async function slotsOf(clinic: AClinic): Promise<Slot[]> {
  const path = `/v1/slots?professionalId=${clinic.professionalId}&limit=1000`;
  return (await hub.request<{ items: Slot[] }>("GET", path, { as: clinic.machine.token })).body.items;
}

async function namesOf(clinic: AClinic): Promise<(string | null)[]> {
  return (await slotsOf(clinic)).map(({ externalId }) => externalId);
}

async function changesOf(clinic: AClinic): Promise<string[]> {
  const { body } = await hub.request<ChangePage>("GET", "/v1/changes?limit=1000", { as: clinic.machine.token });
  return body.items
    .filter(({ objectType }) => objectType === "slot")
    .map((each) => `${each.operation} ${each.externalId ?? ""}`);
}

describe("a window is what the body says", () => {
  test("SYNC-35 created, updated, unchanged and removed, each announced once; the same again changes nothing", async () => {
    const clinic = await aClinic(hub);
    const days = ["2027-03-08", "2027-03-09", "2027-03-10"];
    expect(
      countsOf(
        await replace(
          clinic,
          days.map((day) => line(clinic, day)),
        ),
      ),
    ).toEqual({ created: 3 });
    const wanted = [
      line(clinic, "2027-03-08"),
      line(clinic, "2027-03-09", "09", { endAt: "2027-03-09T10:30:00-05:00" }),
      line(clinic, "2027-03-11"),
    ];
    const second = await replace(clinic, wanted);
    expect(countsOf(second)).toEqual({ created: 1, updated: 1, unchanged: 1, removed: 1 });
    expect(
      second.body.results.map(({ index, externalId, outcome, version }) => [index, externalId, outcome, version]),
    ).toEqual([
      [0, "2027-03-08-09", "unchanged", 1],
      [1, "2027-03-09-09", "updated", 2],
      [2, "2027-03-11-09", "created", 1],
      [null, "2027-03-10-09", "removed", null],
    ]);
    const said = await changesOf(clinic);
    expect(said.slice(3).sort()).toEqual(["created 2027-03-11-09", "deleted ", "updated 2027-03-09-09"]);
    expect(countsOf(await replace(clinic, wanted))).toEqual({ unchanged: 3 });
    expect(await changesOf(clinic)).toEqual(said);
    expect(await namesOf(clinic)).toEqual(["2027-03-08-09", "2027-03-09-09", "2027-03-11-09"]);
    expect(countsOf(await replace(clinic, []))).toEqual({ removed: 3 });
  });

  test("SYNC-35 the name of what was removed is free: it is created anew when it comes again", async () => {
    const clinic = await aClinic(hub);
    const [once] = (await replace(clinic, [line(clinic, "2027-03-08")])).body.results;
    await replace(clinic, []);
    const [again] = (await replace(clinic, [line(clinic, "2027-03-08")])).body.results;
    expect([again?.outcome, again?.slotId === once?.slotId]).toEqual(["created", false]);
  });

  test("SYNC-35 staff's slots, other places, other professionals, other vendors, other days and appointments stay", async () => {
    const clinic = await aClinic(hub);
    const { establishmentId, professionalId, placeId } = clinic;
    const second = await aPlace(hub, clinic);
    await aLink(hub, clinic.machine, second);
    await hub.write(
      [establishmentId],
      (tx) => tx.sql`
      INSERT INTO professional_place (establishment_id, professional_id, place_id)
      VALUES (${establishmentId}, ${professionalId}, ${second.placeId})`,
    );
    const colleague = await aProfessional(hub, [clinic.place]);
    const theirs = await aService(hub, colleague);
    const put = async (name: string, fields: object, token = clinic.machine.token) => {
      const { externalId: _, ...whole } = line(clinic, "2027-03-09");
      const body = { professionalId, placeId, ...whole, ...fields };
      expect((await hub.request("PUT", `/v1/slots/by-external-id/${name}`, { as: token, body })).status).toBe(200);
    };
    await put("place", { placeId: second.placeId });
    await put("colleague", { professionalId: colleague.professionalId, serviceIds: [theirs.serviceId] });
    await put("before", { startAt: "2027-03-07T09:00:00-05:00", endAt: "2027-03-07T10:00:00-05:00" });
    await put("after", { startAt: "2027-03-13T00:00:00-05:00", endAt: "2027-03-13T01:00:00-05:00" });
    await put("within", {});
    // Another vendor had the place before, and left its slots and their names there.
    const former = await aMachine(hub);
    await hub.write(
      [establishmentId],
      (tx) => tx.sql`UPDATE machine_link SET machine_id = ${former.machineId} WHERE place_id = ${placeId}`,
    );
    await put("former", {}, former.token);
    await hub.write(
      [establishmentId],
      (tx) => tx.sql`UPDATE machine_link SET machine_id = ${clinic.machine.machineId} WHERE place_id = ${placeId}`,
    );
    const byHand = { professionalId, placeId, ...line(clinic, "2027-03-09"), externalId: undefined };
    const made = await hub.request("POST", "/v1/slots", { as: clinic.admin.token, body: byHand });
    expect(made.status).toBe(201);
    const { appointmentId } = await anAppointment(hub, clinic, { startAt: "2027-03-09T09:00:00-05:00" });
    const before = await slotsOf(clinic);
    expect(countsOf(await replace(clinic, []))).toEqual({ removed: 1 });
    expect(await slotsOf(clinic)).toEqual(before.filter(({ externalId }) => externalId !== "within"));
    expect(await namesOf({ ...clinic, professionalId: colleague.professionalId })).toEqual(["colleague"]);
    const kept = await hub.request(`GET`, `/v1/appointments/${appointmentId}`, { as: clinic.machine.token });
    expect(kept.body).toMatchObject({ status: "active", version: 1 });
  });

  test("a slot of the vendor's elsewhere moves into the window under its name", async () => {
    const clinic = await aClinic(hub);
    await replace(clinic, [line(clinic, "2027-03-15", "09", { externalId: "moves" })], {
      from: "2027-03-15",
      to: "2027-03-20",
    });
    expect(countsOf(await replace(clinic, [line(clinic, "2027-03-08", "09", { externalId: "moves" })]))).toEqual({
      updated: 1,
    });
    expect((await slotsOf(clinic)).map(({ startAt }) => startAt)).toEqual(["2027-03-08T09:00:00-05:00"]);
  });

  test("a dry run says what would be, and keeps nothing", async () => {
    const clinic = await aClinic(hub);
    await replace(clinic, [line(clinic, "2027-03-08")]);
    const before = [await slotsOf(clinic), await changesOf(clinic)];
    const tried = await replace(clinic, [line(clinic, "2027-03-09")], { dryRun: "true" });
    expect([tried.headers.get("arrimage-dry-run"), countsOf(tried)]).toEqual(["true", { created: 1, removed: 1 }]);
    expect([await slotsOf(clinic), await changesOf(clinic)]).toEqual(before);
  });
});

describe("what stays", () => {
  test("SYNC-36 what has ended is told and left: no longer named, named otherwise, named for the first time, or the same", async () => {
    const clinic = await aClinic(hub);
    const today = { from: "2027-03-01", to: "2027-03-02" };
    const hours = ["07", "08", "09", "12"];
    const lines = hours.map((hour) => line(clinic, "2027-03-01", hour));
    expect(countsOf(await replace(clinic, lines, today))).toEqual({ created: 4 });
    hub.clock.moveTo("2027-03-01T12:15:00-05:00");
    const shorter = line(clinic, "2027-03-01", "08", { endAt: "2027-03-01T08:15:00-05:00" });
    const late = line(clinic, "2027-03-01", "10");
    const answer = await replace(clinic, [lines[0] ?? shorter, shorter, late], today);
    // Of 12:00 to 12:45 a part is still to come: it goes.
    expect(countsOf(answer)).toEqual({ unchanged: 1, skippedPast: 3, removed: 1 });
    expect(answer.body.results.map(({ externalId, outcome, problem }) => [externalId, outcome, problem])).toEqual([
      ["2027-03-01-07", "unchanged", null],
      ["2027-03-01-08", "skippedPast", null],
      ["2027-03-01-10", "skippedPast", null],
      ["2027-03-01-12", "removed", null],
      ["2027-03-01-09", "skippedPast", null],
    ]);
    expect((await slotsOf(clinic)).map(({ endAt }) => endAt)).toEqual(
      ["07", "08", "09"].map((hour) => `2027-03-01T${hour}:45:00-05:00`),
    );
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test("SYNC-37 what staff have changed since is neither removed nor replaced without its version", async () => {
    const clinic = await aClinic(hub);
    const [monday, tuesday] = [line(clinic, "2027-03-08"), line(clinic, "2027-03-09")];
    const { results } = (await replace(clinic, [monday, tuesday])).body;
    for (const { slotId } of results) {
      const edit = { as: clinic.admin.token, version: 1, body: { visibility: "private" } };
      expect((await hub.request("PATCH", `/v1/slots/${slotId ?? ""}`, edit)).status).toBe(200);
    }
    const otherwise = { ...monday, endAt: "2027-03-08T11:00:00-05:00" };
    const refused = await replace(clinic, [otherwise, line(clinic, "2027-03-10")]);
    expect(countsOf(refused)).toEqual({ created: 1, refused: 2 });
    expect(refused.body.results.map(({ version, problem }) => [version, problem?.code])).toEqual([
      [2, "PRECONDITION_FAILED"],
      [1, undefined],
      [2, "PRECONDITION_FAILED"],
    ]);
    // The vendor's last body, whatever others did since, undoes nobody's work.
    expect(countsOf(await replace(clinic, [monday, tuesday, line(clinic, "2027-03-10")]))).toEqual({ unchanged: 3 });
    const seen = await replace(clinic, [{ ...otherwise, baseVersion: 2 }, tuesday, line(clinic, "2027-03-10")]);
    expect(countsOf(seen)).toEqual({ updated: 1, unchanged: 2 });
    expect((await slotsOf(clinic)).map(({ visibility }) => visibility)).toEqual(["public", "private", "public"]);
  });

  test("SYNC-37 a refused line keeps its slot and stops no other, with the rule of the slot and a pointer into the line", async () => {
    const clinic = await aClinic(hub);
    await replace(clinic, [line(clinic, "2027-03-08")]);
    const foreign = await aClinic(hub);
    const wrong = line(clinic, "2027-03-08", "09", { serviceIds: [foreign.service.serviceId] });
    const answer = await replace(clinic, [wrong, line(clinic, "2027-03-09")]);
    expect(countsOf(answer)).toEqual({ created: 1, refused: 1 });
    expect(answer.body.results[0]).toMatchObject({
      ...{ index: 0, outcome: "refused", version: 1 },
      problem: { code: "SERVICE_NOT_OFFERED", violations: [{ rule: "SLOT-14", pointer: "/serviceIds" }] },
    });
    expect(await namesOf(clinic)).toEqual(["2027-03-08-09", "2027-03-09-09"]);
  });
});

describe("what is refused whole", () => {
  const refusalsOf = ({ status, body }: TestAnswer<ProblemBody>) => [
    status,
    body.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`),
  ];

  test("SYNC-34 slots that start outside the window, in the zone of the place", async () => {
    const islands = await aClinic(hub, { place: { timeZone: "America/Halifax" } });
    const at = (externalId: string, startAt: string, endAt: string) => ({
      ...line(islands, "2027-03-08"),
      externalId,
      startAt,
      endAt,
    });
    const lines = [
      at("first", "2027-03-07T23:00:00-05:00", "2027-03-08T00:00:00-05:00"),
      at("too early", "2027-03-07T22:30:00-05:00", "2027-03-07T22:45:00-05:00"),
      at("too late", "2027-03-12T23:00:00-05:00", "2027-03-13T00:00:00-05:00"),
    ].map((each) => ({ ...each, externalId: each.externalId.replace(" ", "-") }));
    const refused = await replace<ProblemBody>(islands, lines);
    const found = ["SYNC-34 OUT_OF_RANGE /slots/1/startAt", "SYNC-34 OUT_OF_RANGE /slots/2/startAt"];
    expect(refusalsOf(refused)).toEqual([422, found]);
    expect(await slotsOf(islands)).toEqual([]);
  });

  test("a name twice, a slot without one, a window that ends before it begins or is longer than a year", async () => {
    const clinic = await aClinic(hub);
    const monday = line(clinic, "2027-03-08");
    const refused = async (slots: readonly object[], asked: Asked = {}) =>
      refusalsOf(await replace<ProblemBody>(clinic, slots, asked));
    expect(await refused([monday, monday])).toEqual([400, ["SYNC-34 INVALID_REQUEST /slots/1/externalId"]]);
    expect(await refused([{ ...monday, externalId: undefined }])).toEqual([
      400,
      ["CONTRACT INVALID_REQUEST /slots/0/externalId"],
    ]);
    expect(await refused([{ ...monday, placeId: clinic.placeId }])).toEqual([
      400,
      ["CONTRACT UNKNOWN_FIELD /slots/0/placeId"],
    ]);
    for (const to of ["2027-03-08", "2028-03-10"])
      expect(await refused([], { to })).toEqual([400, ["CONTRACT INVALID_REQUEST /query/to"]]);
  });

  test("SYNC-34 a place that is not linked with the machine, or not there at all", async () => {
    const [clinic, other] = [await aClinic(hub), await aClinic(hub)];
    const unlinked = await aPlace(hub, clinic);
    const ask = async (placeId: string) => refusalsOf(await replace<ProblemBody>(clinic, [], { placeId }));
    expect(await ask(unlinked.placeId)).toEqual([403, ["LCGA-02 MACHINE_NOT_LINKED "]]);
    const missing = [404, ["CONTRACT NOT_FOUND /query/placeId"]];
    expect([await ask(other.placeId), await ask("plc_00000000000000000000000000")]).toEqual([missing, missing]);
    // Of a machine that works in both establishments, a professional of one is at no place of the other.
    await aLink(hub, clinic.machine, await aPlace(hub, other));
    const both = await replace<ProblemBody>({ ...clinic, professionalId: other.professionalId }, [], {
      as: clinic.machine.token,
    });
    expect(refusalsOf(both)).toEqual(missing);
  });
});

describe("at once", () => {
  test("SYNC-35 different windows at once: each call finds what the one before it left, and one of them is what remains", async () => {
    const clinic = await aClinic(hub);
    const bodies = Array.from({ length: 8 }, (_, call) =>
      ["2027-03-08", "2027-03-09", "2027-03-10"].map((day) =>
        line(clinic, day, "09", { externalId: `${String(call)}-${day}` }),
      ),
    );
    const answers = await Promise.all(bodies.map((body) => replace(clinic, body)));
    expect(answers.map(({ status, body }) => [status, body.created])).toEqual(bodies.map(() => [200, 3]));
    expect(answers.reduce((sum, { body }) => sum + body.removed, 0)).toBe(21);
    const left = (await namesOf(clinic)).map((name) => name?.[0]);
    expect([left.length, new Set(left).size]).toEqual([3, 1]);
  });

  test("SYNC-35 the same window eight times at once is created once", async () => {
    const clinic = await aClinic(hub);
    const body = [line(clinic, "2027-03-08"), line(clinic, "2027-03-09")];
    const answers = await Promise.all(Array.from({ length: 8 }, () => replace(clinic, body)));
    expect(answers.map(({ body: { created, unchanged } }) => created + unchanged)).toEqual(answers.map(() => 2));
    expect(answers.reduce((sum, { body: { created } }) => sum + created, 0)).toBe(2);
    expect((await changesOf(clinic)).length).toBe(2);
  });
});

test("a year of a professional's slots in one call, and again", async () => {
  const clinic = await aClinic(hub);
  const begin = Date.parse("2027-03-08T09:00:00-05:00");
  const text = (at: number) => new Date(at).toISOString();
  const year = Array.from({ length: 1000 }, (_, index) => {
    const startAt = begin + Math.floor(index / 4) * 86_400_000 + (index % 4) * 60 * minuteMs;
    return {
      ...line(clinic, "2027-03-08"),
      externalId: `y-${String(index)}`,
      startAt: text(startAt),
      endAt: text(startAt + 45 * minuteMs),
    };
  });
  const window = { from: "2027-03-08", to: "2028-03-08" };
  expect(countsOf(await replace(clinic, year, window))).toEqual({ created: 1000 });
  expect(countsOf(await replace(clinic, year, window))).toEqual({ unchanged: 1000 });
  const unnamed = { ...clinic, slotId: hub.deps.ids.next("slt", begin), startAt: begin, endAt: begin + minuteMs };
  const row = { ...unnamed, visibility: "private", serviceId: clinic.service.serviceId } as const;
  await hub.write([clinic.establishmentId], (tx) => insertSlots(tx, [row]));
  expect(countsOf(await replace(clinic, year.slice(0, 10), window))).toEqual({ unchanged: 10, removed: 990 });
}, 30_000);
