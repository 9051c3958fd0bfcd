import { expect, test } from "vitest";
import { percentile, proveWebhooks } from "../webhook-proof.ts";

test("R10 30 % failing, 10 % slow, one endpoint dead, hubs killed ten times: every event at least once and in order per agenda", async () => {
  const { kills, received, repeated, aloneMs, besideMs } = await proveWebhooks({
    changes: 1_000,
    agendas: 20,
    kills: 10,
    seed: 7,
  });
  const [alone, beside] = [percentile(aloneMs, 0.99), percentile(besideMs, 0.99)];
  console.log(
    `webhooks: ${String(kills)} kills, ${String(received)} received, ${String(repeated)} again; ` +
      `p50 ${percentile(aloneMs, 0.5).toFixed(0)} ms alone, ${percentile(besideMs, 0.5).toFixed(0)} beside; ` +
      `p99 ${alone.toFixed(0)} ms alone, ${beside.toFixed(0)} beside the dead one`,
  );
  expect(kills).toBe(10);
  expect(beside).toBeLessThanOrEqual(Math.max(2 * alone, 1_000));
});
