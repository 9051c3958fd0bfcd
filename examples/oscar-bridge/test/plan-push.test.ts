import { describe, expect, it } from "vitest";
import { runsOf } from "../src/agenda.ts";
import { isPast, type PushPlan, planPush } from "../src/plan-push.ts";
import { readExport } from "../src/read-export.ts";
import {
  autumnChange,
  blancSablonWeek,
  booked,
  emptyAgenda,
  halifaxWeek,
  madeUpExports,
  malformedRows,
  missingTemplate,
  nothingAtAll,
  ordinaryWeek,
  scheduled,
  sharedNam,
  slotUnderWay,
  springGap,
} from "./exports.ts";
import { exampleData, written } from "./folders.ts";
import { type Recipe, timecode } from "./recipe.ts";

function planOf(recipe: Recipe, clock?: string): PushPlan {
  const exported = written(recipe);
  return planPush(exported, clock === undefined ? exported.config.clock : new Date(clock));
}

/** `externalId start end` of the slots of one date. */
function slotsOn(plan: PushPlan, date: string): string[] {
  return plan.slots
    .filter((slot) => slot.externalId.includes(date))
    .map((slot) => `${slot.externalId} ${slot.startAt} ${slot.endAt}`);
}

describe("the example's own data", () => {
  const exported = readExport(exampleData);
  const { clock } = exported.config;
  const plan = planPush(exported, clock);

  it("gives the figures the issue gives", () => {
    expect({
      services: plan.services.length,
      slots: plan.slots.length,
      skippedPast: plan.skippedPast.length,
      notExisting: plan.notExisting.length,
      read: plan.appointmentsRead,
      toPush: plan.appointments.length,
      cancelledUnknown: plan.cancelledUnknown.length,
      malformed: plan.malformed.length,
    }).toEqual({
      ...{ services: 10, slots: 135, skippedPast: 29, notExisting: 0 },
      ...{ read: 337, toPush: 311, cancelledUnknown: 26, malformed: 0 },
    });
  });

  it("holds 7 future appointments without a phone (APPT-23), and 52 past ones", () => {
    const withoutPhone = plan.appointments.filter(
      ({ patient, startAt }) => !isPast({ startAt }, clock) && !patient.homePhone && !patient.mobilePhone,
    );
    expect(withoutPhone).toHaveLength(7);
    expect(plan.appointments.filter((appointment) => isPast(appointment, clock))).toHaveLength(52);
  });

  it("says an appointment as the hub takes it", () => {
    expect(plan.appointments.find((each) => each.externalId === "66")).toEqual({
      externalId: "66",
      professionalNumber: "104217",
      startAt: "2027-03-04T15:30:00-05:00",
      durationMinutes: 15,
      attendance: "unconfirmed",
      patient: {
        nam: "ONEJ04122006",
        firstName: "Jean-Philippe",
        lastName: "O'Neill",
        sex: "M",
        birthDate: "2004-12-20",
        homePhone: "418-555-0117",
        mobilePhone: "581-555-0161",
        email: null,
      },
      communicationModes: ["sms", "phone"],
      communicationLanguage: "fr",
      clinicNote: "vaccin\napporter liste de médicaments",
    });
    expect(plan.appointments.find((each) => each.externalId === "43")?.clinicNote).toBeNull();
    expect(plan.appointments.find((each) => each.externalId === "62")?.communicationModes).toEqual(["email"]);
  });

  it("says a slot as the hub takes it, on both sides of the clock change", () => {
    expect(plan.slots.find((slot) => slot.externalId === "101-2027-03-12-0800")).toEqual({
      externalId: "101-2027-03-12-0800",
      professionalNumber: "104217",
      serviceKey: "104217/GMF/minorEmergency/15",
      startAt: "2027-03-12T08:00:00-05:00",
      endAt: "2027-03-12T09:00:00-05:00",
      visibility: "public",
      openFrom: "2027-03-12T06:00:00-05:00",
    });
    expect(slotsOn(plan, "101-2027-03-14")).toEqual([
      "101-2027-03-14-1000 2027-03-14T10:00:00-04:00 2027-03-14T14:00:00-04:00",
    ]);
  });

  it("registers the insured persons, 55 of 60 patients, with the professional who follows them", () => {
    expect(plan.insuredPersons).toHaveLength(55);
    expect(plan.insuredPersons[0]).toMatchObject({
      nam: "OUEA24561202",
      language: "en",
      ownProfessionalNumber: "810335",
    });
    expect(plan.insuredPersons.find((person) => person.nam === "GAUO38581504")?.ownProfessionalNumber).toBeNull();
    expect(plan.sharedNams).toEqual([]);
  });
});

describe.each(Object.entries(madeUpExports))("%s", (_, recipe) => {
  const plan = planOf(recipe());

  it("accounts for every row of appointment.csv", () => {
    const malformed = plan.malformed.filter((row) => row.file === "appointment.csv").length;
    expect(plan.appointments.length + plan.cancelledUnknown.length + malformed).toBe(plan.appointmentsRead);
  });

  it("has one name per slot and appointment, and a service for each slot", () => {
    const names = [...plan.slots, ...plan.appointments].map((each) => each.externalId);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(plan.slots.map((slot) => slot.serviceKey))).toEqual(new Set(plan.services.map(({ key }) => key)));
    const meanings = plan.services.map(({ key: _key, ...meaning }) => JSON.stringify(meaning));
    expect(new Set(meanings).size).toBe(meanings.length);
  });

  it("ends every slot after its start", () => {
    expect(plan.slots.every((slot) => Date.parse(slot.endAt) > Date.parse(slot.startAt))).toBe(true);
  });
});

it("merges neighbours of one code into one run, and no others", () => {
  const runs = runsOf([...timecode("00:00-01:00=U", "01:00-01:15=C", "23:45-24:00=U")]);
  expect(runs.filter((run) => run.code !== "_")).toEqual([
    { code: "U", from: 0, to: 60 },
    { code: "C", from: 60, to: 75 },
    { code: "U", from: 1425, to: 1440 },
  ]);
});

describe("the clock", () => {
  const oneSlot: Recipe = { ...ordinaryWeek(), dates: [scheduled(1, "2027-06-09", "203", "P:Walk-in")] };

  it.each([
    ["2027-06-09T11:59:59-04:00", 2, 0],
    ["2027-06-09T12:00:00-04:00", 2, 0],
    ["2027-06-09T12:00:01-04:00", 1, 1],
    ["2027-06-09T16:30:01-04:00", 0, 2],
  ])("at %s: %i pushed and %i past of runs ending 12:00 and 16:30 (SLOT-04)", (clock, pushed, past) => {
    const plan = planOf(oneSlot, clock);
    expect([plan.slots.length, plan.skippedPast.length]).toEqual([pushed, past]);
  });

  it("counts the services of pushed slots only", () => {
    expect(planOf(oneSlot, "2027-06-09T12:00:00-04:00").services).toHaveLength(1);
    expect(planOf(oneSlot, "2027-06-10T00:00:00-04:00").services).toEqual([]);
  });

  it("pushes a slot under way whole, and one that ends now", () => {
    expect(slotsOn(planOf(slotUnderWay()), "2027-06-09")).toEqual([
      "201-2027-06-09-0800 2027-06-09T08:00:00-04:00 2027-06-09T12:00:00-04:00",
      "201-2027-06-09-1300 2027-06-09T13:00:00-04:00 2027-06-09T15:00:00-04:00",
      "201-2027-06-09-1500 2027-06-09T15:00:00-04:00 2027-06-09T16:00:00-04:00",
      "202-2027-06-09-1300 2027-06-09T13:00:00-04:00 2027-06-09T14:00:00-04:00",
      "202-2027-06-09-1400 2027-06-09T14:00:00-04:00 2027-06-09T15:00:00-04:00",
      "202-2027-06-09-1500 2027-06-09T15:00:00-04:00 2027-06-09T15:30:00-04:00",
      "203-2027-06-09-0900 2027-06-09T09:00:00-04:00 2027-06-09T12:00:00-04:00",
      "203-2027-06-09-1230 2027-06-09T12:30:00-04:00 2027-06-09T16:30:00-04:00",
    ]);
  });

  it("takes an appointment that starts now as not past", () => {
    const startAt = "2027-06-09T09:00:00-04:00";
    expect(isPast({ startAt }, new Date(startAt))).toBe(false);
    expect(isPast({ startAt }, new Date("2027-06-09T13:00:01Z"))).toBe(true);
  });
});

describe("other zones", () => {
  it("reads local times in America/Halifax", () => {
    const plan = planOf(halifaxWeek());
    expect(slotsOn(plan, "203-2027-06-09")).toEqual([
      "203-2027-06-09-1230 2027-06-09T12:30:00-03:00 2027-06-09T16:30:00-03:00",
    ]);
    expect(plan.slots.find((slot) => slot.openFrom)?.openFrom).toBe("2027-06-09T06:00:00-03:00");
    expect([plan.slots.length, plan.skippedPast.length]).toEqual([21, 24]);
  });

  it("keeps one time all year in America/Blanc-Sablon", () => {
    const plan = planOf(blancSablonWeek());
    expect(slotsOn(plan, "203-2027-11-07")).toEqual([
      "203-2027-11-07-0900 2027-11-07T09:00:00-04:00 2027-11-07T12:00:00-04:00",
      "203-2027-11-07-1230 2027-11-07T12:30:00-04:00 2027-11-07T16:30:00-04:00",
    ]);
  });
});

describe("the night clocks go back", () => {
  const plan = planOf(autumnChange());

  it("starts at the first of two, ends where the next run begins, and lets the repeated hour count", () => {
    expect(slotsOn(plan, "2027-11-07")).toEqual([
      "201-2027-11-07-0000 2027-11-07T00:00:00-04:00 2027-11-07T04:00:00-05:00",
      "202-2027-11-07-0030 2027-11-07T00:30:00-04:00 2027-11-07T01:30:00-04:00",
      "202-2027-11-07-0130 2027-11-07T01:30:00-04:00 2027-11-07T02:00:00-05:00",
      "203-2027-11-07-0100 2027-11-07T01:00:00-04:00 2027-11-07T01:45:00-04:00",
      "203-2027-11-07-2300 2027-11-07T23:00:00-05:00 2027-11-08T00:00:00-05:00",
    ]);
  });

  it("takes an appointment in the repeated hour as the first, unless its note names the other offset", () => {
    const starts = plan.appointments
      .filter((each) => Number(each.externalId) > 100)
      .map((each) => [each.externalId, each.startAt, each.durationMinutes, each.clinicNote]);
    expect(starts).toEqual([
      ["101", "2027-11-07T00:30:00-04:00", 15, "suivi"],
      ["102", "2027-11-07T01:30:00-04:00", 15, "suivi"],
      ["103", "2027-11-07T01:30:00-05:00", 15, "suivi\nà jeun"],
      ["104", "2027-11-07T01:45:00-04:00", 30, "suivi"],
      ["105", "2027-11-07T02:00:00-05:00", 15, "suivi"],
    ]);
  });

  it("takes such a note for what it is anywhere else: words", () => {
    const appointments = [booked(1, "201", "2027-06-09", "09:00", "09:14", 1, "t", "[UTC-09:00]")];
    const [appointment] = planOf({ ...ordinaryWeek(), appointments }).appointments;
    expect(appointment?.startAt).toBe("2027-06-09T09:00:00-04:00");
  });
});

describe("the night clocks go forward", () => {
  const plan = planOf(springGap());

  it("offers no run whose start does not exist, and names it", () => {
    expect(plan.notExisting).toEqual([
      { line: 17, externalId: "201-2027-03-14-0200" },
      { line: 18, externalId: "202-2027-03-14-0230" },
    ]);
  });

  it("ends a run inside the gap when the gap does", () => {
    expect(slotsOn(plan, "2027-03-14")).toEqual([
      "201-2027-03-14-0400 2027-03-14T04:00:00-04:00 2027-03-14T05:00:00-04:00",
      "202-2027-03-14-0100 2027-03-14T01:00:00-05:00 2027-03-14T03:00:00-04:00",
      "202-2027-03-14-0300 2027-03-14T03:00:00-04:00 2027-03-14T04:00:00-04:00",
      "203-2027-03-14-0130 2027-03-14T01:30:00-05:00 2027-03-14T03:30:00-04:00",
    ]);
  });

  it("leaves aside an appointment that cannot start, and keeps the minutes of one across the gap", () => {
    expect(plan.malformed).toEqual([{ file: "appointment.csv", line: 32, code: "LOCAL_TIME_DOES_NOT_EXIST" }]);
    expect(plan.appointments.find((each) => each.externalId === "102")).toMatchObject({
      startAt: "2027-03-14T01:45:00-05:00",
      durationMinutes: 30,
    });
  });

  it("opens at the end of the gap what was to open inside it", () => {
    const base = springGap();
    const usual = base.codes.U;
    const codes = { ...base.codes, U: { ...usual, openFrom: { daysBefore: 0, time: "02:30" } } };
    const slot = planOf({ ...base, codes }).slots.find((each) => each.externalId === "202-2027-03-14-0300");
    expect(slot?.openFrom).toBe("2027-03-14T03:00:00-04:00");
  });
});

it("plans an agenda without appointments, and one without anything", () => {
  const empty = planOf(emptyAgenda());
  expect([empty.slots.length, empty.appointmentsRead, empty.appointments]).toEqual([27, 0, []]);
  const nothing = planOf(nothingAtAll());
  expect([nothing.services, nothing.slots, nothing.skippedPast]).toEqual([[], [], []]);
  expect(nothing.professionals).toHaveLength(3);
});

it("goes on without the dates whose template is missing", () => {
  const plan = planOf(missingTemplate());
  expect([plan.slots.length, plan.skippedPast.length, plan.appointments.length]).toEqual([12, 8, 25]);
});

it("offers nothing for a code that bridge.json does not list", () => {
  const { U: _U, C: _C, ...codes } = ordinaryWeek().codes;
  const plan = planOf({ ...ordinaryWeek(), codes });
  expect(new Set(plan.slots.map((slot) => slot.serviceKey))).toEqual(
    new Set(["121212/MF/regular/15", "131313/MF/periodic/30", "131313/GMF/minorEmergency/15"]),
  );
});

it("sends a slot no service of its own when two codes mean the same", () => {
  const plan = planOf({ ...ordinaryWeek(), dates: [scheduled(1, "2027-06-10", "203", "P:Walk-in")] });
  expect(plan.slots).toHaveLength(2);
  expect(plan.services.map((service) => service.key)).toEqual(["818181/GEN/minorEmergency/15"]);
});

it("takes two rows of provider.csv with one practice number as one professional", () => {
  const base = ordinaryWeek();
  const again = ["209", "Cyr", "Hélène", "doctor", "", "121212"];
  const plan = planOf({
    ...base,
    providers: [...base.providers, again],
    dates: [scheduled(1, "2027-06-10", "209", "P:Walk-in")],
  });
  expect(plan.professionals.map((each) => each.professionalNumber)).toEqual(["121212", "131313", "818181"]);
  expect(plan.slots.map((slot) => `${slot.externalId} ${slot.professionalNumber}`)).toEqual([
    "209-2027-06-10-0900 121212",
    "209-2027-06-10-1230 121212",
  ]);
});

it("gives one person with two charts to the lowest number", () => {
  const plan = planOf(sharedNam());
  expect(plan.sharedNams).toEqual([{ demographicNos: ["4", "77"], receivedBy: "4" }]);
  expect(plan.insuredPersons).toHaveLength(47);
});

it("pushes nothing of what is malformed or cancelled", () => {
  const plan = planOf(malformedRows());
  expect(plan.cancelledUnknown).toEqual(["5", "11", "17", "23", "29"]);
  expect(plan.appointments.map((each) => each.externalId).slice(-3)).toEqual(["114", "116", "117"]);
});
