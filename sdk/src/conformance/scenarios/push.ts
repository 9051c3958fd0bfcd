/** The agenda's own: what staff do at the desk is at the hub. */
import { instantsOf, nextClockChange } from "../local-time.ts";
import type { Scenario, Stage } from "../stage.ts";
import { expectExactly, intervalsOf } from "../stage.ts";

const slotsAre = async (stage: Stage, day: string, expected: readonly string[]) =>
  expectExactly("openings at the hub", expected, intervalsOf((await stage.atHub(day)).slots));

const appointmentsAre = async (stage: Stage, day: string, expected: readonly string[]) =>
  expectExactly("appointments at the hub", expected, intervalsOf((await stage.atHub(day)).appointments));

const desk: Scenario = {
  name: "a day at the desk",
  profile: "push",
  checks: [
    ...["REQ-PUSH-01", "REQ-PUSH-02", "REQ-PUSH-03", "REQ-PUSH-04", "REQ-PUSH-05"],
    ...["REQ-PUSH-06", "REQ-PUSH-07", "REQ-PUSH-11", "REQ-PUSH-14"],
  ] as Scenario["checks"],
  async play(stage) {
    const [day, busy] = [stage.day(7), stage.day(8)];
    await stage.open(day, "09:00", "11:00");
    const takenBack = await stage.open(day, "13:00", "15:00");
    await stage.check("REQ-PUSH-01", () =>
      stage.eventually(() => slotsAre(stage, day, ["09:00-11:00", "13:00-15:00"])),
    );
    await stage.check("REQ-PUSH-02", async () => {
      const { slots } = await stage.atHub(day);
      const unnamed = slots.length === 0 || slots.some(({ slot }) => slot.externalId === null);
      return unnamed ? "an opening at the hub has no externalId" : null;
    });

    await stage.adapter.blockOpening(takenBack);
    await stage.check("REQ-PUSH-03", () => stage.eventually(() => slotsAre(stage, day, ["09:00-11:00"])));

    const patient = await stage.patient("Gagnon");
    const unknown = { ...patient, nam: null, lastName: "Lévêque-D’Aoûst", firstName: "Zoë" };
    const booked = await stage.book(day, "09:30", patient);
    await stage.book(day, "10:30", unknown);
    await stage.check("REQ-PUSH-04", () =>
      stage.eventually(async () => {
        const { appointments } = await stage.atHub(day);
        const found = expectExactly(
          "appointments at the hub",
          ["09:30-10:00", "10:30-11:00"],
          intervalsOf(appointments),
        );
        if (found !== null) return found;
        const known = appointments.find(({ from }) => from === "09:30")?.appointment;
        return known?.patient.nam === patient.nam
          ? null
          : "the appointment at 09:30 does not bear the patient's number";
      }),
    );
    await stage.check("REQ-PUSH-11", async () => {
      const { appointments } = await stage.atHub(day);
      const name = appointments.find(({ from }) => from === "10:30")?.appointment.patient.lastName;
      return name === unknown.lastName
        ? null
        : "a name with accents and an apostrophe came otherwise than it was written";
    });

    for (let hour = 8; hour < 20; hour += 1) {
      const from = String(hour).padStart(2, "0");
      await stage.open(busy, `${from}:00`, `${from}:30`);
    }
    await stage.check("REQ-PUSH-07", () =>
      stage.eventually(async () => {
        const count = (await stage.atHub(busy)).slots.length;
        return count === 12 ? null : `12 openings were made, the hub has ${String(count)}`;
      }),
    );

    await stage.check("REQ-PUSH-06", async () => {
      const versions = async () => {
        const { slots, appointments } = await stage.atHub(day);
        const of = [...slots.map(({ slot }) => slot.version), ...appointments.map((it) => it.appointment.version)];
        return of.join();
      };
      const before = await versions();
      if (before === "") return "nothing was pushed, so nothing could be pushed again";
      await stage.sync();
      await stage.sync();
      return (await versions()) === before
        ? null
        : "nothing was changed in the agenda, and the hub was told of changes";
    });

    await stage.check("REQ-PUSH-14", () =>
      stage.eventually(async () => {
        const { placeId } = stage.environment;
        const { confirmedAt } = await stage.hub.operator.machineLinks.get({ placeId });
        if (confirmedAt !== null) return null;
        const tried = stage.proxy.requests.some(({ operationId }) => operationId === "places.confirm");
        return tried ? "places.confirm was refused: the digests differ" : "the place was never confirmed";
      }),
    );

    await stage.adapter.cancelLocally(booked);
    await stage.check("REQ-PUSH-05", () => stage.eventually(() => appointmentsAre(stage, day, ["10:30-11:00"])));
  },
};

const islands: Scenario = {
  name: "a place in another zone",
  profile: "push",
  checks: ["REQ-PUSH-08"],
  timeZone: "America/Halifax",
  async play(stage) {
    const day = stage.day(7);
    await stage.open(day, "09:00", "11:00");
    await stage.check("REQ-PUSH-08", () => stage.eventually(() => slotsAre(stage, day, ["09:00-11:00"])));
  },
};

const clocks: Scenario = {
  name: "clocks change",
  profile: "push",
  checks: ["REQ-PUSH-09", "REQ-PUSH-10"],
  async play(stage) {
    const { timeZone } = stage.environment;
    const today = stage.day(0);
    const [spring, autumn] = [nextClockChange(today, timeZone, "forward"), nextClockChange(today, timeZone, "back")];
    // Seven days before a change, two of them are one.
    for (const day of new Set([stage.day(7), spring, autumn])) await stage.open(day, "09:00", "11:00");
    await stage.check("REQ-PUSH-09", () =>
      stage.eventually(
        async () =>
          (await slotsAre(stage, stage.day(7), ["09:00-11:00"])) ??
          (await slotsAre(stage, spring, ["09:00-11:00"])) ??
          (await slotsAre(stage, autumn, ["09:00-11:00"])),
      ),
    );

    const ref = await stage.book(autumn, "01:30", await stage.patient("Gagnon"));
    await stage.check("REQ-PUSH-10", () =>
      stage.eventually(async () => {
        const { appointments } = await stage.atHub(autumn);
        const [first] = instantsOf(autumn, "01:30", timeZone);
        const booked = appointments.map(({ appointment }) => Date.parse(appointment.startAt));
        if (booked.length === 0) return "the appointment at 01:30 of the night with two did not come";
        return booked.includes(first?.getTime() ?? 0) ? null : "the appointment at 01:30 is at the second of the two";
      }),
    );
    await stage.adapter.cancelLocally(ref);
  },
};

const refused: Scenario = {
  name: "one line is refused",
  profile: "push",
  checks: ["REQ-PUSH-12"],
  async play(stage) {
    const day = stage.day(7);
    await stage.open(stage.day(-2), "09:00", "10:00");
    await stage.open(day, "09:00", "10:00");
    await stage.check("REQ-PUSH-12", () => stage.eventually(() => slotsAre(stage, day, ["09:00-10:00"])));
  },
};

const meanwhile: Scenario = {
  name: "staff wrote at the hub meanwhile",
  profile: "push",
  checks: ["REQ-PUSH-13"],
  async play(stage) {
    const day = stage.day(7);
    const ref = await stage.book(day, "14:00", await stage.patient("Gagnon"));
    await stage.eventually(() => appointmentsAre(stage, day, ["14:00-14:30"]));
    const [booked] = (await stage.atHub(day)).appointments;
    if (booked) {
      const { appointmentId, version } = booked.appointment;
      const body = { clinicNote: "Apporter les résultats." };
      await stage.clinic.staff.appointments.update({ appointmentId, ifMatch: version, body });
    }
    await stage.adapter.cancelLocally(ref);
    await stage.check("REQ-PUSH-13", () =>
      stage.eventually(async () =>
        booked ? appointmentsAre(stage, day, []) : "the appointment never came to the hub",
      ),
    );
  },
};

export const pushScenarios: readonly Scenario[] = [desk, islands, clocks, refused, meanwhile];
