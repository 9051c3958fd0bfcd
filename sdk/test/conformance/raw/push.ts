/** What staff did in the agenda, brought to the hub in order. */
import { createHash } from "node:crypto";
import type { Booked, Opening, Waiting } from "./agenda.ts";
import { localOf } from "./agenda.ts";
import { HubAway } from "./connection.ts";
import type { Answer } from "./connection.ts";
import type { Work } from "./pull.ts";

export async function push(work: Work): Promise<void> {
  const { disk, wrong } = work;
  if (wrong.pushesEverythingAnew) again(work);
  while (disk.outbox.length > 0) {
    const [waiting] = disk.outbox;
    if (!waiting) return;
    const answer = await deliver(work, waiting);
    const refused = answer !== null && answer.status >= 400;
    if (refused && wrong.stopsAtRefusal) return;
    if (answer?.status === 409 && wrong.retriesConflicts) return;
    if (refused) {
      const entry = disk.entries.get(waiting.ref);
      if (entry?.kind === "appointment" && waiting.op === "putAppointment" && !wrong.showsRefused) entry.refused = true;
    }
    disk.outbox.shift();
  }
}

/** @returns null when there is nothing to say to the hub */
async function deliver(work: Work, { op, ref, key }: Waiting): Promise<Answer | null> {
  const { disk, env, connection, wrong } = work;
  const entry = disk.entries.get(ref);
  const slot = `/v1/slots/by-external-id/${encodeURIComponent(ref)}`;
  const appointment = `/v1/appointments/by-external-id/${encodeURIComponent(ref)}`;
  switch (op) {
    case "putSlot": {
      if (entry?.kind !== "opening") return null;
      const body = {
        ...{
          professionalId: env.professionalId,
          placeId: env.placeId,
          serviceIds: [env.serviceId],
          visibility: "public",
        },
        ...{ startAt: utc(entry.startAt), endAt: utc(entry.endAt) },
        ...(wrong.unknownField ? { colour: "blue" } : {}),
      };
      if (wrong.createsSlotsWithoutName) return connection.call("POST", "/v1/slots", { body });
      return remember(work, entry, await connection.call("PUT", slot, { body }));
    }
    case "deleteSlot":
      return wrong.neverDeletes ? null : connection.call("DELETE", slot);
    case "putAppointment": {
      if (entry?.kind !== "appointment" || entry.cancelled) return null;
      const { firstName, lastName } = entry.patient;
      const ascii = (text: string) => text.normalize("NFD").replace(/[^\x20-\x7e]/g, "");
      const patient = {
        ...entry.patient,
        ...(wrong.withoutNumber ? { nam: null } : {}),
        ...(wrong.asciiOnly ? { firstName: ascii(firstName), lastName: ascii(lastName) } : {}),
      };
      const body = {
        ...{ professionalId: env.professionalId, placeId: env.placeId, startAt: utc(entry.startAt) },
        ...{ durationMinutes: (entry.endAt - entry.startAt) / 60_000, patient, communicationModes: ["sms"] },
        ...(wrong.pushesEverythingAnew ? { clinicNote: `envoi ${key}` } : {}),
      };
      if (wrong.numberInUrl)
        await connection.call("GET", `/v1/appointments?placeId=${env.placeId}&nam=${entry.patient.nam ?? ""}`);
      if (wrong.nameInUrl)
        await connection.call(
          "GET",
          `/v1/appointments?placeId=${env.placeId}&lastName=${encodeURIComponent(lastName)}`,
        );
      const headers = wrong.numberInKey ? { "idempotency-key": `rdv-${entry.patient.nam ?? ""}` } : {};
      return remember(work, entry, await connection.call("PUT", appointment, { body, headers }));
    }
    case "cancelAppointment": {
      if (entry?.kind !== "appointment") return null;
      if (wrong.cancelsOnlyItsOwn && entry.fromHub) return null;
      if (wrong.cancelsByDeleting) return connection.call("DELETE", appointment);
      const headers: Record<string, string> = {};
      if (entry.version !== null && !wrong.neverIfMatch) headers["if-match"] = `"v${String(entry.version)}"`;
      const body = { status: "cancelled" };
      const answer = await connection.call("PUT", appointment, { body, headers });
      if (answer.status !== 412 || wrong.neverIfMatch) return answer;
      const current = answer.body.current?.version;
      if (current === undefined) return answer;
      return connection.call("PUT", appointment, { body, headers: { "if-match": `"v${String(current)}"` } });
    }
    case "bindSlot":
    case "bindAppointment": {
      if (!entry?.hubId) return null;
      const objectType = op === "bindSlot" ? "slot" : "appointment";
      const body = { bindings: [{ objectType, objectId: entry.hubId, externalId: ref }] };
      const named = wrong.oneKeyForAll ? "the-key-of-our-software" : key;
      const headers = wrong.withoutIdempotencyKey ? {} : { "idempotency-key": named };
      return connection.call("POST", "/v1/adoptions", { body, headers });
    }
  }
}

function remember({ disk }: Work, entry: Opening | Booked, answer: Answer): Answer {
  const { slot, appointment } = answer.body;
  const hubId = slot?.slotId ?? appointment?.appointmentId;
  const version = slot?.version ?? appointment?.version;
  if (answer.status !== 200 || hubId === undefined || version === undefined) return answer;
  entry.hubId = hubId;
  entry.version = version;
  disk.versions.set(hubId, version);
  return answer;
}

function again({ disk }: Work): void {
  for (const entry of disk.entries.values()) {
    const op = entry.kind === "opening" ? "putSlot" : "putAppointment";
    if (entry.hubId !== null) disk.outbox.push({ op, ref: entry.ref, key: String((disk.nextRef += 1)) });
  }
}

const utc = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** places.confirm, with digests of the agenda as it is here. */
export async function confirm(work: Work): Promise<void> {
  const { disk, env, connection, wrong } = work;
  if (wrong.neverConfirms || disk.outbox.length > 0) return;
  const from = localOf(Date.parse(env.now), env.timeZone).day;
  const to = new Date(Date.parse(`${from}T00:00:00Z`) + 60 * 86_400_000).toISOString().slice(0, 10);
  const days = new Map<string, string[]>();
  for (const entry of disk.entries.values()) {
    if (entry.kind === "appointment" && (entry.cancelled || entry.refused)) continue;
    const { day } = localOf(entry.startAt, env.timeZone);
    if (day < from || day >= to) continue;
    const [kind, last] = entry.kind === "opening" ? ["s", "public"] : ["a", entry.attendance];
    const shown = (instant: number) =>
      wrong.confirmsLocalTimes
        ? `${localOf(instant, env.timeZone).day}T${localOf(instant, env.timeZone).time}:00Z`
        : utc(instant);
    const lines = days.get(day) ?? [];
    days.set(day, lines);
    lines.push([kind, entry.ref, shown(entry.startAt), shown(entry.endAt), last].join("|"));
  }
  const body = {
    ...{ from, to },
    days: [...days].map(([date, lines]) => ({
      ...{ professionalId: env.professionalId, date },
      digest: createHash("sha256")
        .update(
          lines
            .sort()
            .map((line) => `${line}\n`)
            .join(""),
        )
        .digest("hex"),
    })),
  };
  const { status } = await connection.call("POST", `/v1/places/${env.placeId}/confirm`, { body });
  if (status >= 500) throw new HubAway();
}
