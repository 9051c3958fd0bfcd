import type { Operation } from "../http/operation.ts";

/** The time that a command is about to take. */
export interface Wanted {
  slotId?: string;
  professionalId?: string;
  startAt?: string;
  consultationReason?: string;
  /** What a citizen must do with it so that the command loses: clinics may book beside an appointment (APPT-08). */
  by: "booking" | "hold";
}

const lostTo: Readonly<Record<string, Wanted["by"]>> = {
  "citizenAppointments.book": "booking",
  "nurseAppointments.book": "booking",
  "citizenHolds.create": "booking",
  "nurseHolds.create": "booking",
  "appointments.create": "hold",
  "appointments.move": "hold",
  "holds.create": "hold",
};

/** Undefined when nobody could come before it. */
export async function wantedIn(request: Request, { operationId }: Operation): Promise<Wanted | undefined> {
  const by = lostTo[operationId];
  if (by === undefined) return undefined;
  const body = await bodyOf(request);
  const text = (name: string) => {
    const value = body.get(name);
    return typeof value === "string" ? { [name]: value } : {};
  };
  const wanted = {
    ...text("slotId"),
    ...text("professionalId"),
    ...text("startAt"),
    ...text("consultationReason"),
    by,
  };
  return body.has("slotId") || (body.has("professionalId") && body.has("startAt")) ? wanted : undefined;
}

/** The request itself is left unread. */
async function bodyOf(request: Request): Promise<Map<string, unknown>> {
  try {
    const body: unknown = JSON.parse(await request.clone().text());
    return new Map(typeof body === "object" && body !== null ? Object.entries(body) : []);
  } catch {
    return new Map();
  }
}
