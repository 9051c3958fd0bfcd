import { expect, test } from "vitest";
import { notTaken, outOfOrder, proveWebhooks } from "./webhook-proof.ts";

/** R10, small: the whole of it, with ten kills, is in long/webhooks.test.ts. */

test("R10 a third fails, some are slow, one endpoint is dead, hubs are killed: everything comes, in order in each agenda", async () => {
  const proof = await proveWebhooks({ changes: 40, agendas: 5, kills: 2, seed: 4 });
  expect(proof.kills).toBe(2);
  expect(proof.repeated).toBeGreaterThan(0);
}, 180_000);

test("the control: what came too early, or not at all, is found", () => {
  const written = [1, 2, 3].map((seq) => ({ agenda: seq === 2 ? "b" : "a", seq }));
  const came = (seq: number, taken = true) => ({ agenda: seq === 2 ? "b" : "a", seq, taken });
  expect(outOfOrder([came(2), came(1, false), came(1), came(1), came(3)], written)).toEqual([]);
  expect(outOfOrder([came(3), came(1)], written)).toEqual(["a: 3 came before 1"]);
  expect(outOfOrder([came(1, false), came(3)], written)).toEqual(["a: 3 came before 1"]);
  expect(notTaken([came(1), came(2, false)], written)).toEqual([2, 3]);
});
