import type { ClockSetting } from "../../clock.ts";
import type { ScopedTx } from "../../db/scope.ts";

export const clockChannel = "arrimage_clock";

export async function findClockSetting(tx: ScopedTx): Promise<ClockSetting | undefined> {
  const [row] = await tx.sql<{ anchor_now: number; anchor_wall: number; running: boolean }[]>`
    SELECT anchor_now, anchor_wall, running FROM sandbox_clock`;
  return row && { anchorNow: row.anchor_now, anchorWall: row.anchor_wall, running: row.running };
}

/** Other processes hear of it when the transaction commits. */
export async function putClockSetting(tx: ScopedTx, setting: ClockSetting): Promise<void> {
  const { anchorNow, anchorWall, running } = setting;
  await tx.sql`
    INSERT INTO sandbox_clock (singleton, anchor_now, anchor_wall, running)
    VALUES (true, ${anchorNow}, ${anchorWall}, ${running})
    ON CONFLICT (singleton) DO UPDATE
    SET anchor_now = excluded.anchor_now, anchor_wall = excluded.anchor_wall, running = excluded.running`;
  await tx.sql`SELECT pg_notify(${clockChannel}, '')`;
}
