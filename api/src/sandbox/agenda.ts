import { addDays, instantOf, localDateOf, weekdayOf, zonedText } from "../domain/time.ts";
import type { TimeZone } from "../domain/time.ts";
import type { SeedBlock } from "./clinics.ts";

export const seededDays = 28;

export interface SeedSlot {
  externalId: string;
  block: SeedBlock;
  startAt: string;
  endAt: string;
  openFrom: string | null;
}

/** Four weeks of a professional's blocks from today on, at the place's local times; what has ended is left out. */
export function slotsOf(practiceNumber: string, blocks: readonly SeedBlock[], zone: TimeZone, now: number): SeedSlot[] {
  const today = localDateOf(now, zone);
  const slots: SeedSlot[] = [];
  for (let day = 0; day < seededDays; day++) {
    const date = addDays(today, day);
    for (const block of blocks) {
      if (!block.weekdays.includes(weekdayOf(date))) continue;
      const [startAt, endAt] = [instantOf(date, block.from, zone), instantOf(date, block.to, zone)];
      if (startAt === null || endAt === null || endAt < now) continue;
      slots.push({
        externalId: `${practiceNumber}-${date}-${block.from.replace(":", "")}`,
        block,
        startAt: zonedText(startAt, zone),
        endAt: zonedText(endAt, zone),
        openFrom: openFromOf(block, date, zone),
      });
    }
  }
  return slots;
}

function openFromOf(block: SeedBlock, date: string, zone: TimeZone): string | null {
  if (block.openFrom === undefined) return null;
  const at = instantOf(addDays(date, -block.openFrom.daysBefore), block.openFrom.time, zone);
  return at === null ? null : zonedText(at, zone);
}
