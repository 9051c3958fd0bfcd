// What both sides must agree on, from the files alone: the digest of each day, and which rows of the files moved.
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readAgenda } from "./agenda.mjs";
import { readRecords } from "./csv.mjs";

const instant = (ms) => new Date(ms).toISOString().replace(".000Z", "Z");
const attendance = ({ status }) => ({ H: "present", N: "absent" })[status[0]] ?? "unconfirmed";
const clockOf = (minutes) =>
  [minutes / 60, minutes % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join("");

/**
 * Design, Synchronisation 2, computed from a written folder: per practice number and local date, the SHA-256 (hex) of
 * the sorted, LF-terminated lines of active appointments and pushed slots.
 * @param {string} written the folder that the bridge wrote
 * @param {string} [clock] the instant of the push, not a later one: it decides which slots the hub has
 * @param {object} [options] `original`: the folder that was pushed (what the hub refused is judged there, so that a
 *   citizen's row always counts); `slotId`, `appointmentId`: the bridge's external ids, from a slot and from a CSV row
 * @returns {Map<string, string>} by `practiceNumber|YYYY-MM-DD`
 */
export function digestOf(written, clock, options = {}) {
  const {
    original = written,
    slotId = ({ provider, date, from }) => `${provider.provider_no}-${date}-${clockOf(from)}`,
    appointmentId = (row) => row.appointment_no,
  } = options;
  const { slots, appointments } = readAgenda(written, clock, original);
  const pushedFrom = original === written ? appointments : readAgenda(original, clock).appointments;
  const refused = new Set(pushedFrom.filter(({ fate }) => fate === "refused").map(({ row }) => row.appointment_no));

  const days = new Map();
  const add = (provider, date, ...fields) => {
    const key = `${provider.practitioner_no}|${date}`;
    days.set(key, [...(days.get(key) ?? []), fields.join("|")]);
  };
  for (const { row, provider, startAt, endAt, fate } of appointments) {
    if (fate === "cancelledUnknown" || refused.has(row.appointment_no)) continue;
    add(provider, row.appointment_date, "a", appointmentId(row), instant(startAt), instant(endAt), attendance(row));
  }
  for (const slot of slots.filter(({ pushed }) => pushed)) {
    const { provider, date, startAt, endAt, offer } = slot;
    add(provider, date, "s", slotId(slot), instant(startAt), instant(endAt), offer.visibility);
  }
  return new Map([...days].sort().map(([key, lines]) => [key, sha256(lines.sort().map((line) => `${line}\n`))]));
}

const sha256 = (lines) => createHash("sha256").update(lines.join(""), "utf8").digest("hex");

/**
 * Every row in which the CSV files of two folders differ: `{ file, line, key, kind, cells }`, `key` being the first
 * cell, `kind` added, removed, changed or missing (a whole file), and `cells` the changed columns as `[before, after]`.
 * A row written in another way (quotes, line ending) is changed too, with no cells. `line` is the one in `after`, or in
 * `before` for what was removed.
 */
export function checkWritten(before, after) {
  const files = new Set(
    [before, after].flatMap((folder) => readdirSync(folder)).filter((name) => name.endsWith(".csv")),
  );
  return [...files].sort().flatMap((file) => {
    const paths = [join(before, file), join(after, file)];
    if (!paths.every(existsSync)) return [{ file, line: 0, key: "", kind: "missing", cells: {} }];
    const [old, now] = paths.map(readRecords);
    return compare(old, now).map((difference) => ({ file, ...difference }));
  });
}

/** Walks both lists in order; a record without its like in the other one, by its first cell, was added or removed. */
function compare(old, now) {
  const header = old[0]?.cells ?? [];
  // A header alone, without its line ending, tells nothing of it: then that of the new file.
  const [ending = "\n"] = [old, now].flatMap(([first]) => /\r?\n$/.exec(first?.raw ?? "") ?? []);
  const text = ({ raw }) => (raw.endsWith("\n") ? raw : raw + ending);
  const left = [...old];
  const entry = (kind, { line, cells }, changed = {}) => ({ line, key: cells[0], kind, cells: changed });
  const differences = now.flatMap((record) => {
    const at = left.findIndex(({ cells }) => cells[0] === record.cells[0]);
    if (at === -1) return [entry("added", record)];
    const like = left[at];
    const gone = left.splice(0, at + 1).slice(0, -1);
    const same = text(like) === text(record);
    return [
      ...gone.map((lost) => entry("removed", lost)),
      ...(same ? [] : [entry("changed", record, changedCells(header, like.cells, record.cells))]),
    ];
  });
  return [...differences, ...left.map((lost) => entry("removed", lost))];
}

function changedCells(header, old, now) {
  const changed = {};
  for (let i = 0; i < Math.max(old.length, now.length); i += 1) {
    if (old[i] !== now[i]) changed[header[i] ?? `column ${i + 1}`] = [old[i] ?? null, now[i] ?? null];
  }
  return changed;
}
