/** Of all of the sandbox's staff: nothing there is secret. */
export const sandboxPassword = "bac-a-sable";

/** The sandbox's invented world, as data. Numbers of people have 0 as their eleventh character: nobody's real number. */

export interface SeedProfessional {
  ramqIdentifier: string;
  practiceNumber: string;
  firstName: string;
  lastName: string;
  /** Blocks of each working day: weekdays 1–5, local times, what is offered. */
  blocks: readonly SeedBlock[];
}

export interface SeedBlock {
  weekdays: readonly number[];
  from: string;
  to: string;
  type: "MF" | "GMF" | "GEN";
  reason: string;
  durationMinutes: number;
  visibility: "public" | "private";
  /** Opens that many days before, at that local time. */
  openFrom?: { daysBefore: number; time: string };
}

export interface SeedClinic {
  /** Also the name of its machine's key. */
  key: string;
  machine: "agenda-plus" | "oscar-pont";
  name: string;
  gmfNumber: string | null;
  /** Without coordinates it is where its postal code is. */
  place: Readonly<Record<string, string | number>> & { name: string; timeZone: string };
  staff: readonly { ramqIdentifier: string; firstName: string; lastName: string; localAdmin: boolean }[];
  professionals: readonly SeedProfessional[];
  /** Of a GMF: practice numbers. */
  workGroups: readonly { members: readonly string[]; relayTeam1: readonly string[]; relayTeam2: readonly string[] }[];
}

const everyDay = [1, 2, 3, 4, 5];

const family: readonly SeedBlock[] = [
  {
    weekdays: everyDay,
    from: "08:30",
    to: "11:30",
    type: "MF",
    reason: "regular",
    durationMinutes: 15,
    visibility: "public",
  },
  {
    weekdays: [1, 3, 5],
    from: "13:00",
    to: "15:00",
    type: "GMF",
    reason: "minorEmergency",
    durationMinutes: 15,
    visibility: "public",
    openFrom: { daysBefore: 2, time: "06:00" },
  },
  {
    weekdays: [2, 4],
    from: "13:00",
    to: "16:00",
    type: "GEN",
    reason: "allReasons",
    durationMinutes: 20,
    visibility: "public",
  },
  {
    weekdays: everyDay,
    from: "16:00",
    to: "16:30",
    type: "MF",
    reason: "regular",
    durationMinutes: 15,
    visibility: "private",
  },
];

const nursing: readonly SeedBlock[] = [
  {
    weekdays: everyDay,
    from: "08:00",
    to: "12:00",
    type: "GMF",
    reason: "periodic",
    durationMinutes: 30,
    visibility: "public",
  },
  {
    weekdays: [2, 4],
    from: "13:00",
    to: "16:00",
    type: "GEN",
    reason: "minorEmergency",
    durationMinutes: 20,
    visibility: "public",
  },
];

const walkIn: readonly SeedBlock[] = [
  {
    weekdays: everyDay,
    from: "09:00",
    to: "12:00",
    type: "GEN",
    reason: "minorEmergency",
    durationMinutes: 15,
    visibility: "public",
  },
  {
    weekdays: everyDay,
    from: "13:00",
    to: "15:00",
    type: "MF",
    reason: "regular",
    durationMinutes: 20,
    visibility: "public",
  },
];

export const clinics: readonly SeedClinic[] = [
  {
    key: "gmf-des-rives",
    machine: "agenda-plus",
    name: "GMF des Rives",
    gmfNumber: "03-204",
    place: {
      name: "Clinique des Rives",
      abbreviation: "Rives",
      civicNumber: "1020",
      street: "chemin du Foulon",
      city: "Québec",
      province: "QC",
      postalCode: "G1K 7N4",
      phone: "418-555-0110",
      timeZone: "America/Toronto",
    },
    staff: [
      { ramqIdentifier: "IP100001", firstName: "Josée", lastName: "Lamontagne", localAdmin: true },
      { ramqIdentifier: "IP100002", firstName: "Karim", lastName: "Haddad", localAdmin: false },
    ],
    professionals: [
      { ramqIdentifier: "IP100011", practiceNumber: "120111", firstName: "Hélène", lastName: "Fortin", blocks: family },
      {
        ramqIdentifier: "IP100012",
        practiceNumber: "120222",
        firstName: "Mathieu",
        lastName: "Bélanger",
        blocks: family,
      },
      {
        ramqIdentifier: "IP100013",
        practiceNumber: "810333",
        firstName: "Nadine",
        lastName: "Pelletier",
        blocks: nursing,
      },
    ],
    workGroups: [
      { members: ["120111"], relayTeam1: ["810333"], relayTeam2: ["120222"] },
      { members: ["120222"], relayTeam1: ["120111", "810333"], relayTeam2: [] },
    ],
  },
  {
    key: "clinique-du-havre",
    machine: "oscar-pont",
    name: "Clinique du Havre",
    gmfNumber: null,
    place: {
      name: "Clinique du Havre",
      abbreviation: "Havre",
      civicNumber: "44",
      street: "chemin Principal",
      city: "Les Îles-de-la-Madeleine",
      province: "QC",
      postalCode: "G4T 1B1",
      phone: "418-555-0120",
      timeZone: "America/Halifax",
    },
    staff: [{ ramqIdentifier: "IP200001", firstName: "Marguerite", lastName: "Arseneau", localAdmin: true }],
    professionals: [
      { ramqIdentifier: "IP200011", practiceNumber: "130444", firstName: "Yves", lastName: "Cormier", blocks: walkIn },
    ],
    workGroups: [],
  },
  {
    key: "sans-rendez-vous-laurier",
    machine: "agenda-plus",
    name: "Sans rendez-vous Laurier",
    gmfNumber: null,
    place: {
      name: "Sans rendez-vous Laurier",
      abbreviation: "Laurier",
      civicNumber: "2700",
      street: "boulevard Laurier",
      city: "Québec",
      province: "QC",
      postalCode: "G1V 2L8",
      phone: "418-555-0130",
      timeZone: "America/Toronto",
      latitude: 46.7689,
      longitude: -71.2895,
    },
    staff: [{ ramqIdentifier: "IP300001", firstName: "Sonia", lastName: "Gendron", localAdmin: true }],
    professionals: [
      { ramqIdentifier: "IP300011", practiceNumber: "140555", firstName: "Alain", lastName: "Dubuc", blocks: walkIn },
      { ramqIdentifier: "IP300012", practiceNumber: "140666", firstName: "Thi Mai", lastName: "Pham", blocks: walkIn },
    ],
    workGroups: [],
  },
];

export interface SeedCitizen {
  nam: string;
  firstName: string;
  lastName: string;
  sex: "F" | "M";
  birthDate: string;
  eligible: boolean;
  registration: { practiceNumber: string; delegatedPracticeNumber?: string; gmfNumber: string | null } | null;
}

const rives = (practiceNumber: string) => ({ practiceNumber, gmfNumber: "03-204" });

export const citizens: readonly SeedCitizen[] = [
  {
    nam: "GAGA80560301",
    firstName: "Annie",
    lastName: "Gagné",
    sex: "F",
    birthDate: "1980-06-03",
    eligible: true,
    registration: rives("120111"),
  },
  {
    nam: "BOUL72091502",
    firstName: "Luc",
    lastName: "Boutin",
    sex: "M",
    birthDate: "1972-09-15",
    eligible: true,
    registration: rives("120111"),
  },
  {
    nam: "NGUM91621103",
    firstName: "Minh",
    lastName: "Nguyen",
    sex: "F",
    birthDate: "1991-12-11",
    eligible: true,
    registration: rives("120222"),
  },
  {
    nam: "TREA68042004",
    firstName: "Alexandre",
    lastName: "Trépanier",
    sex: "M",
    birthDate: "1968-04-20",
    eligible: true,
    // The nurse practitioner follows them in the physician's stead.
    registration: { ...rives("120222"), delegatedPracticeNumber: "810333" },
  },
  {
    nam: "COTR24512505",
    firstName: "Rosalie",
    lastName: "Côté",
    sex: "F",
    birthDate: "2024-01-25",
    eligible: true,
    registration: rives("120111"),
  },
  {
    nam: "ARSJ55070806",
    firstName: "Joseph",
    lastName: "Arsenault",
    sex: "M",
    birthDate: "1955-07-08",
    eligible: true,
    registration: { practiceNumber: "130444", gmfNumber: null },
  },
  {
    nam: "DIAF99533007",
    firstName: "Fatou",
    lastName: "Diallo",
    sex: "F",
    birthDate: "1999-03-30",
    eligible: true,
    registration: null,
  },
  {
    nam: "OBRP86101708",
    firstName: "Patrick",
    lastName: "O'Brien",
    sex: "M",
    birthDate: "1986-10-17",
    eligible: false,
    registration: null,
  },
];
