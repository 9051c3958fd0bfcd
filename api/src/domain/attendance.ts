/** ATT-01: exactly three values. ATT-04, ATT-05: the clinic sets any of them, before and after, by an ordinary change. */
export const attendances = ["unconfirmed", "present", "absent"] as const;
export type Attendance = (typeof attendances)[number];

/** ATT-02, ATT-03: what a new appointment has, and may keep for ever. */
export const defaultAttendance: Attendance = "unconfirmed";

/** ATT-06, ATT-07: a move from the past to the future forgets what happened; any other move keeps it. */
export function attendanceAfterMove(attendance: Attendance, move: { fromPast: boolean; toPast: boolean }): Attendance {
  return move.fromPast && !move.toPast ? defaultAttendance : attendance;
}
