import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHash } from "node:crypto";
import type { ChangePage } from "../src/features/changes/schema.ts";
import type { Digest } from "../src/features/digest/schema.ts";
import { removeExpiredHolds } from "../src/jobs/remove-expired-holds.ts";
import { aCitizen, aClinic, aMachine } from "./factories.ts";
import type { AClinic } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestAnswer, TestHub } from "./harness.ts";
import { mirrorOfTables, replay } from "./mirror.ts";

/** What a vendor's software lives with: push, follow, compare, and be sure. Through HTTP only. */

let hub: TestHub;
let owner: postgres.Sql;
beforeAll(async () => {
  hub = await createTestHub();
  owner = postgres(hub.database.url, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await owner.end();
  await hub.close();
});

async function follow(token: string, cursor?: string): Promise<ChangePage> {
  const query = new URLSearchParams({ limit: "25", ...(cursor === undefined ? {} : { cursor }) });
  return expected(200, hub.request<ChangePage>("GET", `/v1/changes?${query.toString()}`, { as: token }));
}

async function expected<T>(status: number, asked: Promise<TestAnswer<T>>): Promise<T> {
  const answer = await asked;
  if (answer.status !== status) throw new Error(`${String(answer.status)}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

function slotBody(clinic: AClinic, fields: object = {}) {
  return {
    professionalId: clinic.professionalId,
    placeId: clinic.placeId,
    startAt: "2027-03-08T08:00:00-05:00",
    endAt: "2027-03-08T12:00:00-05:00",
    serviceIds: [clinic.service.serviceId],
    visibility: "public",
    ...fields,
  };
}

function appointmentBody(clinic: AClinic, fields: object = {}) {
  return {
    professionalId: clinic.professionalId,
    placeId: clinic.placeId,
    startAt: "2027-03-09T09:00:00-05:00",
    durationMinutes: 15,
    patient: { firstName: "Alice", lastName: "Tremblay", sex: "F", birthDate: "1980-06-15", homePhone: "418-555-0192" },
    communicationModes: ["phone"],
    ...fields,
  };
}

type Kind = "slots" | "appointments";

async function push(token: string, kind: Kind, externalId: string, body: object, version?: number) {
  return hub.request<{
    code?: string;
    current?: unknown;
    outcome?: string;
    slot?: { slotId: string; version: number };
    appointment?: { appointmentId: string };
  }>("PUT", `/v1/${kind}/by-external-id/${externalId}`, {
    as: token,
    body,
    ...(version === undefined ? {} : { version }),
  });
}

async function lastSeq({ establishmentId }: AClinic): Promise<number> {
  const [row] = await owner<{ last: number }[]>`
    SELECT last_seq::integer AS last FROM change_counter WHERE establishment_id = ${establishmentId}`;
  return row?.last ?? 0;
}

test("whatever happens to an agenda, a mirror replayed from zero equals it, and both digests agree", async () => {
  const clinic = await aClinic(hub);
  const { machine, admin, professionalId, placeId } = clinic;
  const slots = [
    { externalId: "s-1", ...slotBody(clinic) },
    {
      externalId: "s-2",
      ...slotBody(clinic, { startAt: "2027-03-09T13:00:00-05:00", endAt: "2027-03-09T16:00:00-05:00" }),
    },
    {
      externalId: "s-3",
      ...slotBody(clinic, {
        startAt: "2027-03-10T08:00:00-05:00",
        endAt: "2027-03-10T12:00:00-05:00",
        visibility: "private",
      }),
    },
  ];
  const appointments = [9, 10, 11].map((hour) => ({
    externalId: `a-${String(hour)}`,
    ...appointmentBody(clinic, { startAt: `2027-03-09T${String(hour).padStart(2, "0")}:00:00-05:00` }),
  }));
  const pushAll = async () => {
    const send = (kind: Kind, body: object[]) =>
      expected<unknown>(
        200,
        hub.request("POST", `/v1/${kind}/batch`, { as: machine.token, body, ndjson: true, key: null }),
      );
    return [await send("slots", slots), await send("appointments", appointments)].flat() as {
      outcome: string;
      slotId?: string;
    }[];
  };
  const first = await pushAll();
  expect(first.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => "created"));
  const pushed = await lastSeq(clinic);

  // Again: nothing changes, nothing is announced.
  expect((await pushAll()).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => "unchanged"));
  expect(await lastSeq(clinic)).toBe(pushed);

  // Citizens hold, book and cancel; one lets the hold run out.
  const slotId = first[0]?.slotId;
  const citizens = [await aCitizen(hub), await aCitizen(hub), await aCitizen(hub)];
  const [booker, canceller, dawdler] = citizens;
  const book = async (citizen: (typeof citizens)[number] | undefined, startAt: string) =>
    expected<{ referenceNumber: string }>(
      201,
      hub.request("POST", "/v1/citizen/appointments", {
        as: citizen?.token ?? "",
        body: {
          ...{ slotId, startAt, consultationReason: "regular", homePhone: "418-555-0192", email: "a@example.org" },
          ...{ communicationModes: ["email"], communicationLanguage: "fr" },
        },
      }),
    );
  await book(booker, "2027-03-08T08:00:00-05:00");
  const { referenceNumber } = await book(canceller, "2027-03-08T08:15:00-05:00");
  await expected(
    200,
    hub.request("POST", "/v1/citizen/appointments/cancel", {
      as: canceller?.token ?? "",
      body: { referenceNumber, nam: canceller?.nam },
    }),
  );
  await expected(
    201,
    hub.request("POST", "/v1/citizen/holds", {
      as: dawdler?.token ?? "",
      body: { slotId, startAt: "2027-03-08T09:00:00-05:00" },
    }),
  );
  hub.clock.advance(6 * 60_000);
  await removeExpiredHolds.run(hub.deps);

  // Staff move an appointment, mark one absent, delete a slot; the machine changes another.
  const items = await expected<{ items: { appointmentId: string; externalId: string | null; version: number }[] }>(
    200,
    hub.request("GET", "/v1/appointments?limit=100", { as: machine.token }),
  );
  const named = (externalId: string) => {
    const found = items.items.find((item) => item.externalId === externalId);
    if (found === undefined) throw new Error(`no appointment ${externalId}`);
    return found;
  };
  const moved = named("a-9");
  await expected(
    200,
    hub.request("POST", `/v1/appointments/${moved.appointmentId}/move`, {
      ...{ as: admin.token, version: moved.version },
      body: { startAt: "2027-03-10T15:00:00-05:00" },
    }),
  );
  const absent = named("a-10");
  await expected(
    200,
    hub.request("PATCH", `/v1/appointments/${absent.appointmentId}`, {
      as: admin.token,
      version: absent.version,
      body: { clinicNote: "Rappeler." },
    }),
  );
  await expected(204, hub.request("DELETE", `/v1/slots/${first[2]?.slotId ?? ""}`, { as: admin.token, version: 1 }));
  expect(
    (
      await push(
        machine.token,
        "slots",
        "s-2",
        slotBody(clinic, { startAt: "2027-03-09T13:00:00-05:00", endAt: "2027-03-09T15:00:00-05:00" }),
      )
    ).status,
  ).toBe(200);

  const tables = await mirrorOfTables(owner, clinic.establishmentId);
  expect([...tables.values()].map(({ objectType }) => objectType).sort()).toEqual([
    ...Array.from({ length: 5 }, () => "appointment"),
    "slot",
    "slot",
  ]);
  for (const token of [machine.token, admin.token])
    expect((await replay((cursor) => follow(token, cursor))).objects).toEqual(tables);
  const seqs = await owner<{ seq: number }[]>`
    SELECT seq::integer FROM change WHERE establishment_id = ${clinic.establishmentId} ORDER BY seq`;
  expect(seqs.map(({ seq }) => seq)).toEqual(seqs.map((_, index) => index + 1));

  // What the vendor computes from its own agenda: its names, and the hub's id of what citizens made.
  const changes = (await follow(machine.token)).items;
  const booked = changes.find(
    ({ origin, objectType, startAt }) =>
      origin.actorType === "citizen" && objectType === "appointment" && startAt === "2027-03-08T08:00:00-05:00",
  );
  const utc = (text: string) => `${new Date(text).toISOString().slice(0, 19)}Z`;
  const line = (kind: string, id: string, from: string, to: string, rest: string) =>
    `${kind}|${id}|${utc(from)}|${utc(to)}|${rest}\n`;
  const hash = (...lines: string[]) => createHash("sha256").update(lines.sort().join("")).digest("hex");
  const digest = await expected<Digest>(
    200,
    hub.request("GET", `/v1/digest?placeId=${placeId}&from=2027-03-01&to=2027-04-01`, { as: machine.token }),
  );
  expect(digest.days).toEqual([
    {
      ...{ professionalId, date: "2027-03-08", appointments: 1, slots: 1 },
      digest: hash(
        line("a", booked?.objectId ?? "", "2027-03-08T08:00:00-05:00", "2027-03-08T08:15:00-05:00", "unconfirmed"),
        line("s", "s-1", "2027-03-08T08:00:00-05:00", "2027-03-08T12:00:00-05:00", "public"),
      ),
    },
    {
      ...{ professionalId, date: "2027-03-09", appointments: 2, slots: 1 },
      digest: hash(
        line("a", "a-10", "2027-03-09T10:00:00-05:00", "2027-03-09T10:15:00-05:00", "unconfirmed"),
        line("a", "a-11", "2027-03-09T11:00:00-05:00", "2027-03-09T11:15:00-05:00", "unconfirmed"),
        line("s", "s-2", "2027-03-09T13:00:00-05:00", "2027-03-09T15:00:00-05:00", "public"),
      ),
    },
    {
      ...{ professionalId, date: "2027-03-10", appointments: 1, slots: 0 },
      digest: hash(line("a", "a-9", "2027-03-10T15:00:00-05:00", "2027-03-10T15:15:00-05:00", "unconfirmed")),
    },
  ]);
});

describe("a vendor's own names", () => {
  test("survive a change of machine: the new one pushes the same agenda and nothing happens", async () => {
    const clinic = await aClinic(hub);
    await push(clinic.machine.token, "slots", "s", slotBody(clinic));
    await push(clinic.machine.token, "appointments", "a", appointmentBody(clinic));
    const successor = await aMachine(hub, { vendorId: clinic.machine.vendorId });
    await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`UPDATE machine_link SET machine_id = ${successor.machineId} WHERE place_id = ${clinic.placeId}`,
    );
    const before = await lastSeq(clinic);
    expect((await push(successor.token, "slots", "s", slotBody(clinic))).status).toBe(200);
    expect((await push(successor.token, "appointments", "a", appointmentBody(clinic))).body.outcome).toBe("unchanged");
    expect(await lastSeq(clinic)).toBe(before);
  });

  test("adopted ones: the first push is another body, creates nothing, and gives way to what staff wrote since", async () => {
    const clinic = await aClinic(hub);
    const made = await Promise.all(
      ["2027-03-08", "2027-03-09"].map((date) =>
        expected<{ slotId: string }>(
          201,
          hub.request("POST", "/v1/slots", {
            as: clinic.admin.token,
            body: slotBody(clinic, { startAt: `${date}T08:00:00-05:00`, endAt: `${date}T12:00:00-05:00` }),
          }),
        ),
      ),
    );
    const [one, two] = made.map(({ slotId }) => slotId);
    const bindings = [
      { objectType: "slot", objectId: one, externalId: "one" },
      { objectType: "slot", objectId: two, externalId: "two" },
    ];
    const before = await lastSeq(clinic);
    await expected(200, hub.request("POST", "/v1/adoptions", { as: clinic.machine.token, body: { bindings } }));
    expect(await lastSeq(clinic)).toBe(before);
    const shorter = slotBody(clinic, { endAt: "2027-03-08T11:00:00-05:00" });
    expect(await push(clinic.machine.token, "slots", "one", shorter)).toMatchObject({
      status: 200,
      body: { outcome: "updated", slot: { slotId: one, version: 2 } },
    });
    await expected(
      200,
      hub.request("PATCH", `/v1/slots/${two ?? ""}`, {
        as: clinic.admin.token,
        version: 1,
        body: { visibility: "private" },
      }),
    );
    const other = slotBody(clinic, { startAt: "2027-03-09T08:00:00-05:00", endAt: "2027-03-09T10:00:00-05:00" });
    expect(await push(clinic.machine.token, "slots", "two", other)).toMatchObject({
      status: 412,
      body: { code: "PRECONDITION_FAILED", current: { slotId: two, version: 2, visibility: "private" } },
    });
    expect(await push(clinic.machine.token, "slots", "two", other, 2)).toMatchObject({
      status: 200,
      body: { slot: { version: 3 } },
    });
    const [count] = await owner<
      { slots: number }[]
    >`SELECT count(*)::integer AS slots FROM slot WHERE establishment_id = ${clinic.establishmentId}`;
    expect(count?.slots).toBe(2);
  });

  test("of a slot that staff deleted: nothing revives it, and the vendor's own delete releases the name", async () => {
    const clinic = await aClinic(hub);
    const { token } = clinic.machine;
    const { slot } = await expected(200, push(token, "slots", "s", slotBody(clinic)));
    const slotId = slot?.slotId ?? "";
    await expected(204, hub.request("DELETE", `/v1/slots/${slotId}`, { as: clinic.admin.token, version: 1 }));
    const tombstone = (await follow(token)).items.at(-1);
    expect(tombstone).toMatchObject({
      operation: "deleted",
      objectId: slotId,
      externalId: "s",
      origin: { actorType: "employee", own: false },
    });
    const before = await lastSeq(clinic);
    const again = await hub.request<{ outcome: string }[]>("POST", "/v1/slots/batch", {
      as: token,
      body: [{ externalId: "s", ...slotBody(clinic) }],
      ndjson: true,
      key: null,
    });
    expect(again.body.map(({ outcome }) => outcome)).toEqual(["unchanged"]);
    const other = slotBody(clinic, { endAt: "2027-03-08T11:00:00-05:00" });
    expect(await push(token, "slots", "s", other)).toMatchObject({
      status: 412,
      body: { code: "PRECONDITION_FAILED", current: null },
    });
    expect(await lastSeq(clinic)).toBe(before);
    expect((await hub.request("DELETE", "/v1/slots/by-external-id/s", { as: token })).status).toBe(204);
    const anew = await push(token, "slots", "s", other);
    expect(anew.status).toBe(200);
    expect(anew.body.slot?.slotId).not.toBe(slotId);
  });

  test("APPT-69 of an appointment cancelled by somebody else: the same body is unchanged, another one refused", async () => {
    const clinic = await aClinic(hub);
    const { token } = clinic.machine;
    const { body } = await push(token, "appointments", "a", appointmentBody(clinic));
    const appointmentId = body.appointment?.appointmentId ?? "";
    await expected(
      200,
      hub.request("POST", `/v1/appointments/${appointmentId}/cancel`, { as: clinic.admin.token, version: 1, body: {} }),
    );
    const before = await lastSeq(clinic);
    expect(await push(token, "appointments", "a", appointmentBody(clinic))).toMatchObject({
      status: 200,
      body: { outcome: "unchanged", appointment: { status: "cancelled" } },
    });
    const other = appointmentBody(clinic, { durationMinutes: 30 });
    for (const version of [undefined, 2])
      expect(await push(token, "appointments", "a", other, version)).toMatchObject({
        status: 409,
        body: { code: "APPOINTMENT_CANCELLED" },
      });
    expect(await lastSeq(clinic)).toBe(before);
  });
});
