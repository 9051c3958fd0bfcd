/**
 * The health insurance number (numéro d'assurance maladie). Format only: whom it belongs to, RAMQ's match decides
 * (PAT-02), so neither its last two characters nor the letters of the name refuse it.
 */
const form = /^[A-Z]{4}[0-9]{2}(0[1-9]|1[0-2]|5[1-9]|6[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{2}$/;

/**
 * Twelve characters without spaces or hyphens, in capitals; null when it is not a NAM. The birth date is real in
 * 1900–1999 or 2000–2099, which is to say in the latter: of 1900 and 2000 only 2000 has a 29 February.
 */
export function normaliseNam(text: string): string | null {
  const nam = text.replace(/[\s-]/g, "").toUpperCase();
  if (!form.test(nam)) return null;
  const year = 2000 + Number(nam.slice(4, 6));
  const month = Number(nam.slice(6, 8)) % 50;
  const day = Number(nam.slice(8, 10));
  return isRealDate(year, month, day) ? nam : null;
}

/** A day beyond its month's end (by at most three) falls on one of the first of the next. */
function isRealDate(year: number, month: number, day: number): boolean {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
