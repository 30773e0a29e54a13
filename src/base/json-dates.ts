const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/**
 * Parses JSON in which instants are texts (from the bus, or from the database's own JSON): every property named `…At`
 * or `…Until` becomes a Date again; every column with a date has such a name.
 */
export function parseWithDates(text: string): unknown {
  const value: unknown = JSON.parse(text);
  reviveDates(value);
  return value;
}

/** Changes the value in place: a reviver, which JSON.parse calls for every value, takes several times as long. */
function reviveDates(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    if (typeof field === 'object') reviveDates(field);
    else if (typeof field === 'string' && isDate(key) && instant.test(field)) fields[key] = new Date(field);
  }
}

function isDate(key: string): boolean {
  return key.endsWith('At') || key.endsWith('Until');
}
