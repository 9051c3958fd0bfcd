import { emailKey, nameKey, phoneKey } from "../../../../../api/src/domain/appointment-search.ts";
import type { TimeZone } from "../../../../../api/src/domain/time.ts";
import type { Appointment } from "../../../../../api/src/domain/appointment.ts";
import type * as real from "../../../../../api/src/features/appointments/search-store.ts";
import { isReadable } from "../../../agenda.ts";
import { isAfter, memoryOf } from "../../../world.ts";
import { byStart, readingOf } from "./store.ts";

export const readMatchingAppointments: typeof real.readMatchingAppointments = async (
  ...[tx, readable, wanted, vendorId, after, limit]: Parameters<typeof real.readMatchingAppointments>
) => {
  const memory = memoryOf(tx);
  const found = memory.rows("appointment").filter((row) => {
    const zone = memory.find("place", row.placeId)?.timeZone;
    return (
      memory.owns(row) &&
      row.status === "active" &&
      isReadable(readable, row) &&
      zone !== undefined &&
      isWanted(row, wanted, zone)
    );
  });
  return byStart(found)
    .filter(
      (row) => after === undefined || isAfter([row.startAt, row.appointmentId], [after.startAt, after.appointmentId]),
    )
    .slice(0, limit)
    .map((row) => readingOf(memory, row, vendorId));
};

function isWanted(row: Appointment, wanted: real.SearchedFor, zone: TimeZone): boolean {
  const same = (value: string | null, asked: string | undefined, key = (text: string) => text) =>
    asked === undefined || (value !== null && key(value) === key(asked));
  const begins = (value: string, asked: string | undefined) =>
    asked === undefined || nameKey(value).startsWith(nameKey(asked));
  return (
    same(row.referenceNumber, wanted.referenceNumber) &&
    same(row.namIndex, wanted.namIndex) &&
    begins(row.firstName, wanted.firstName) &&
    begins(row.lastName, wanted.lastName) &&
    same(row.birthDate, wanted.birthDate) &&
    same(row.email, wanted.email, emailKey) &&
    same(row.mobilePhone, wanted.mobilePhone, phoneKey) &&
    same(row.homePhone, wanted.homePhone, phoneKey) &&
    same(row.consultationReason, wanted.consultationReason) &&
    row.startAt >= (wanted.from[zone] ?? -Infinity) &&
    row.startAt < (wanted.to[zone] ?? Infinity)
  );
}
