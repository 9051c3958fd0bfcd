import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createClient, privateKeyJwt } from "@arrimage/sdk";
import { createSandboxClient } from "@arrimage/sdk/sandbox";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startSandboxHub } from "@arrimage/api/test/sandbox-hub.ts";
import type { SandboxHub } from "@arrimage/api/test/sandbox-hub.ts";

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
let hub: SandboxHub | undefined;

beforeAll(async () => {
  hub = await startSandboxHub({ clock: "2027-03-01T08:00:00-05:00" });
});
afterAll(async () => hub?.stop());

beforeEach(async () => {
  await sandbox().sandbox.reset({ body: {} });
});

const baseUrl = () => hub?.url ?? "";
const sandbox = () => createSandboxClient({ baseUrl: baseUrl() });

async function imported(...files: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=arrimage-source", path("src/import.ts"), ...files],
    {
      env: { ...process.env, HUB: hub?.url },
    },
  );
  return stdout.trim().split("\n");
}

test("a calendar becomes slots, and again nothing changes", async () => {
  const told = ["remark     unknownZone: Customized Time Zone", "left out   2027-03-05 overMidnight"];
  // The calendar is the agenda: the hours that the sandbox begins with are in none.
  const first = await imported();
  expect(first).toEqual([...told, "created    13 slots", expect.stringMatching(/^removed {4}\d+ slots$/)]);
  expect(await imported()).toEqual([...told, "unchanged  13 slots"]);
});

test("what is no longer in the calendar is withdrawn, and who has booked stays", async () => {
  const folder = await mkdtemp(join(tmpdir(), "arrimage-ics-"));
  const file = join(folder, "calendar.ics");
  const series = (...more: string[]) => [
    ...["BEGIN:VEVENT", "UID:series", "DTSTART;TZID=America/Toronto:20270308T090000", "DURATION:PT1H"],
    ...["RRULE:FREQ=WEEKLY;COUNT=3", ...more, "END:VEVENT"],
  ];
  const single = [
    ...["BEGIN:VEVENT", "UID:single", "DTSTART;TZID=America/Toronto:20270309T090000", "DURATION:PT1H", "END:VEVENT"],
  ];
  const write = (...events: string[][]) =>
    writeFile(file, ["BEGIN:VCALENDAR", "VERSION:2.0", ...events.flat(), "END:VCALENDAR"].join("\r\n"));
  await write(series(), single);
  expect((await imported(file))[0]).toBe("created    4 slots");

  const { machines } = await sandbox().sandboxMachines.list();
  const [{ machineId = "", privateKey } = {}] = machines.filter(({ name }) => name === "agenda-plus");
  if (privateKey === undefined) throw new Error("no machine");
  const agenda = createClient({ baseUrl: baseUrl(), auth: privateKeyJwt({ clientId: machineId, privateKey }) });
  const [place] = await agenda.places.list().collect({ max: 1 });
  const [professional] = await agenda.professionals.list({ placeId: place?.placeId ?? "" }).collect({ max: 1 });
  const offered = { placeId: place?.placeId ?? "", professionalId: professional?.professionalId ?? "" };
  const startsOf = async () => {
    const from = { from: "2027-03-02T00:00:00-05:00" };
    return (await agenda.slots.list({ ...offered, ...from }).collect({ max: 10 })).map(({ startAt }) => startAt).sort();
  };
  expect(await startsOf()).toHaveLength(4);
  const { appointmentId } = await agenda.appointments.create({
    body: {
      ...{ ...offered, startAt: "2027-03-09T09:00:00-05:00", durationMinutes: 15 },
      patient: { firstName: "Alice", lastName: "Roy", sex: "F", birthDate: "1980-06-15", homePhone: "418-555-0192" },
      communicationModes: ["phone"],
    },
  });

  await write(series("EXDATE;TZID=America/Toronto:20270315T090000"));
  expect(await imported(file)).toEqual(["unchanged  2 slots", "removed    2 slots"]);
  expect(await startsOf()).toEqual(["2027-03-08T09:00:00-05:00", "2027-03-22T09:00:00-04:00"]);
  expect(await agenda.appointments.get({ appointmentId })).toMatchObject({ status: "active" });
  await rm(folder, { recursive: true });
});
