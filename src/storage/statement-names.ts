/** PostgreSQL keeps each named statement on each connection, with some ten KB. Prisma makes fewer than a hundred here. */
const maxNames = 200;

/** Prisma writes a list as `IN ($1,$2)`: a text for each length. */
const list = /\(\$\d+,\$\d+/;
const preparable = /^\s*(SELECT|INSERT|UPDATE|DELETE)\b/i;

/**
 * Returns a function that names Prisma's statements, so that PostgreSQL parses each text once on a connection. Statements
 * with a list have no name, and neither have any beyond the first 200 texts.
 */
export function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size === maxNames || list.test(sql) || !preparable.test(sql)) return '';
    const name = `prisma ${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}
