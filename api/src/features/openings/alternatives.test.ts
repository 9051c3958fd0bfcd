import { afterAll, beforeAll, expect, test } from "vitest";
import { aRegistration, citizenFacts } from "../../../test/a-registration.ts";
import { insertAppointments } from "../../../test/agenda-rows.ts";
import { aClinic, aProfessional, aService } from "../../../test/factories.ts";
import type { AClinic, AProfessional } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { listAlternatives } from "./alternatives.ts";
import type { AlternativesWanted } from "./alternatives.ts";
import { refreshOpenings } from "./store.ts";

let hub: TestHub;

beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const at = (time: string, day = "2027-03-08") => Date.parse(`${day}T${time}:00-05:00`);

/** A physician with twenty-minute openings from 9:00 to 11:00 on two days, two hours of them. */
async function anAgenda(fields: { clinic?: AClinic; professional?: AProfessional; service?: object } = {}) {
  const clinic =
    fields.clinic ?? (await aClinic(hub, { establishment: { isGmf: true, gmfNumber: `03-${String(hub.count())}` } }));
  const professional = fields.professional ?? (await aProfessional(hub, [clinic.place]));
  const { professionalId } = professional;
  const service = await aService(hub, professional, {
    durationMinutes: 20,
    consultationReason: "regular",
    ...fields.service,
  });
  for (const day of ["2027-03-08", "2027-03-10"]) {
    const body = {
      ...{ professionalId, placeId: clinic.placeId, serviceIds: [service.serviceId], visibility: "public" },
      ...{ startAt: `${day}T09:00:00-05:00`, endAt: `${day}T11:00:00-05:00` },
    };
    expect((await hub.request("POST", "/v1/slots", { as: clinic.admin.token, body })).status).toBe(201);
  }
  return { clinic, professional };
}

type Agenda = Awaited<ReturnType<typeof anAgenda>>;

function lost(
  { clinic, professional }: Agenda,
  time: string,
  change: Partial<AlternativesWanted> = {},
): AlternativesWanted {
  return {
    citizen: { ...citizenFacts(), namIndex: "v1:nobody" },
    question: {
      asker: "citizen",
      cascade: "3",
      reason: "regular",
      inactiveReasons: [],
      nearby: null,
      professionalId: null,
    },
    lost: {
      ...{ establishmentId: clinic.establishmentId, professionalId: professional.professionalId },
      ...{ placeId: clinic.placeId, startAt: at(time) },
    },
    ...change,
  };
}

/** The day and time of what is offered, for each who lost. */
async function alternatives({ clinic }: Agenda, ...wanted: AlternativesWanted[]): Promise<string[][]> {
  const lists = await hub.write([clinic.establishmentId], (tx) => listAlternatives(tx, wanted, hub.clock.now()));
  return lists.map((list) => list.map(({ startAt }) => startAt.slice(8, 16)));
}

async function book({ clinic, professional }: Agenda, ...times: string[]): Promise<void> {
  const { establishmentId, placeId } = clinic;
  const { professionalId } = professional;
  await hub.write([establishmentId], async (tx) => {
    for (const time of times) {
      const span = { establishmentId, professionalId, startAt: at(time), endAt: at(time) + 1_200_000 };
      const appointmentId = hub.deps.ids.next("apt", 0);
      await insertAppointments(tx, [
        { ...span, appointmentId, placeId, seat: 1, status: "active", attendance: "unconfirmed" },
      ]);
      await refreshOpenings(tx, [span]);
    }
  });
}

test("design, decisions 4: up to three, nearest to the lost start first, the earlier first when equally near", async () => {
  const agenda = await anAgenda();
  await book(agenda, "10:00");
  expect(await alternatives(agenda, lost(agenda, "10:00"))).toEqual([["08T09:40", "08T10:20", "08T09:20"]]);
});

test("CASC-24 none that is taken, held or past", async () => {
  const agenda = await anAgenda();
  await book(agenda, "09:40", "10:00", "10:20");
  expect(await alternatives(agenda, lost(agenda, "10:00"))).toEqual([["08T09:20", "08T10:40", "08T09:00"]]);
  const { establishmentId, placeId } = agenda.clinic;
  const { professionalId } = agenda.professional;
  await hub.write([establishmentId], async (tx) => {
    await tx.sql`
      INSERT INTO hold (establishment_id, hold_id, professional_id, place_id, start_at, end_at, owner_type, owner_id,
        expires_at, version, created_at)
      VALUES (${establishmentId}, ${hub.deps.ids.next("hld", 0)}, ${professionalId}, ${placeId}, ${at("09:20")},
        ${at("09:40")}, 'citizen', 'v1:other', ${hub.clock.now() + 300_000}, 1, ${hub.clock.now()})`;
    await refreshOpenings(tx, [{ establishmentId, professionalId, startAt: at("09:20"), endAt: at("09:40") }]);
  });
  expect(await alternatives(agenda, lost(agenda, "10:00"))).toEqual([["08T10:40", "08T09:00", "10T09:00"]]);
  hub.clock.moveTo("2027-03-08T10:30:00-05:00");
  expect(await alternatives(agenda, lost(agenda, "10:00"))).toEqual([["08T10:40", "10T09:00", "10T09:20"]]);
  hub.clock.moveTo("2027-03-01T07:00:00-05:00");
});

test("APPT-11 none on a day when this citizen has an appointment", async () => {
  const agenda = await anAgenda();
  const namIndex = "v1:booked-that-day";
  await hub.write([], (tx) => tx.sql`INSERT INTO citizen_day VALUES (${namIndex}, '2027-03-08', 1)`);
  const citizen = { ...citizenFacts(), namIndex };
  expect(await alternatives(agenda, lost(agenda, "10:00", { citizen }), lost(agenda, "10:00"))).toEqual([
    ["10T09:00", "10T09:20", "10T09:40"],
    ["08T10:00", "08T09:40", "08T10:20"],
  ]);
});

test("SVC-05 SVC-09 REASON-09 only what this citizen may book: cascade, reason and age", async () => {
  const general = await anAgenda();
  const { clinic } = general;
  const physician = await anAgenda({ clinic, service: { type: "MF" } });
  await book(general, "10:00");
  expect(await alternatives(general, lost(general, "10:00"))).toEqual([["08T09:40", "08T10:20", "08T09:20"]]);
  const { practiceNumber } = physician.professional;
  const citizen = {
    ...citizenFacts({ registration: aRegistration({ practiceNumber }) }),
    namIndex: "v1:patient",
  };
  const own = lost(physician, "10:00", {
    citizen,
    question: {
      asker: "citizen",
      cascade: "1",
      reason: "regular",
      inactiveReasons: [],
      nearby: null,
      professionalId: null,
    },
  });
  const offered = await hub.write([clinic.establishmentId], (tx) => listAlternatives(tx, [own], hub.clock.now()));
  expect(new Set(offered[0]?.map(({ professionalId }) => professionalId))).toEqual(
    new Set([physician.professional.professionalId]),
  );
  const other = lost(general, "10:00", {
    question: {
      asker: "citizen",
      cascade: "3",
      reason: "pregnancy",
      inactiveReasons: [],
      nearby: null,
      professionalId: null,
    },
  });
  // Six on the second day only.
  const child = { ...citizenFacts({ birthDate: "2021-03-10" }), namIndex: "v1:child" };
  expect(await alternatives(general, other, lost(general, "10:00", { citizen: child }))).toEqual([
    [],
    ["10T09:00", "10T09:20", "10T09:40"],
  ]);
});

test("OPT-07 SLOT-22 none beyond the limit in weeks, none that is not open yet", async () => {
  const agenda = await anAgenda();
  const { establishmentId } = agenda.clinic;
  const { professionalId } = agenda.professional;
  const set = (statement: string) => hub.write([establishmentId], (tx) => tx.sql.unsafe(statement, [professionalId]));
  await set("UPDATE professional SET limit_future_booking = true, max_weeks = 1 WHERE professional_id = $1");
  expect(await alternatives(agenda, lost(agenda, "10:00"))).toEqual([[]]);
  await set("UPDATE professional SET max_weeks = 2 WHERE professional_id = $1");
  expect(await alternatives(agenda, lost(agenda, "10:00"))).toEqual([["08T10:00", "08T09:40", "08T10:20"]]);
  await set("UPDATE opening SET open_from = '2027-03-07T12:00:00Z' WHERE professional_id = $1");
  expect(await alternatives(agenda, lost(agenda, "10:00"))).toEqual([[]]);
});

test("PLACE-27 a masked cascade's alternatives are masked", async () => {
  const clinic = await aClinic(hub, { place: { maskGen: true } });
  const agenda = await anAgenda({ clinic });
  const [list] = await hub.write([clinic.establishmentId], (tx) =>
    listAlternatives(tx, [lost(agenda, "10:00")], hub.clock.now()),
  );
  expect(list?.map(({ professionalId, professionalName }) => [professionalId, professionalName])).toEqual([
    [null, null],
    [null, null],
    [null, null],
  ]);
});

test("the nearest may be a colleague's at the same place; nothing of another place or establishment", async () => {
  const agenda = await anAgenda();
  await anAgenda();
  const colleague = await anAgenda({ clinic: agenda.clinic });
  await book(agenda, "10:00");
  const offered = await hub.write([agenda.clinic.establishmentId], (tx) =>
    listAlternatives(tx, [lost(agenda, "10:00")], hub.clock.now()),
  );
  expect(offered[0]?.map(({ professionalId, startAt }) => [professionalId, startAt.slice(11, 16)])[0]).toEqual([
    colleague.professional.professionalId,
    "10:00",
  ]);
  expect(new Set(offered[0]?.map(({ placeId }) => placeId))).toEqual(new Set([agenda.clinic.placeId]));
});

test("nobody has lost anything: nothing is read", async () => {
  expect(await hub.write([], (tx) => listAlternatives(tx, [], hub.clock.now()))).toEqual([]);
});
