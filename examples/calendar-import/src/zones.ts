/**
 * Which zone of the IANA database a calendar means. Outlook and Exchange write Windows' names, or the sentence of their own
 * settings dialogue; both are mapped as CLDR maps them for Canada. What is in neither is not guessed: an hour's mistake in
 * an agenda costs somebody an appointment.
 */
export function zoneOf(tzid: string): string | null {
  const name = tzid.replace(/^"|"$/g, "").trim();
  // "(UTC-05:00) Eastern Time (US & Canada)": the offset is the winter's and says less than the name.
  const known = windows[name] ?? spoken[name.replace(/^\((?:UTC|GMT)[^)]*\) ?/, "")];
  if (known !== undefined) return known;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

const windows: Readonly<Record<string, string>> = {
  "Newfoundland Standard Time": "America/St_Johns",
  "Atlantic Standard Time": "America/Halifax",
  "Eastern Standard Time": "America/Toronto",
  "US Eastern Standard Time": "America/Indiana/Indianapolis",
  "Central Standard Time": "America/Winnipeg",
  "Canada Central Standard Time": "America/Regina",
  "Mountain Standard Time": "America/Edmonton",
  "US Mountain Standard Time": "America/Phoenix",
  "Pacific Standard Time": "America/Vancouver",
  "Yukon Standard Time": "America/Whitehorse",
  "Alaskan Standard Time": "America/Anchorage",
  "Hawaiian Standard Time": "Pacific/Honolulu",
  "SA Western Standard Time": "America/Blanc-Sablon",
  "GMT Standard Time": "Europe/London",
  "Greenwich Standard Time": "Atlantic/Reykjavik",
  "W. Europe Standard Time": "Europe/Berlin",
  "Romance Standard Time": "Europe/Paris",
  "Central Europe Standard Time": "Europe/Budapest",
  "Central European Standard Time": "Europe/Warsaw",
  "E. Europe Standard Time": "Europe/Chisinau",
  "GTB Standard Time": "Europe/Bucharest",
  "FLE Standard Time": "Europe/Kyiv",
  "Russian Standard Time": "Europe/Moscow",
  "AUS Eastern Standard Time": "Australia/Sydney",
  "Tokyo Standard Time": "Asia/Tokyo",
  "India Standard Time": "Asia/Kolkata",
  "Coordinated Universal Time": "UTC",
};

const spoken: Readonly<Record<string, string>> = {
  Newfoundland: "America/St_Johns",
  "Atlantic Time (Canada)": "America/Halifax",
  "Eastern Time (US & Canada)": "America/Toronto",
  "Central Time (US & Canada)": "America/Winnipeg",
  Saskatchewan: "America/Regina",
  "Mountain Time (US & Canada)": "America/Edmonton",
  "Pacific Time (US & Canada)": "America/Vancouver",
  "Coordinated Universal Time": "UTC",
  "Brussels, Copenhagen, Madrid, Paris": "Europe/Paris",
  "Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna": "Europe/Berlin",
  "Canberra, Melbourne, Sydney": "Australia/Sydney",
};
