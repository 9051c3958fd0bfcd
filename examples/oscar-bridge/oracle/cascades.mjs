// Through which cascade each booking of a citizen came, from the folder that was pushed and the folder that was written.
import { readAgenda } from "./agenda.mjs";
import { localDate } from "./local-time.mjs";
import { isNear } from "./near.mjs";
import { openingsOf } from "./openings.mjs";

const REASONS = ["minorEmergency", "priority", "periodic", "regular", "pregnancy", "childZeroToFive"];

/**
 * All citizens search before any of them books, so what each found follows from the folder that was pushed: for the
 * reason of the opening that a citizen took, the first cascade that has anything for that person. A booking that could not have
 * been found there belongs to no cascade, and neither does one that could have come through two of them.
 * @param {string} original the folder that was pushed
 * @param {string} written the folder that the bridge wrote
 * @param {string} [clock] the instant of the push; the folder's own when left out
 * @returns {{ booked: Record<"1" | "2.1" | "2.2" | "2.3" | "3", number>, impossible: string[] }} how many bookings, the ones
 *   cancelled later included, and the `appointment_no` of each that no rule explains
 */
export function bookedByCascade(original, written, clock) {
  const before = readAgenda(original, clock);
  const openings = openingsOf(before);
  const known = new Set(before.appointments.map(({ row }) => row.appointment_no));
  const bookings = readAgenda(written, clock, original).appointments.filter(
    ({ row }) => !known.has(row.appointment_no),
  );
  const counts = { booked: { 1: 0, 2.1: 0, 2.2: 0, 2.3: 0, 3: 0 }, impossible: [] };
  for (const { row, provider, startAt, endAt } of bookings) {
    const citizen = citizenOf(before, before.patients.get(row.demographic_no));
    const taken = openings.filter(
      (opening) =>
        opening.provider.practitioner_no === provider.practitioner_no &&
        opening.startAt === startAt &&
        opening.endAt === endAt,
    );
    const ways = new Set(taken.flatMap((opening) => cascadesThrough(before, openings, citizen, opening)));
    const [cascade] = ways;
    if (ways.size === 1) counts.booked[cascade] += 1;
    else counts.impossible.push(row.appointment_no);
  }
  return counts;
}

/** The cascade at which the search for each reason of this opening ends, where that is one that shows this opening. */
function cascadesThrough(agenda, openings, citizen, opening) {
  const { consultationReason } = opening.offer;
  const reasons = consultationReason === "allReasons" ? REASONS : [consultationReason];
  return reasons.flatMap((reason) => {
    const shown = openings.filter((each) => suits(agenda, citizen, reason, each));
    const first = citizen.cascades.find(([, shows]) => shown.some(shows));
    return first !== undefined && shown.includes(opening) && first[1](opening) ? [first[0]] : [];
  });
}

/** CASC-22, REASON-04 to REASON-09, APPT-11: for the reason, at an age that it is for, on a day without an appointment. */
function suits({ zone }, { born, busy }, reason, { startAt, offer }) {
  if (offer.consultationReason !== "allReasons" && offer.consultationReason !== reason) return false;
  const date = localDate(zone, startAt);
  if (busy.has(date)) return false;
  // The birthday counts: 2021-05-03 is six years before 2027-05-03.
  const years = date.slice(0, 4) - born.slice(0, 4) - (date.slice(5) < born.slice(5) ? 1 : 0);
  return !(reason === "regular" && years < 6) && !(reason === "childZeroToFive" && years > 5);
}

/**
 * A person as the registry knows them, by the lowest of the charts that share the NAM; `cascades` are those open to them, in order,
 * each with what it shows. Nobody is told by the bridge which display mode the place has: it is the one by relationship
 * (PLACE-24), in which one's own professional shows openings of every type.
 */
function citizenOf({ bridge, providers, patients, appointments }, { hin }) {
  const nam = normal(hin);
  const charts = [...patients.values()].filter((patient) => patient.hc_type === "QC" && normal(patient.hin) === nam);
  const [first] = charts.sort((a, b) => a.demographic_no - b.demographic_no);
  const own = providers.get(first.provider_no)?.practitioner_no;
  const groups = (bridge.workGroups ?? []).filter(({ members }) => members.includes(own));
  const [team1, team2] = ["relayTeam1", "relayTeam2"].map((team) => groups.flatMap((group) => group[team] ?? []));
  const isOwn = ({ provider }) => provider.practitioner_no === own;
  const ofGroup = ({ offer }) => offer.type === "GMF";
  const by = (team) => (opening) => ofGroup(opening) && team.includes(opening.provider.practitioner_no);
  const near = isNear(first.postal, bridge.place.postalCode);
  const isGmf = bridge.establishment.isGmf === true;
  return {
    born: [first.year_of_birth, first.month_of_birth, first.date_of_birth].join("-"),
    busy: new Set(
      appointments
        .filter(({ row, fate }) => fate === "pushed" && charts.includes(patients.get(row.demographic_no)))
        .map(({ row }) => row.appointment_date),
    ),
    cascades: [
      ...(own === undefined ? [] : [["1", isOwn]]),
      ...(own !== undefined && isGmf
        ? [
            ["2.1", by(team1)],
            ["2.2", by(team2)],
            ["2.3", ofGroup],
          ]
        : []),
      ["3", ({ offer }) => near && offer.type === "GEN"],
    ],
  };
}

const normal = (hin) => hin.replace(/[ -]/g, "").toUpperCase();
