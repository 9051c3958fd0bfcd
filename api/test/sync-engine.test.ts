import { DatabaseSync } from "node:sqlite";
import { bearer, createClient } from "@arrimage/sdk";
import { bodyOf, createSync, memoryStore, sqliteStore } from "@arrimage/sdk/sync";
import type { ConflictPolicy, SyncEvent } from "@arrimage/sdk/sync";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinic, aPlace, anEmployee, aProfessional, aService } from "./factories.ts";
import type { AClinic } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestHub } from "./harness.ts";
import { edit } from "./sync/agenda.ts";
import type { AgendaStore, Entry } from "./sync/agenda.ts";
import { liveMany } from "./sync/many-lives.ts";
import { naiveSync } from "./sync/naive-sync.ts";
import { aSlot, anAppointment, appointmentBody, clinicsAt, slotBody } from "./sync/software.ts";

/** The SDK's sync engine against the hub: `@arrimage/sdk/sync`. */

let hub: TestHub;
let sql: postgres.Sql;
beforeAll(async () => {
  hub = await createTestHub();
  sql = postgres(hub.database.url, { max: 2, onnotice: () => undefined });
});
afterAll(async () => {
  await sql.end();
  await hub.close();
});

const { software, book, asStaff } = clinicsAt(() => hub);

describe("two ways", () => {
  test.each([true, false])("slots go out, a booking comes in, both agree (own identifiers: %s)", async (ownIds) => {
    const { clinic, sync, store, types, edit, events } = await software({ ownIds });
    await edit(aSlot(clinic, "s1"));
    await edit(anAppointment(clinic, "a1"));
    await sync.once();
    expect(types()).toEqual(["snapshot", "pushed", "pushed", "caughtUp"]);
    await book(clinic, "s1", "2027-03-08T09:15:00-05:00");
    await sync.once();
    const booked = [...store.entries().values()].find(
      ({ objectType, body }) => objectType === "appointment" && body.startAt === "2027-03-08T09:15:00-05:00",
    );
    expect(booked?.id).toMatch(ownIds ? /^L1$/ : /^apt_/);
    expect(types().slice(4)).toEqual(["applied", "caughtUp", ...(ownIds ? ["pushed", "caughtUp"] : [])]);
    expect(await sync.repair()).toEqual([clinic.placeId]);
    expect(events.at(-1)).toEqual({ type: "confirmed", placeId: clinic.placeId });
    // Whatever is said of what the hub has already is no news.
    const before = events.length;
    for (const entry of store.entries().values()) await sync.push(entry);
    await sync.once();
    expect(events.slice(before)).toEqual([]);
  });

  test("a booking that the agenda moves, and cancels", async () => {
    const { clinic, sync, store, edit } = await software({ ownIds: false });
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    const { appointmentId } = await book(clinic, "s1", "2027-03-08T09:15:00-05:00");
    await sync.once();
    const mine = store.entries().get(`appointment ${appointmentId}`);
    await edit({
      objectType: "appointment",
      id: appointmentId,
      body: { ...mine?.body, startAt: "2027-03-08T10:00:00-05:00" } as object,
    });
    await sync.once();
    const read = () =>
      hub.request<{ startAt: string; status: string }>("GET", `/v1/appointments/${appointmentId}`, {
        as: clinic.machine.token,
      });
    expect((await read()).body).toMatchObject({ startAt: "2027-03-08T10:00:00-05:00", status: "active" });
    await edit({ objectType: "appointment", id: appointmentId, body: null });
    await sync.once();
    expect((await read()).body).toMatchObject({ status: "cancelled" });
    expect(await sync.repair()).toEqual([clinic.placeId]);
  });
});

describe("conflicts", () => {
  async function bothMove(policy: ConflictPolicy, first: "agenda" | "hub") {
    const each = await software({ policy });
    const { clinic, sync, edit } = each;
    await edit(anAppointment(clinic, "a1"));
    await sync.once();
    const path = "/v1/appointments/by-external-id/a1";
    const read = () =>
      hub.request<{ appointmentId: string; version: number; startAt: string; clinicNote: string | null }>("GET", path, {
        as: clinic.machine.token,
      });
    const { appointmentId, version } = (await read()).body;
    const here = () => edit(anAppointment(clinic, "a1", { startAt: "2027-03-09T10:00:00-05:00" }));
    const there = () =>
      asStaff(
        clinic,
        "POST",
        `/v1/appointments/${appointmentId}/move`,
        { startAt: "2027-03-09T11:00:00-05:00" },
        version,
      );
    for (const act of first === "agenda" ? [here, there] : [there, here]) {
      hub.clock.advance(1_000);
      await act();
    }
    await sync.once();
    expect(await sync.repair()).toEqual([clinic.placeId]);
    return { winner: (await read()).body.startAt.slice(11, 13) === "10" ? "agenda" : "hub", events: each.events };
  }

  test.each([
    ["hubWins", "agenda", "hub"],
    ["agendaWins", "hub", "agenda"],
    ["firstWins", "agenda", "agenda"],
    ["firstWins", "hub", "hub"],
  ] as const)("%s, when the %s was first: the %s's time", async (policy, first, winner) => {
    const met = await bothMove(policy, first);
    expect(met.winner).toBe(winner);
    expect(met.events.filter(({ type }) => type === "conflict")).toEqual([
      { type: "conflict", objectType: "appointment", id: "a1", fields: ["time"], winner },
    ]);
  });

  test("what does not concern the same is kept of both", async () => {
    const { clinic, sync, edit, entry, types } = await software();
    await edit(anAppointment(clinic, "a1"));
    await sync.once();
    const path = "/v1/appointments/by-external-id/a1";
    const { body } = await hub.request<{ appointmentId: string; version: number }>("GET", path, {
      as: clinic.machine.token,
    });
    await asStaff(clinic, "PATCH", `/v1/appointments/${body.appointmentId}`, { clinicNote: "Rappeler." }, body.version);
    await edit(anAppointment(clinic, "a1", { startAt: "2027-03-09T10:00:00-05:00" }));
    await sync.once();
    expect(types()).not.toContain("conflict");
    const both = { startAt: "2027-03-09T10:00:00-05:00", clinicNote: "Rappeler." };
    expect((await hub.request("GET", path, { as: clinic.machine.token })).body).toMatchObject(both);
    expect(entry("a1")?.body).toMatchObject(both);
  });

  test("what others add between a lost answer and its repetition is applied", async () => {
    const clinic = await aClinic(hub);
    const lose = { next: false };
    const { sync, edit, entry } = await software({
      clinic,
      async fetch(url, init) {
        const answered = await hub.app.request(url, init);
        if (!lose.next || init.method !== "PUT") return answered;
        lose.next = false;
        const path = "/v1/appointments/by-external-id/a1";
        const { body } = await hub.request<{ appointmentId: string; version: number }>("GET", path, {
          as: clinic.machine.token,
        });
        const note = { clinicNote: `Version ${String(body.version)}` };
        await asStaff(clinic, "PATCH", `/v1/appointments/${body.appointmentId}`, note, body.version);
        throw new TypeError("fetch failed");
      },
    });
    lose.next = true;
    await edit(anAppointment(clinic, "a1"));
    await sync.once();
    await sync.once();
    expect(entry("a1")?.body).toMatchObject({ clinicNote: "Version 1" });
    lose.next = true;
    await edit(anAppointment(clinic, "a1", { startAt: "2027-03-09T10:00:00-05:00" }));
    await sync.once().catch(() => undefined);
    await sync.once();
    expect(entry("a1")?.body).toMatchObject({ clinicNote: "Version 3", startAt: "2027-03-09T10:00:00-05:00" });
    expect(await sync.repair()).toEqual([clinic.placeId]);
  });

  test("an agenda pushed whole by an engine that has forgotten it can be changed afterwards", async () => {
    const clinic = await aClinic(hub);
    const first = await software({ clinic });
    const past = { startAt: "2027-02-22T09:00:00-05:00" };
    await first.edit(anAppointment(clinic, "a1", past));
    await first.sync.once();
    await first.edit(anAppointment(clinic, "a1", { ...past, clinicNote: "Un." }));
    await first.sync.once();
    const second = await software({ clinic });
    await second.edit(anAppointment(clinic, "a1", { ...past, clinicNote: "Deux." }));
    await second.sync.once();
    await second.edit(anAppointment(clinic, "a1", { ...past, clinicNote: "Trois." }));
    await second.sync.once();
    const { body } = await hub.request("GET", "/v1/appointments/by-external-id/a1", { as: clinic.machine.token });
    expect(body).toMatchObject({ clinicNote: "Trois." });
  });

  test("back from what could not be said again is a change too", async () => {
    const { clinic, sync, edit } = await software();
    const other = await aService(hub, clinic.professional, { consultationReason: "regular" });
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    const read = () =>
      hub.request<{ slotId: string }>("GET", "/v1/slots/by-external-id/s1", { as: clinic.machine.token });
    const { slotId } = (await read()).body;
    await asStaff(clinic, "PATCH", `/v1/slots/${slotId}`, { serviceIds: [other.serviceId] }, 1);
    await sync.once();
    await sql`UPDATE service SET active = false WHERE service_id = ${other.serviceId}`;
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    expect(await sync.pending()).toEqual({ outbox: [], quarantined: [] });
    expect((await read()).body).toMatchObject({ serviceIds: [clinic.service.serviceId] });
  });

  test("back to what the agenda had said before others changed it is a change", async () => {
    const { clinic, sync, edit } = await software();
    const at = async (externalId: string, kind: string) =>
      (
        await hub.request<{ startAt: string; version: number; appointmentId: string; slotId: string }>(
          "GET",
          `/v1/${kind}/by-external-id/${externalId}`,
          { as: clinic.machine.token },
        )
      ).body;
    await edit(anAppointment(clinic, "a1"));
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    const { appointmentId, version } = await at("a1", "appointments");
    await asStaff(
      clinic,
      "POST",
      `/v1/appointments/${appointmentId}/move`,
      { startAt: "2027-03-09T11:00:00-05:00" },
      version,
    );
    await asStaff(
      clinic,
      "PATCH",
      `/v1/slots/${(await at("s1", "slots")).slotId}`,
      { startAt: "2027-03-08T10:00:00-05:00" },
      1,
    );
    await sync.once();
    await edit(anAppointment(clinic, "a1"));
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    expect((await at("a1", "appointments")).startAt).toBe("2027-03-09T09:00:00-05:00");
    expect((await at("s1", "slots")).startAt).toBe("2027-03-08T09:00:00-05:00");
    expect(await sync.repair()).toEqual([clinic.placeId]);
  });
});

describe("a slot that is removed, and made again under its name", () => {
  const removed = { objectType: "slot", id: "s1", body: null } as const;
  const later = { startAt: "2027-03-08T13:00:00-05:00", endAt: "2027-03-08T16:00:00-05:00" };
  const idle = { outbox: [], quarantined: [] };
  const atTheHub = async ({ machine }: AClinic) =>
    (await hub.request<{ startAt: string }>("GET", "/v1/slots/by-external-id/s1", { as: machine.token })).body;

  test("before any of it has left", async () => {
    const { clinic, sync, edit } = await software();
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    await edit(removed);
    await edit(aSlot(clinic, "s1", later));
    await sync.once();
    expect(await sync.pending()).toEqual(idle);
    expect(await atTheHub(clinic)).toMatchObject({ version: 1, ...later });
  });

  test("and removed again: one removal leaves", async () => {
    const { clinic, sync, edit, events } = await software();
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    for (const change of [removed, aSlot(clinic, "s1", later), removed]) await edit(change);
    await sync.once();
    expect(events.flatMap((event) => (event.type === "pushed" ? [event.outcome] : []))).toEqual(["created", "removed"]);
    expect(await sync.pending()).toEqual(idle);
  });

  test("while an edit of it is on its way that the hub refuses", async () => {
    let isAway = false;
    const { clinic, sync, edit } = await software({
      fetch: (url, init) =>
        isAway && init.method === "PUT" ? new Response("", { status: 502 }) : hub.app.request(url, init),
    });
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    isAway = true;
    await edit(aSlot(clinic, "s1", { endAt: "2027-03-08T08:00:00-05:00" }));
    await sync.once().catch(() => undefined);
    await edit(removed);
    await edit(aSlot(clinic, "s1", later));
    isAway = false;
    await sync.once();
    expect(await sync.pending()).toEqual(idle);
    expect(await atTheHub(clinic)).toMatchObject(later);
  });

  test.each(["hubWins", "agendaWins", "firstWins"] as const)(
    "after an answer that was lost, and before a new snapshot: %s",
    async (policy) => {
      let isLost = false;
      let isExpired = false;
      const { clinic, sync, edit, entry } = await software({
        policy,
        async fetch(url, init) {
          if (isExpired && url.includes("/v1/changes")) {
            isExpired = false;
            const problem = { type: "about:blank", title: "", status: 410, code: "CURSOR_EXPIRED" };
            return Response.json(problem, { status: 410, headers: { "content-type": "application/problem+json" } });
          }
          const answer = await hub.app.request(url, init);
          return isLost && init.method === "DELETE" ? new Response("", { status: 502 }) : answer;
        },
      });
      await edit(aSlot(clinic, "s1"));
      await sync.once();
      await edit(removed);
      isLost = true;
      await sync.once().catch(() => undefined);
      isLost = false;
      await edit(aSlot(clinic, "s1", later));
      isExpired = true;
      await sync.once();
      expect(entry("s1")?.body).toMatchObject(later);
      expect(await atTheHub(clinic)).toMatchObject(later);
    },
  );
});

test("a slot that staff move to another place leaves this agenda, and lives", async () => {
  const { clinic, sync, edit, entry } = await software();
  const branch = await aPlace(hub, clinic);
  const professional = await aProfessional(hub, [clinic.place, branch]);
  const { professionalId } = professional;
  const service = await aService(hub, professional);
  const admin = await anEmployee(hub, clinic, { profile: "localAdmin", places: [clinic.place, branch] });
  await edit(aSlot(clinic, "s1", { professionalId, serviceIds: [service.serviceId] }));
  await sync.once();
  const as = clinic.machine.token;
  const { slotId } = (await hub.request<{ slotId: string }>("GET", "/v1/slots/by-external-id/s1", { as })).body;
  const body = { placeId: branch.placeId };
  await hub.request("PATCH", `/v1/slots/${slotId}`, { as: admin.token, version: 1, body });
  await sync.once();
  expect(entry("s1")).toBeUndefined();
  // Seen again, it is nothing that this agenda has removed.
  await hub.request("PUT", `/v1/places/${branch.placeId}/machine-link`, {
    as: await hub.tokens.operator(),
    body: { machineId: clinic.machine.machineId },
  });
  await sync.once();
  expect(entry("s1")?.body).toMatchObject(body);
  expect((await hub.request("GET", `/v1/slots/${slotId}`, { as })).body).toMatchObject({ ...body, version: 2 });
});

describe("what an agenda, or the hub, will not take", () => {
  test("a change at which the agenda throws is tried five times and set aside, and the rest goes on", async () => {
    let throws = true;
    const { clinic, sync, store, edit, events } = await software({
      ownIds: false,
      onApply() {
        if (throws) throw new Error("no room");
      },
    });
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    const { appointmentId } = await book(clinic, "s1", "2027-03-08T09:15:00-05:00");
    for (const seconds of [0, 1, 4, 16, 64, 256]) {
      hub.clock.advance(seconds * 1_000);
      await sync.once();
    }
    const failed = { objectType: "appointment", id: appointmentId };
    expect(events.filter(({ type }) => type === "applyFailed").map((event) => "tries" in event && event.tries)).toEqual(
      [1, 2, 3, 4],
    );
    expect(events.at(-1)).toMatchObject({ type: "quarantined", direction: "toAgenda", ...failed });
    expect((await sync.pending()).quarantined).toEqual([{ ...failed, direction: "toAgenda", code: "APPLY_FAILED" }]);
    // The rest goes on, and so does the object itself when it changes again.
    await edit(aSlot(clinic, "s2", { startAt: "2027-03-09T09:00:00-05:00", endAt: "2027-03-09T12:00:00-05:00" }));
    await sync.once();
    expect((await sync.pending()).outbox).toEqual([]);
    throws = false;
    await asStaff(clinic, "PATCH", `/v1/appointments/${appointmentId}`, { clinicNote: "Rappeler." }, 1);
    await sync.once();
    expect((await sync.pending()).quarantined).toEqual([]);
    expect(store.entries().get(`appointment ${appointmentId}`)?.body).toMatchObject({ clinicNote: "Rappeler." });
    expect(await sync.repair()).toEqual([clinic.placeId]);
  });

  test("retry() tries again what was set aside", async () => {
    let throws = true;
    const { clinic, sync, store, edit } = await software({
      ownIds: false,
      onApply() {
        if (throws) throw new Error("no room");
      },
    });
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    const { appointmentId } = await book(clinic, "s1", "2027-03-08T09:15:00-05:00");
    await sync.once();
    throws = false;
    await sync.once();
    expect(store.entries().size).toBe(1);
    await sync.retry();
    await sync.once();
    expect(store.entries().has(`appointment ${appointmentId}`)).toBe(true);
  });

  test("what is no part of an agenda stops nothing when it is not taken", async () => {
    const { clinic, sync, store, edit, types } = await software({
      ownIds: false,
      other() {
        throw new Error("no such table");
      },
    });
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    const body = { phone: "418-555-0101" };
    const place = await asStaff<{ version: number }>(clinic, "GET", `/v1/places/${clinic.placeId}`, undefined);
    await asStaff(clinic, "PATCH", `/v1/places/${clinic.placeId}`, body, place.version);
    await book(clinic, "s1", "2027-03-08T09:15:00-05:00");
    await sync.once();
    expect(types()).toContain("otherFailed");
    expect(store.entries().size).toBe(2);
  });

  test("what the hub refuses is set aside with its code, until the agenda says it otherwise", async () => {
    const { clinic, sync, edit, events } = await software();
    await edit(aSlot(clinic, "s1", { endAt: "2027-03-09T09:30:00-05:00" }));
    await edit(aSlot(clinic, "s2"));
    await sync.once();
    expect(events.find(({ type }) => type === "quarantined")).toMatchObject({
      direction: "toHub",
      code: "INVALID_INTERVAL",
      id: "s1",
    });
    expect(await sync.pending()).toEqual({
      outbox: [],
      quarantined: [{ objectType: "slot", id: "s1", direction: "toHub", code: "INVALID_INTERVAL" }],
    });
    expect(await sync.repair()).toEqual([]);
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    expect(await sync.pending()).toEqual({ outbox: [], quarantined: [] });
    expect(await sync.repair()).toEqual([clinic.placeId]);
  });
});

describe("repair", () => {
  test("of a day with a cancelled appointment", async () => {
    const { clinic, sync, store, edit: keep } = await software();
    await keep(anAppointment(clinic, "a1"));
    await keep(anAppointment(clinic, "a2", { startAt: "2027-03-09T11:00:00-05:00" }));
    await sync.once();
    await keep({ objectType: "appointment", id: "a1", body: null });
    await sync.once();
    edit(store.entries(), anAppointment(clinic, "a2", { startAt: "2027-03-09T12:00:00-05:00" }));
    expect(await sync.repair()).toEqual([clinic.placeId]);
    expect([...store.entries().keys()]).toEqual(["appointment a2"]);
  });

  test("finds what was changed without a push, what was lost, and what an agenda never told", async () => {
    const { clinic, sync, store, edit: keep, types } = await software({ ownIds: false });
    await keep(aSlot(clinic, "s1"));
    await keep(anAppointment(clinic, "a1"));
    await keep(anAppointment(clinic, "a2", { startAt: "2027-03-10T09:00:00-05:00" }));
    await sync.once();
    const entries = store.entries();
    edit(entries, anAppointment(clinic, "a1", { startAt: "2027-03-09T10:00:00-05:00" }));
    edit(entries, anAppointment(clinic, "a3", { startAt: "2027-03-11T10:00:00-05:00" }));
    entries.delete("appointment a2");
    expect(await sync.repair()).toEqual([clinic.placeId]);
    expect(types()).toContain("differs");
    expect([...store.entries().keys()].sort()).toEqual([
      "appointment a1",
      "appointment a2",
      "appointment a3",
      "slot s1",
    ]);
    const read = (id: string) =>
      hub.request<{ startAt: string }>("GET", `/v1/appointments/by-external-id/${id}`, { as: clinic.machine.token });
    expect((await read("a1")).body.startAt).toBe("2027-03-09T10:00:00-05:00");
    expect((await read("a3")).status).toBe(200);
  });

  test("of an engine that has forgotten everything: the agenda is as it was, and nothing is doubled", async () => {
    const clinic = await aClinic(hub);
    const entries = new Map<string, Entry>();
    const start = () =>
      createSync({
        client: createClient({
          ...{ baseUrl: "http://hub.test", auth: bearer(clinic.machine.token) },
          fetch: (url, init) => hub.app.request(url, init),
        }),
        store: memoryStore(),
        agenda: {
          apply: ({ objectType, id, object }) => {
            if (object === null) entries.delete(`${objectType} ${id}`);
            // The object is of its type's kind.
            else entries.set(`${objectType} ${id}`, { objectType, id, body: bodyOf(objectType, object) } as Entry);
          },
          read: () => entries.values(),
        },
        runtime: { now: () => hub.clock.now() },
      });
    const first = start();
    for (const change of [aSlot(clinic, "s1"), anAppointment(clinic, "a1")]) {
      edit(entries, change);
      await first.push(change);
    }
    expect(await first.repair()).toEqual([clinic.placeId]);
    await book(clinic, "s1", "2027-03-08T09:15:00-05:00");
    const second = start();
    expect(await second.repair()).toEqual([clinic.placeId]);
    expect(entries.size).toBe(3);
  });
});

describe("a link that ends, and comes back", () => {
  const link = ({ placeId }: { placeId: string }) => `/v1/places/${placeId}/machine-link`;
  const end = async (clinic: AClinic, version: number) => {
    const ended = await hub.request("DELETE", link(clinic), { as: await hub.tokens.operator(), version });
    expect(ended.status).toBe(204);
  };

  test("what was changed just before its end stays in the agenda: not shown is not gone", async () => {
    const { clinic, sync, store, edit, events } = await software();
    await edit(anAppointment(clinic, "a1"));
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    const { body } = await hub.request<{ appointmentId: string }>("GET", "/v1/appointments/by-external-id/a1", {
      as: clinic.machine.token,
    });
    await asStaff(clinic, "PATCH", `/v1/appointments/${body.appointmentId}`, { clinicNote: "Rappeler." }, 1);
    await end(clinic, 1);
    await sync.once();
    expect([...store.entries().keys()]).toEqual(["appointment a1", "slot s1"]);
    expect(events.filter(({ type }) => type === "applied")).toEqual([]);
  });

  test("what an agenda had refused before its end stays there too", async () => {
    let throws = false;
    const { clinic, sync, store, edit } = await software({
      onApply() {
        if (throws) throw new Error("no room");
      },
    });
    await edit(anAppointment(clinic, "a1"));
    await sync.once();
    const { body } = await hub.request<{ appointmentId: string }>("GET", "/v1/appointments/by-external-id/a1", {
      as: clinic.machine.token,
    });
    throws = true;
    await asStaff(clinic, "PATCH", `/v1/appointments/${body.appointmentId}`, { clinicNote: "Rappeler." }, 1);
    await sync.once();
    throws = false;
    await end(clinic, 1);
    hub.clock.advance(1_000);
    await sync.once();
    expect([...store.entries().keys()]).toEqual(["appointment a1"]);
    expect((await sync.pending()).quarantined).toEqual([]);
  });

  const linkAgain = async (clinic: AClinic, place: { placeId: string } = clinic) => {
    const body = { machineId: clinic.machine.machineId };
    const linked = await hub.request("PUT", link(place), { as: await hub.tokens.operator(), body });
    expect(linked.status).toBeLessThan(300);
  };
  const booked = (clinic: AClinic, startAt: string) =>
    asStaff(clinic, "POST", "/v1/appointments", appointmentBody(clinic, { startAt }));
  const starts = (store: AgendaStore) => [...store.entries().values()].map(({ body }) => body.startAt).sort();

  test("what staff wrote meanwhile is there when it is linked again, also what no repair compares", async () => {
    const { clinic, sync, store, edit, types } = await software();
    await edit(anAppointment(clinic, "a1"));
    await sync.once();
    await end(clinic, 1);
    // Whether the hub has anything to say to a machine without a place or not.
    await sync.once().catch(() => undefined);
    await edit(anAppointment(clinic, "a2", { startAt: "2027-03-09T13:00:00-05:00" }));
    await sync.once().catch(() => undefined);
    await booked(clinic, "2027-03-09T11:00:00-05:00");
    await booked(clinic, "2027-06-09T11:00:00-04:00");
    await sync.once().catch(() => undefined);
    expect(starts(store)).toEqual(["2027-03-09T09:00:00-05:00", "2027-03-09T13:00:00-05:00"]);
    await linkAgain(clinic);
    await sync.once();
    expect(starts(store)).toEqual([
      "2027-03-09T09:00:00-05:00",
      "2027-03-09T11:00:00-05:00",
      "2027-03-09T13:00:00-05:00",
      "2027-06-09T11:00:00-04:00",
    ]);
    expect(types().filter((type) => type === "snapshot")).toHaveLength(2);
    expect(await sync.pending()).toEqual({ outbox: [], quarantined: [] });
    expect(await sync.repair()).toEqual([clinic.placeId]);
    expect(types()).not.toContain("differs");
  });

  test("what the agenda removed and named meanwhile is removed and named when it is linked again", async () => {
    const { clinic, sync, store, edit } = await software();
    await edit(anAppointment(clinic, "a1"));
    await edit(aSlot(clinic, "s1"));
    await sync.once();
    await booked(clinic, "2027-03-09T11:00:00-05:00");
    await sync.pull();
    await end(clinic, 1);
    await edit({ objectType: "appointment", id: "a1", body: null });
    await edit({ objectType: "slot", id: "s1", body: null });
    await sync.once();
    expect((await sync.pending()).quarantined.map(({ id }) => id).sort()).toEqual(["L1", "a1", "s1"]);
    await linkAgain(clinic);
    await sync.once();
    expect(await sync.pending()).toEqual({ outbox: [], quarantined: [] });
    const read = (path: string) => hub.request("GET", `/v1/${path}`, { as: clinic.machine.token });
    expect((await read("appointments/by-external-id/a1")).body).toMatchObject({ status: "cancelled" });
    expect((await read("slots/by-external-id/s1")).status).toBe(404);
    expect((await read("appointments/by-external-id/L1")).status).toBe(200);
    expect([...store.entries().keys()]).toEqual(["appointment L1"]);
    expect(await sync.repair()).toEqual([clinic.placeId]);
  });

  test("another place of the establishment is linked: what it held is there, and confirmed with it", async () => {
    const { clinic, sync, store, types } = await software();
    const branch = await aPlace(hub, clinic);
    const { professionalId } = await aProfessional(hub, [branch]);
    const { token } = await anEmployee(hub, branch, { profile: "localAdmin", places: [branch] });
    await sync.once();
    for (const startAt of ["2027-03-10T09:00:00-05:00", "2027-06-10T09:00:00-04:00"]) {
      const body = appointmentBody(clinic, { startAt, placeId: branch.placeId, professionalId });
      expect((await hub.request("POST", "/v1/appointments", { as: token, body })).status).toBe(201);
    }
    await sync.once();
    expect(starts(store)).toEqual([]);
    await linkAgain(clinic, branch);
    expect((await sync.repair()).sort()).toEqual([clinic.placeId, branch.placeId].sort());
    expect(starts(store)).toEqual(["2027-03-10T09:00:00-05:00", "2027-06-10T09:00:00-04:00"]);
    expect(types()).not.toContain("differs");
    // Once: the snapshot's own cursor is behind the link.
    await sync.once();
    expect(types().filter((type) => type === "snapshot")).toHaveLength(2);
  });

  test("what was made and removed before it was read leaves nothing behind", async () => {
    const { clinic, sync, store, events } = await software();
    await sync.once();
    const slot = await asStaff<{ slotId: string; version: number }>(clinic, "POST", "/v1/slots", slotBody(clinic));
    await asStaff(clinic, "DELETE", `/v1/slots/${slot.slotId}`, undefined, slot.version);
    await sync.once();
    expect([...store.entries().keys()]).toEqual([]);
    expect(events.at(-1)).toEqual({ type: "caughtUp", changes: 2 });
  });
});

test("a cursor that is too old: a new snapshot, and what is gone is taken out; not what a place had that is not linked", async () => {
  const clinic = await aClinic(hub);
  let expired = false;
  const {
    sync,
    store,
    edit: keep,
    types,
  } = await software({
    clinic,
    fetch(url, init) {
      if (!expired || !url.includes("/v1/changes")) return hub.app.request(url, init);
      expired = false;
      const problem = { type: "about:blank", title: "", status: 410, code: "CURSOR_EXPIRED" };
      return Response.json(problem, { status: 410, headers: { "content-type": "application/problem+json" } });
    },
  });
  await keep(aSlot(clinic, "s1"));
  await keep(anAppointment(clinic, "a1"));
  await sync.once();
  const { body } = await hub.request<{ slotId: string }>("GET", "/v1/slots/by-external-id/s1", {
    as: clinic.machine.token,
  });
  await asStaff(clinic, "DELETE", `/v1/slots/${body.slotId}`, undefined, 1);
  expired = true;
  await sync.once();
  expect(types().filter((type) => type === "snapshot")).toHaveLength(2);
  expect([...store.entries().keys()]).toEqual(["appointment a1"]);
  const operator = await hub.tokens.operator();
  const link = `/v1/places/${clinic.placeId}/machine-link`;
  expect((await hub.request("DELETE", link, { as: operator, version: 1 })).status).toBe(204);
  expired = true;
  await sync.once().catch(() => undefined);
  expect([...store.entries().keys()]).toEqual(["appointment a1"]);
});

test("run follows by itself, sends what is pushed, takes a wake for a webhook, and ends when it is told to", async () => {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE entry (type TEXT, id TEXT, body TEXT, PRIMARY KEY (type, id))");
  const put = database.prepare("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM entry WHERE type = ? AND id = ?");
  const clinic = await aClinic(hub);
  const store = sqliteStore(database);
  const events: SyncEvent[] = [];
  const heard = new EventTarget();
  const until = async (type: SyncEvent["type"]): Promise<void> => {
    if (!events.some((event) => event.type === type))
      await new Promise((resolve) => heard.addEventListener(type, resolve, { once: true }));
    events.length = 0;
  };
  const sync = createSync({
    client: createClient({
      ...{ baseUrl: "http://hub.test", auth: bearer(clinic.machine.token) },
      fetch: (url, init) => hub.app.request(url, init),
    }),
    store,
    agenda: {
      apply({ objectType, id, object }) {
        if (object === null) remove.run(objectType, id);
        else put.run(objectType, id, JSON.stringify(bodyOf(objectType, object)));
      },
      read: () =>
        database
          .prepare("SELECT type, id, body FROM entry")
          .all()
          // What put wrote.
          .map(({ type, id, body }) => ({ objectType: type, id, body: JSON.parse(String(body)) as object }) as Entry),
    },
    onProgress(event) {
      events.push(event);
      heard.dispatchEvent(new Event(event.type));
    },
    runtime: { now: () => hub.clock.now() },
  });
  const stop = new AbortController();
  const running = sync.run({ signal: stop.signal });
  await until("confirmed");
  const slot = aSlot(clinic, "s1");
  await store.transaction(async (kept) => {
    put.run("slot", "s1", JSON.stringify(slot.body));
    await sync.push(slot, kept);
  });
  await until("pushed");
  const { appointmentId } = await book(clinic, "s1", "2027-03-08T09:15:00-05:00");
  sync.wake();
  await until("applied");
  expect(database.prepare("SELECT id FROM entry ORDER BY id").all()).toMatchObject([
    { id: appointmentId },
    { id: "s1" },
  ]);
  stop.abort();
  await running;
  expect(await sync.repair()).toEqual([clinic.placeId]);
});

describe("a clinic's weeks with everything that goes wrong (test/long has 2,000 of them)", () => {
  test("both sides are equal, no booking is lost, nothing echoes", { timeout: 120_000 }, async () => {
    const { wrong, met } = await liveMany({ hub, sql }, { first: 5_000, seeds: 14 });
    expect(wrong).toEqual({});
    for (const count of Object.values(met)) expect(count).toBeGreaterThanOrEqual(8);
  });

  test("the control fails", { timeout: 120_000 }, async () => {
    const { wrong } = await liveMany({ hub, sql }, { first: 5_000, seeds: 3 }, naiveSync);
    expect(Object.keys(wrong)).toHaveLength(3);
  });
});
