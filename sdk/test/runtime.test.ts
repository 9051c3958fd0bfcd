import { expect, test, vi } from "vitest";
import { sleep } from "../src/runtime.ts";

test("a wait that is longer than a timer can be does not end at once", async () => {
  vi.useFakeTimers();
  try {
    let over = false;
    void sleep(30 * 86_400_000).then(() => (over = true));
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(24 * 86_400_000);
    expect(over).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
