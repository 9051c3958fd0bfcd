/** Canada Post never uses D, F, I, O, Q and U, nor W and Z as the first letter. */
const form = /^[ABCEGHJKLMNPRSTVXY]\d[ABCEGHJKLMNPRSTVWXYZ]\d[ABCEGHJKLMNPRSTVWXYZ]\d$/;

/** As Canada Post writes it, `G1R 1R2`, however it was typed; null when it is no Canadian postal code. */
export function normalisePostalCode(text: string): string | null {
  const code = text.replace(/[\s-]/g, "").toUpperCase();
  return form.test(code) ? `${sortationAreaOf(code)} ${code.slice(3)}` : null;
}

/** The forward sortation area: the first three characters. A rural one, of many villages, has a 0. */
export function sortationAreaOf(postalCode: string): string {
  return postalCode.slice(0, 3);
}

/** Québec's codes begin with G, H or J, and no others do. */
export function isOfQuebec(postalCode: string): boolean {
  return /^[GHJ]/.test(postalCode);
}
