/** The hub in trouble, or away: nothing is lost, nothing is done twice, nobody storms. */
import { setTimeout as sleep } from "node:timers/promises";
import { invalidToken, problem, tooManyRequests, unavailable } from "../faults.ts";
import type { Fault } from "../faults.ts";
import type { RecordedRequest } from "../requests.ts";
import type { Finding, Scenario, Stage } from "../stage.ts";
import { compareDay, expectExactly, intervalsOf, standing } from "../stage.ts";
import { writesAppointment } from "./book.ts";
import { appointmentsShown, offer } from "./pull.ts";

const SLOT_WRITES = new Set(["slots.create", "slots.upsertByExternalId", "slots.batch", "agendas.replaceWindow"]);
const writesSlot = ({ operationId }: RecordedRequest): boolean => SLOT_WRITES.has(operationId ?? "");

/** Timers and sockets are not exact: a request this much too early is not. */
const TOLERANCE = 60;

const bookedAtHub = async (stage: Stage, day: string, expected: readonly string[]): Promise<Finding> =>
  expectExactly("appointments at the hub", expected, intervalsOf((await stage.atHub(day)).appointments));

/** What was answered so is not sent again before `seconds` have gone by. */
function waited(requests: readonly RecordedRequest[], status: number, seconds: number): Finding {
  const told = requests.find((request) => request.faulted && request.status === status);
  if (!told) return `the request that was to be answered ${String(status)} was never sent`;
  const again = requests.find(
    ({ number, method, path }) => number > told.number && method === told.method && path === told.path,
  );
  const early = again !== undefined && again.at - told.at < seconds * 1_000 - TOLERANCE;
  return early ? `answered ${String(status)} with Retry-After: ${String(seconds)}, it asked again before that` : null;
}

const told: Scenario = {
  name: "told to wait",
  profile: "resilience",
  checks: ["REQ-RES-01", "REQ-RES-02"],
  async play(stage) {
    const day = stage.day(9);
    for (const [id, at, status, fault] of [
      ["REQ-RES-01", "09:00", 429, tooManyRequests(1)],
      ["REQ-RES-02", "10:00", 503, unavailable(1)],
    ] as const) {
      stage.proxy.add({ matches: writesAppointment, fault, times: 1 });
      await stage.book(day, at, await stage.patient("Gagnon"));
      await stage.check(id, async () => {
        const delivered = await stage.eventually(async () => {
          const { appointments } = await stage.atHub(day);
          return appointments.some(({ from }) => from === at)
            ? null
            : `the booking that met ${String(status)} never came`;
        });
        return waited(stage.proxy.requests, status, 1) ?? delivered;
      });
    }
  },
};

const onTheWay: Scenario = {
  name: "lost on the way",
  profile: "resilience",
  checks: ["REQ-RES-03", "REQ-RES-04", "REQ-RES-05"],
  async play(stage) {
    const day = stage.day(9);
    const booked: string[] = [];
    const meets = async (fault: Fault, from: string, to: string): Promise<Finding> => {
      const rule = stage.proxy.add({ matches: writesAppointment, fault, times: 1 });
      await stage.book(day, from, await stage.patient("Gagnon"));
      booked.push(`${from}-${to}`);
      const finding = await stage.eventually(async () => {
        const { appointments } = await stage.atHub(day);
        const there = intervalsOf(appointments.filter((it) => it.from === from));
        return expectExactly("appointments at the hub", [`${from}-${to}`], there);
      });
      rule.remove();
      return finding ?? (rule.met === 0 ? "the write that was to fail on its way was never sent" : null);
    };

    stage.proxy.add({ matches: writesSlot, fault: { kind: "lostResponse" }, times: 1 });
    await stage.open(day, "14:00", "16:00");
    await stage.check("REQ-RES-03", async () => {
      const slots = await stage.eventually(async () =>
        expectExactly("openings at the hub", ["14:00-16:00"], intervalsOf((await stage.atHub(day)).slots)),
      );
      const appointments = await meets({ kind: "lostResponse" }, "09:00", "09:30");
      return slots ?? appointments ?? appointmentsShown(stage, day, booked);
    });
    await stage.check("REQ-RES-04", () => meets({ kind: "reset" }, "10:00", "10:30"));
    await stage.check("REQ-RES-05", async () => {
      const internal = await meets(problem(500, "INTERNAL"), "11:00", "11:30");
      return internal ?? meets(badGateway, "12:00", "12:30");
    });
  },
};

/** What a load balancer says: no problem document. */
const badGateway: Fault = {
  kind: "answer",
  status: 502,
  headers: { "content-type": "text/html" },
  body: "<html><body>502 Bad Gateway</body></html>",
};

const tokens: Scenario = {
  name: "its token is refused",
  profile: "resilience",
  checks: ["REQ-RES-06"],
  async play(stage) {
    const day = stage.day(9);
    await offer(stage, day, "14:00", "16:00");
    const old = new Set(stage.proxy.requests.map(({ headers }) => headers["authorization"]));
    stage.proxy.add({
      matches: ({ path, headers }) => path.startsWith("/v1/") && old.has(headers["authorization"]),
      fault: invalidToken(),
    });
    await stage.book(day, "09:00", await stage.patient("Gagnon"));
    await stage.check("REQ-RES-06", () => stage.eventually(() => bookedAtHub(stage, day, ["09:00-09:30"])));
  },
};

const away: Scenario = {
  name: "the hub is away",
  profile: "resilience",
  checks: ["REQ-RES-07", "REQ-RES-08", "REQ-RES-09"],
  async play(stage) {
    const day = stage.day(9);
    await offer(stage, day, "14:00", "16:00");
    const kept = await stage.book(day, "08:00", await stage.patient("Gagnon"));
    await stage.eventually(() => bookedAtHub(stage, day, ["08:00-08:30"]));

    const offline = stage.proxy.add({ matches: () => true, fault: { kind: "reset" } });
    await stage.check("REQ-RES-09", async () => {
      const patient = await stage.patient("Gagnon");
      const worked = stage.book(day, "09:00", patient).then(
        () => null,
        () => "without the hub, a booking at the desk failed",
      );
      const late = sleep(3_000, "without the hub, a booking at the desk took longer than three seconds", {
        ref: false,
      });
      const finding = await Promise.race([worked, late]);
      if (finding !== null) return finding;
      const shown = standing(await stage.agenda(day)).some(({ from }) => from === "09:00");
      return shown ? null : "without the hub, a booking made at the desk is not in the agenda";
    });
    await stage.sync();
    await stage.stop();
    offline.remove();
    await stage.start();
    await stage.check("REQ-RES-07", () =>
      stage.eventually(() => bookedAtHub(stage, day, ["08:00-08:30", "09:00-09:30"])),
    );

    const again = stage.proxy.add({ matches: () => true, fault: { kind: "reset" } });
    await stage.adapter.cancelLocally(kept);
    await stage.open(day, "16:00", "17:00");
    await stage.citizenBooks(day, "14:30");
    await stage.sync();
    await stage.book(day, "15:00", await stage.patient("Gagnon"));
    await stage.citizenBooks(day, "15:30");
    again.remove();
    await stage.check("REQ-RES-08", () =>
      stage.eventually(async () => {
        const equal = await compareDay(stage, day);
        const all = ["09:00-09:30", "14:30-15:00", "15:00-15:30", "15:30-16:00"];
        return equal ?? bookedAtHub(stage, day, all);
      }),
    );
  },
};

const trouble: Scenario = {
  name: "the hub is in trouble",
  profile: "resilience",
  checks: ["REQ-RES-10", "REQ-RES-11"],
  async play(stage) {
    const day = stage.day(9);
    // A snapshot too: cut off, it is no agenda.
    const snapshot = ({ operationId }: RecordedRequest): boolean => operationId === "snapshots.create";
    stage.proxy.add({ matches: snapshot, fault: { kind: "truncated" }, times: 1 });
    await offer(stage, day, "09:00", "12:00");
    await stage.sync();
    const cut = stage.proxy.add({
      matches: ({ operationId, query }) =>
        (operationId === "changes.list" && query.has("cursor")) || operationId === "inbox.lease",
      fault: { kind: "truncated" },
      times: 2,
    });
    await stage.citizenBooks(day, "09:30");
    const finding = await stage.eventually(() => appointmentsShown(stage, day, ["09:30-10:00"]));
    if (cut.met === 0 && finding === null) stage.skip("REQ-RES-10");
    else await stage.check("REQ-RES-10", () => finding);
    cut.remove();

    const before = stage.proxy.requests.length;
    const rule = stage.proxy.add({ matches: ({ path }) => path.startsWith("/v1/"), fault: unavailable() });
    await stage.book(day, "11:00", await stage.patient("Gagnon"));
    const busy = stage.sync();
    await sleep(1_000);
    const asked = stage.proxy.requests.length - before;
    rule.remove();
    await busy;
    await stage.check("REQ-RES-11", () =>
      asked > 20
        ? "while the hub answered 503, it asked more than twenty times in a second"
        : stage.eventually(async () => {
            const delivered = (await stage.atHub(day)).appointments.some(({ from }) => from === "11:00");
            return delivered ? null : "the booking made while the hub answered 503 never came";
          }),
    );
  },
};

const suspended: Scenario = {
  name: "suspended for a while",
  profile: "resilience",
  checks: ["REQ-RES-12"],
  // A suspended machine has no token, and asks for one until it is resumed.
  without: ["REQ-AUTH-01", "REQ-AUTH-03"],
  async play(stage) {
    const day = stage.day(9);
    await offer(stage, day, "09:00", "12:00");
    await stage.clinic.suspend();
    await stage.book(day, "10:00", await stage.patient("Gagnon"));
    await stage.sync();
    await stage.clinic.resume();
    await stage.check("REQ-RES-12", () => stage.eventually(() => bookedAtHub(stage, day, ["10:00-10:30"])));
  },
};

export const resilienceScenarios: readonly Scenario[] = [told, onTheWay, tokens, away, trouble, suspended];
