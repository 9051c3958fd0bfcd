import { sql } from "drizzle-orm";
import { boolean, customType, date, doublePrecision, integer, pgTable, text } from "drizzle-orm/pg-core";
import type { Instant } from "../clock.ts";
import type { Scope } from "../domain/actor.ts";
import type { EmailSubject, MessageOption, MessageType } from "../domain/customisation.ts";
import type { Profession } from "../domain/employee.ts";
import type { CommunicationLanguage } from "../domain/patient.ts";
import type { ConsultationReason } from "../domain/reason.ts";
import type { TimeZone } from "../domain/time.ts";

/**
 * Drizzle mirrors of the tables that cold statements use; `migrations/` is the truth and a test compares the two.
 * Column names are snake_case in the database, camelCase here.
 */

/** Milliseconds here, timestamptz there (db/connection.ts parses). */
const instant = customType<{ data: Instant; driverData: Instant | string }>({
  dataType: () => "timestamp with time zone",
  toDriver: (value) => new Date(value).toISOString(),
  fromDriver: (value) => (typeof value === "number" ? value : Date.parse(value)),
});

/** Drizzle's own jsonb makes text of the value, and postgres.js then makes JSON of that text: an object would arrive as a string. */
const json = customType<{ data: unknown }>({ dataType: () => "jsonb", toDriver: (value) => value });

export const establishment = pgTable("establishment", {
  establishmentId: text("establishment_id").primaryKey(),
  name: text("name").notNull(),
  email: text("email"),
  phone: text("phone"),
  isGmf: boolean("is_gmf").notNull(),
  gmfNumber: text("gmf_number"),
  pastLimitDays: integer("past_limit_days").notNull(),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
});

export const place = pgTable("place", {
  establishmentId: text("establishment_id").notNull(),
  placeId: text("place_id").notNull(),
  name: text("name").notNull(),
  abbreviation: text("abbreviation"),
  ramqNumber: text("ramq_number"),
  localityCode: text("locality_code"),
  startDate: date("start_date", { mode: "string" }),
  endDate: date("end_date", { mode: "string" }),
  civicNumber: text("civic_number").notNull(),
  street: text("street").notNull(),
  suite: text("suite"),
  city: text("city").notNull(),
  province: text("province").notNull(),
  postalCode: text("postal_code").notNull(),
  phone: text("phone").notNull(),
  latitude: doublePrecision("latitude"),
  longitude: doublePrecision("longitude"),
  timeZone: text("time_zone").$type<TimeZone>().notNull(),
  displayMode: text("display_mode").$type<"byRelationship" | "byClientele">().notNull(),
  maskGmf: boolean("mask_gmf").notNull(),
  maskGen: boolean("mask_gen").notNull(),
  cancellationValue: integer("cancellation_value").notNull(),
  cancellationUnit: text("cancellation_unit").$type<"hours" | "minutes">().notNull(),
  noShowMessageEnabled: boolean("no_show_message_enabled").notNull(),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
});

export const vendor = pgTable("vendor", {
  vendorId: text("vendor_id").primaryKey(),
  name: text("name").notNull(),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
});

export const machine = pgTable("machine", {
  machineId: text("machine_id").primaryKey(),
  vendorId: text("vendor_id").notNull(),
  name: text("name").notNull(),
  jwks: json("jwks").notNull(),
  scopes: text("scopes").array().$type<Scope[]>().notNull(),
  status: text("status").$type<"active" | "suspended">().notNull(),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
});

export const machineLink = pgTable("machine_link", {
  establishmentId: text("establishment_id").notNull(),
  placeId: text("place_id").notNull(),
  machineId: text("machine_id").notNull(),
  servicesManagedBy: text("services_managed_by").$type<"machine" | "staff">().notNull(),
  version: integer("version").notNull(),
  linkedAt: instant("linked_at").notNull(),
  confirmedAt: instant("confirmed_at"),
  lateAfterMinutes: integer("late_after_minutes").notNull(),
  staleAfterMinutes: integer("stale_after_minutes").notNull(),
  answerWithinMinutes: integer("answer_within_minutes"),
  importUntil: instant("import_until"),
});

export const employee = pgTable("employee", {
  establishmentId: text("establishment_id").notNull(),
  employeeId: text("employee_id").notNull(),
  ramqIdentifier: text("ramq_identifier").notNull(),
  pseudonym: text("pseudonym"),
  firstName: text("first_name").notNull(),
  lastName: text("last_name").notNull(),
  practiceNumber: text("practice_number"),
  title: text("title"),
  startDate: date("start_date", { mode: "string" }).notNull(),
  departureDate: date("departure_date", { mode: "string" }),
  email: text("email"),
  workPhone: text("work_phone"),
  workPhoneExtension: text("work_phone_extension"),
  profession: text("profession"),
  professionDescription: text("profession_description"),
  biography: text("biography"),
  localAdmin: boolean("local_admin").notNull(),
  superUser: boolean("super_user").notNull(),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
  deletedAt: instant("deleted_at"),
});

export const employeePlace = pgTable("employee_place", {
  establishmentId: text("establishment_id").notNull(),
  employeeId: text("employee_id").notNull(),
  placeId: text("place_id").notNull(),
});

export const professional = pgTable("professional", {
  establishmentId: text("establishment_id").notNull(),
  professionalId: text("professional_id").notNull(),
  employeeId: text("employee_id"),
  displayName: text("display_name").notNull(),
  practiceNumber: text("practice_number"),
  profession: text("profession").$type<Profession>().notNull(),
  capacity: integer("capacity").notNull(),
  limitFutureBooking: boolean("limit_future_booking").notNull(),
  maxWeeks: integer("max_weeks"),
  departureDate: date("departure_date", { mode: "string" }),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
});

export const professionalPlace = pgTable("professional_place", {
  establishmentId: text("establishment_id").notNull(),
  professionalId: text("professional_id").notNull(),
  placeId: text("place_id").notNull(),
});

export const employeeGrant = pgTable("employee_grant", {
  establishmentId: text("establishment_id").notNull(),
  employeeId: text("employee_id").notNull(),
  placeId: text("place_id").notNull(),
  namedPlaceId: text("named_place_id").generatedAlwaysAs(sql`nullif(place_id, 'all')`),
  professionalId: text("professional_id").notNull(),
  access: text("access").$type<"read" | "write">().notNull(),
});

export const service = pgTable("service", {
  establishmentId: text("establishment_id").notNull(),
  serviceId: text("service_id").notNull(),
  professionalId: text("professional_id").notNull(),
  type: text("type").notNull(),
  consultationReason: text("consultation_reason").notNull(),
  durationMinutes: integer("duration_minutes").notNull(),
  active: boolean("active").notNull(),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
});

export const serviceGroup = pgTable("service_group", {
  establishmentId: text("establishment_id").notNull(),
  serviceGroupId: text("service_group_id").notNull(),
  professionalId: text("professional_id").notNull(),
  name: text("name").notNull(),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
});

export const serviceGroupMember = pgTable("service_group_member", {
  establishmentId: text("establishment_id").notNull(),
  serviceGroupId: text("service_group_id").notNull(),
  serviceId: text("service_id").notNull(),
});

export const consultationReasonState = pgTable("consultation_reason_state", {
  code: text("code").$type<ConsultationReason>().primaryKey(),
  active: boolean("active").notNull(),
  version: integer("version").notNull(),
  changedAt: instant("changed_at").notNull(),
});

export const emailCustomisation = pgTable("email_customisation", {
  establishmentId: text("establishment_id").notNull(),
  subject: text("subject").$type<EmailSubject>().notNull(),
  language: text("language").$type<CommunicationLanguage>().notNull(),
  body: text("body").notNull(),
  bodyText: text("body_text").notNull(),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
});

export const messageCustomisation = pgTable("message_customisation", {
  establishmentId: text("establishment_id").notNull(),
  type: text("type").$type<MessageType>().notNull(),
  scope: text("scope").notNull(),
  placeId: text("place_id").generatedAlwaysAs(sql`nullif(scope, 'establishment')`),
  language: text("language").$type<CommunicationLanguage>().notNull(),
  option: text("option").$type<MessageOption>().notNull(),
  body: text("body"),
  bodyText: text("body_text"),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
});
