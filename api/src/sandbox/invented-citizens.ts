/** Robot citizens are numbered; the number says everything of one. Their eleventh character is 0: nobody's real number. */
export interface InventedCitizen {
  nam: string;
  firstName: string;
  lastName: string;
  sex: "F" | "M";
  birthDate: string;
}

const firstNames = [
  ...["Alma", "Basile", "Clio", "Désiré", "Élia", "Félix", "Gaïa", "Hector", "Iris", "Jules", "Kim", "Léon", "Maïa"],
  ...[
    "Noé",
    "Ophélie",
    "Paul",
    "Quitterie",
    "Rémi",
    "Salomé",
    "Théo",
    "Ursule",
    "Victor",
    "Wendy",
    "Xavier",
    "Yaël",
    "Zoé",
  ],
];

const days = 28;
const months = 12;

/** The nth, of 87,360. */
export function inventedCitizen(n: number): InventedCitizen {
  const firstName = firstNames[n % firstNames.length] ?? "";
  const sex = n % 2 === 0 ? "F" : "M";
  const rest = Math.floor(n / firstNames.length);
  const day = 1 + (rest % days);
  const month = 1 + (Math.floor(rest / days) % months);
  const last = Math.floor(rest / (days * months)) % 10;
  const year = 1960 + (n % 35);
  const two = (value: number) => String(value).padStart(2, "0");
  const letter = firstName.normalize("NFD").charAt(0);
  return {
    nam: `ROB${letter}${two(year % 100)}${two(sex === "F" ? month + 50 : month)}${two(day)}0${String(last)}`,
    firstName,
    lastName: "Robot",
    sex,
    birthDate: `${String(year)}-${two(month)}-${two(day)}`,
  };
}
