import { describe, expect, expectTypeOf, test } from "vitest";
import { ChangesMissing } from "../src/follow.ts";
import type { FollowOptions } from "../src/follow.ts";
import type { ClinicSchemas } from "./generated/clinic.ts";
import { all, failure, fakeHub, json, networkError, problem } from "./fake-hub.ts";

type Change = ClinicSchemas["Change"];
const change = (seq: number, prevSeq: number | null, establishmentId = "est_1"): Change => ({
  establishmentId,
  seq,
  prevSeq,
  type: "appointment.booked",
});

/** A log that is read by position: cursor "n" is after its first n changes. `wait` is answered at once. */
function logHub(log: Change[], perPage = 2) {
  return fakeHub(({ target }) => {
    const from = Number(new URL(target, "http://hub.test").searchParams.get("cursor") ?? 0);
    const items = log.slice(from, from + perPage);
    return json({ items, nextCursor: String(from + items.length) });
  });
}
const log = [change(1, null), change(4, 1), change(1, 0, "est_2"), change(5, 4), change(9, 5)];
const untilCaughtUp = (options: FollowOptions = {}) => ({ ...options, untilCaughtUp: true });

describe("following", () => {
  test("gives every change once, and ends when nothing is left", async () => {
    const hub = logHub(log);
    const followed = await all(hub.client().changes.follow(untilCaughtUp()));
    expect(followed.map((item) => item.change)).toEqual(log);
    expect(hub.sent.map(({ target }) => target)).toEqual([
      "/v1/changes?wait=0",
      "/v1/changes?cursor=2&wait=0",
      "/v1/changes?cursor=4&wait=0",
      "/v1/changes?cursor=5&wait=0",
    ]);
    expect(hub.slept).toEqual([]);
    expectTypeOf(followed[0]?.change).toEqualTypeOf<Change | undefined>();
  });

  test("gives with each change the cursor that is safe to store after applying it", async () => {
    const followed = await all(logHub(log).client().changes.follow(untilCaughtUp()));
    expect(followed.map(({ cursor }) => cursor)).toEqual([undefined, "2", "2", "4", "5"]);
  });

  test("misses nothing when it is stopped after any change and goes on from the stored cursor", async () => {
    for (let applied = 1; applied <= log.length; applied += 1) {
      const seen: Change[] = [];
      let stored: string | undefined;
      for await (const followed of logHub(log).client().changes.follow(untilCaughtUp())) {
        seen.push(followed.change);
        stored = followed.cursor;
        if (seen.length === applied) break;
      }
      for await (const followed of logHub(log)
        .client()
        .changes.follow(untilCaughtUp({ cursor: stored }))) {
        seen.push(followed.change);
      }
      expect(new Set(seen.map(({ establishmentId, seq }) => `${establishmentId} ${seq}`)).size).toBe(log.length);
    }
  });

  test("by page gives whole pages with their cursor", async () => {
    const pages = await all(logHub(log).client().changes.follow(untilCaughtUp()).byPage());
    expect(pages).toEqual([
      { items: log.slice(0, 2), cursor: "2" },
      { items: log.slice(2, 4), cursor: "4" },
      { items: log.slice(4), cursor: "5" },
    ]);
  });

  test("hands out a cursor that moved without changes: one that stands still grows too old", async () => {
    const hub = fakeHub(json({ items: [], nextCursor: "b" }));
    expect(
      await all(
        hub
          .client()
          .changes.follow(untilCaughtUp({ cursor: "a" }))
          .byPage(),
      ),
    ).toEqual([{ items: [], cursor: "b" }]);
  });

  test("waits 30 s for more unless told otherwise, with the caller's options", async () => {
    const hub = logHub(log, 10);
    for await (const followed of hub.client().changes.follow({ limit: 500, establishmentId: "est_1" })) {
      if (followed.change.seq === 9) break;
    }
    for await (const _ of hub.client().changes.follow({ wait: 5 })) break;
    expect(hub.sent.map(({ target }) => target)).toEqual(["/v1/changes?wait=30&limit=500", "/v1/changes?wait=5"]);
    expect(hub.sent[0]?.headers.get("arrimage-establishment")).toBe("est_1");
  });

  test("goes on after silence, and asks a hub that does not hold once a second", async () => {
    const quiet = json({ items: [], nextCursor: "5" });
    const hub = fakeHub(quiet, quiet, json({ items: [change(12, 9)], nextCursor: "6" }));
    for await (const followed of hub.client().changes.follow({ cursor: "5" })) {
      expect(followed).toEqual({ change: change(12, 9), cursor: "6" });
      break;
    }
    expect(hub.slept).toEqual([1_000, 1_000]);
  });

  test("asks again at once when the hub did hold", async () => {
    const hub = fakeHub((_, count) => {
      hub.time.now += 30_000;
      return count === 1 ? json({ items: [], nextCursor: "5" }) : json({ items: [change(12, 9)], nextCursor: "6" });
    });
    for await (const _ of hub.client().changes.follow({ cursor: "5" })) break;
    expect(hub.slept).toEqual([]);
  });

  test("rides over a lost connection", async () => {
    const hub = fakeHub(networkError("ECONNRESET"), json({ items: [], nextCursor: "5" }));
    expect(await all(hub.client().changes.follow(untilCaughtUp({ cursor: "5" })))).toEqual([]);
    expect(hub.sent).toHaveLength(2);
  });

  test("ends with the caller's reason, also while it waits", async () => {
    const stop = new AbortController();
    const hub = fakeHub(() => new Promise<Response>(() => undefined));
    const following = all(hub.client().changes.follow({ signal: stop.signal }));
    setTimeout(() => stop.abort(new Error("closing")), 5);
    expect(await failure(following)).toBe(stop.signal.reason);
  });

  test("throws the problem when the cursor is too old", async () => {
    const hub = fakeHub(problem(410, "CURSOR_EXPIRED"));
    expect(await failure(all(hub.client().changes.follow({ cursor: "old" })))).toMatchObject({
      name: "ArrimageProblem",
      code: "CURSOR_EXPIRED",
      status: 410,
    });
    expect(hub.sent).toHaveLength(1);
  });
});

describe("the proof", () => {
  test.each([
    ["a gap within a page", [change(1, null), change(4, 3)]],
    ["a gap between pages", [change(1, null), change(2, 1), change(5, 4)]],
    ["a change that comes again", [change(1, null), change(2, 1), change(2, 1)]],
    ["a log that begins again", [change(1, null), change(2, 1), change(3, null)]],
  ])("%s throws before the page is handed out", async (_, broken) => {
    const seen: Change[] = [];
    const following = (async () => {
      for await (const followed of logHub(broken).client().changes.follow(untilCaughtUp())) seen.push(followed.change);
    })();
    const error = await failure(following);
    expect(error).toBeInstanceOf(ChangesMissing);
    expect(seen.length).toBe(broken.length === 2 ? 0 : 2);
  });

  test("says where the gap is and what to do", async () => {
    const error = await failure(
      all(
        logHub([change(1, null), change(4, 3)])
          .client()
          .changes.follow(untilCaughtUp()),
      ),
    );
    expect(error).toMatchObject({ establishmentId: "est_1", lastSeq: 1, prevSeq: 3, seq: 4 });
    expect(String(error)).toBe(
      "ChangesMissing: Changes of est_1 do not join: after 1 came 4, whose previous one is 3. " +
        "The page was not handed out. Follow again from the last stored cursor; if it repeats, read a new snapshot.",
    );
  });

  test("each establishment has its own sequence", async () => {
    const mixed = [change(7, 6), change(3, 1, "est_2"), change(9, 7), change(4, 3, "est_2")];
    expect(await all(logHub(mixed).client().changes.follow(untilCaughtUp()))).toHaveLength(4);
  });

  test("extends over a restart with what was stored", async () => {
    const resumed = untilCaughtUp({ cursor: "1", lastSeqs: { est_1: 1 } });
    expect(
      await all(
        logHub([change(1, null), change(4, 1)])
          .client()
          .changes.follow(resumed),
      ),
    ).toHaveLength(1);
    const broken = logHub([change(1, null), change(4, 3)]).client();
    expect(await failure(all(broken.changes.follow(resumed)))).toBeInstanceOf(ChangesMissing);
    // Without it, the first change seen has nothing to join.
    expect(await all(broken.changes.follow(untilCaughtUp({ cursor: "1" })))).toHaveLength(1);
  });
});
