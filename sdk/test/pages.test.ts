import { expect, test } from "vitest";
import { all, failure, fakeHub, json, problem } from "./fake-hub.ts";

const page = (ids: string[], nextCursor: string | null) => json({ items: ids.map((id) => ({ id })), nextCursor });
const threePages = () => fakeHub(page(["a", "b"], "2"), page([], "3"), page(["c"], null));
const ids = (items: { id: string }[]) => items.map(({ id }) => id);

test("for await gives every item of every page", async () => {
  const hub = threePages();
  expect(ids(await all(hub.client().slots.list({ placeId: "plc_1", limit: 2 })))).toEqual(["a", "b", "c"]);
  expect(hub.sent.map(({ target }) => target)).toEqual([
    "/v1/slots?placeId=plc_1&limit=2",
    "/v1/slots?placeId=plc_1&cursor=2&limit=2",
    "/v1/slots?placeId=plc_1&cursor=3&limit=2",
  ]);
});

test("await gives the first page, and asks once however often it is awaited", async () => {
  const hub = threePages();
  const list = hub.client().slots.list({ placeId: "plc_1" });
  expect(hub.sent).toHaveLength(0);
  expect(ids((await list).items)).toEqual(["a", "b"]);
  expect((await list).nextCursor).toBe("2");
  expect(hub.sent).toHaveLength(1);
  expect(await all(list)).toHaveLength(3);
  expect(hub.sent).toHaveLength(3);
});

test("byPage gives the pages, an empty one in the middle included", async () => {
  const pages = await all(threePages().client().slots.list({ placeId: "plc_1" }).byPage());
  expect(pages.map(({ items }) => ids(items))).toEqual([["a", "b"], [], ["c"]]);
});

test("a list goes on from a stored cursor", async () => {
  const hub = fakeHub(page(["c"], null));
  await hub.client().slots.list({ placeId: "plc_1", cursor: "3" }).collect();
  expect(hub.sent.map(({ target }) => target)).toEqual(["/v1/slots?placeId=plc_1&cursor=3"]);
});

test("collect stops at max without asking for more", async () => {
  const hub = threePages();
  expect(ids(await hub.client().slots.list({ placeId: "plc_1" }).collect({ max: 2 }))).toEqual(["a", "b"]);
  expect(hub.sent).toHaveLength(1);
  expect(await threePages().client().slots.list({ placeId: "plc_1" }).collect()).toHaveLength(3);
  const untouched = threePages();
  expect(await untouched.client().slots.list({ placeId: "plc_1" }).collect({ max: 0 })).toEqual([]);
  expect(untouched.sent).toHaveLength(0);
});

test("a list by POST takes its cursor in the body, and each page a key of its own", async () => {
  const hub = fakeHub(page(["a"], "2"), page(["b"], null));
  await hub
    .client()
    .appointments.search({ body: { nam: "invented" } }, { idempotencyKey: "mine-0001" })
    .collect();
  expect(hub.sent.map(({ body }) => body)).toEqual(['{"nam":"invented"}', '{"nam":"invented","cursor":"2"}']);
  expect(hub.sent.map(({ headers }) => headers.get("idempotency-key"))).toEqual([
    "mine-0001",
    "AQEBAQEBAQEBAQEBAQEBAQ",
  ]);
});

test("a refusal ends the list where it happens", async () => {
  const hub = fakeHub(page(["a"], "2"), problem(400, "CURSOR_INVALID"));
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { id } of hub.client().slots.list({ placeId: "plc_1" })) seen.push(id);
  })();
  expect(await failure(reading)).toMatchObject({ code: "CURSOR_INVALID" });
  expect(seen).toEqual(["a"]);
  expect(await failure(fakeHub(problem(404, "NOT_FOUND")).client().slots.list({ placeId: "x" }))).toMatchObject({
    code: "NOT_FOUND",
  });
});

test("a cursor that does not move is an error, not an endless list", async () => {
  const hub = fakeHub(page(["a"], "2"));
  expect(String(await failure(hub.client().slots.list({ placeId: "plc_1" }).collect()))).toContain("does not end");
  expect(hub.sent).toHaveLength(2);
});
