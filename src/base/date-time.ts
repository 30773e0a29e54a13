/** RFC 3339, section 5.6, with capital letters. Without an offset, the time would be that of the server's time zone. */
const pattern = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Returns the time of a text in the format of RFC 3339; null for any other text, such as one with a day that does not exist. */
export function dateTimeOf(text: string): Date | null {
  const [whole, day] = pattern.exec(text.toUpperCase()) ?? [];
  if (whole === undefined || day === undefined) return null;
  // The parser takes 30 February for 2 March.
  return exists(day) ? new Date(whole) : null;
}

function exists(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
