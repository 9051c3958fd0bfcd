import type { NewStaff } from "../features/staff-registry/schema.ts";
import { sandboxPassword } from "./clinics.ts";
import type { SeedClinic } from "./clinics.ts";

interface Named {
  ramqIdentifier: string;
  firstName: string;
  lastName: string;
}

/** EMP-09: everybody of the clinic is registered with RAMQ's online services, and may sign in. */
export function registeredStaffOf(clinic: SeedClinic): NewStaff["persons"] {
  const person = (named: Named) => ({
    ...{ ramqIdentifier: named.ramqIdentifier, firstName: named.firstName, lastName: named.lastName },
    pseudonym: pseudonymOf(named, clinic),
    password: sandboxPassword,
  });
  return [
    ...clinic.staff.map(person),
    ...clinic.professionals.map((one) => ({ ...person(one), practiceNumber: one.practiceNumber })),
  ];
}

export function pseudonymOf({ firstName, lastName }: Named, { key }: SeedClinic): string {
  return `${plain(firstName)}.${plain(lastName)}@${key}.example`;
}

/** A name as it stands in an address: `Thi Mai` is `thi-mai`, `Bélanger` is `belanger`. */
function plain(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").replace(/\W+/g, "-").toLowerCase();
}
