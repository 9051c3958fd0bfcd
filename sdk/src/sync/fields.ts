/** What of a slot or an appointment both sides may change, compared and merged field by field. */
import type { HubSchemas } from "../generated/hub.ts";
import type { Appointment, Slot, SyncedType } from "./types.ts";

/** An object of the hub, or a body for it. */
export type Content = Readonly<Record<string, unknown>>;

/**
 * Fields by what belongs together: two changes in one group conflict, as half of each would make neither. A mode of
 * communication needs its number, so contact is one group.
 */
const groups: Record<SyncedType, Record<string, readonly string[]>> = {
  slot: {
    time: ["professionalId", "placeId", "startAt", "endAt"],
    services: ["serviceIds"],
    visibility: ["visibility", "openFrom"],
  },
  appointment: {
    time: ["professionalId", "placeId", "startAt", "durationMinutes"],
    identity: ["patient.nam", "patient.firstName", "patient.lastName", "patient.sex", "patient.birthDate"],
    contact: ["patient.homePhone", "patient.mobilePhone", "patient.email", "communicationModes"],
    communicationLanguage: ["communicationLanguage"],
    consultationReason: ["consultationReason"],
    clinicNote: ["clinicNote"],
    attendance: ["attendance"],
  },
};

const fieldsOf = (type: SyncedType): string[] => Object.values(groups[type]).flat();

/** The groups in which a body says otherwise than another; what it does not say does not differ. */
export function differing(type: SyncedType, body: Content, other: Content): Set<string> {
  const differs = (field: string): boolean => {
    const said = read(type, body, field);
    return said !== undefined && comparable(field, said) !== comparable(field, read(type, other, field) ?? null);
  };
  return new Set(Object.keys(groups[type]).filter((group) => groups[type][group]?.some(differs)));
}

/** What a body says in these groups. */
export function pickGroups(type: SyncedType, body: Content, wanted: ReadonlySet<string>): Content {
  const picked: Record<string, unknown> = {};
  for (const field of [...wanted].flatMap((group) => groups[type][group] ?? [])) write(picked, field, at(body, field));
  if (wanted.has("services")) write(picked, "serviceGroupIds", at(body, "serviceGroupIds"));
  return picked;
}

/** A body that says what the object is: what `push` and `read` take, made of what `apply` was given. */
export function bodyOf(objectType: "slot", object: Slot): HubSchemas["PushedSlot"];
export function bodyOf(objectType: "appointment", object: Appointment): HubSchemas["PushedAppointment"];
export function bodyOf(objectType: SyncedType, object: Content): Content;
export function bodyOf(objectType: SyncedType, object: Content): Content {
  const body: Record<string, unknown> = {};
  for (const field of fieldsOf(objectType)) write(body, field, at(object, field));
  return body;
}

/** The object as it is with a body's fields over it. */
export function overlay(type: SyncedType, object: Content, body: Content): Content {
  const merged: Record<string, unknown> = { ...object };
  for (const field of fieldsOf(type)) write(merged, field, read(type, body, field));
  const endAt = endOf(type, merged);
  if (type === "slot" || !endAt || !differing(type, body, object).has("time")) return merged;
  const startAt = String(merged["startAt"]);
  return { ...merged, endAt, date: startAt.slice(0, 10), startTime: startAt.slice(11, 16) };
}

/** A later body over an earlier one: a slot's is whole, an appointment's leaves out what is to stay. */
export function joined(objectType: SyncedType, earlier: Content, later: Content): Content {
  if (objectType === "slot") return later;
  const both = { ...earlier, ...later };
  return both["patient"]
    ? { ...both, patient: { ...Object(earlier["patient"]), ...Object(later["patient"]) } as Content }
    : both;
}

/** Undefined: nobody can read when. What staff write in an agenda may be anything. */
export function endOf(type: SyncedType, { startAt, endAt, durationMinutes }: Content): string | undefined {
  const start = Date.parse(String(startAt));
  const end = new Date(type === "slot" ? String(endAt) : start + Number(durationMinutes) * 60_000);
  return Number.isNaN(start + Number(end)) ? undefined : end.toISOString();
}

/** A slot's body is whole: what it leaves out is wanted empty. An appointment's leaves out what is to stay. */
function read(type: SyncedType, content: Content, field: string): unknown {
  const said = at(content, field);
  if (said !== undefined || type === "appointment") return said;
  // Which services a group has is the hub's to know.
  if (field === "serviceIds" && at(content, "serviceGroupIds")) return undefined;
  // SLOT-12: private until somebody says public.
  if (field === "visibility" && at(content, "placeId")) return "private";
  return null;
}

function at(content: Content, field: string): unknown {
  const [name = "", member] = field.split(".");
  const value = content[name];
  // A patient, the only field with members.
  return member === undefined ? value : (value as Content | null | undefined)?.[member];
}

function write(content: Record<string, unknown>, field: string, value: unknown): void {
  if (value === undefined) return;
  const [name = "", member] = field.split(".");
  content[name] = member === undefined ? value : { ...Object(content[name]), [member]: value };
}

/** What two ways of writing the same have in common. */
function comparable(field: string, value: unknown): string {
  if (Array.isArray(value)) return value.map(String).sort().join();
  const said = value ?? "";
  const text = typeof said === "string" ? said.trim() : JSON.stringify(said);
  if (text === "") return "";
  if (/At$|From$/.test(field)) return String(Math.floor(Date.parse(text) / 1_000));
  return field === "patient.nam" ? text.replace(/[\s-]/g, "").toUpperCase() : text;
}
