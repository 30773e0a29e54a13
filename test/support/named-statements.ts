import type { Sources } from './architecture.ts';

/** Where names are. `*` stands for what is added at run time. Prisma has names of its own. */
const names = [
  /\b(?:query|write|queryOf\(\w+\))(?:<[^()]*>)?\(\s*'([a-z][a-z ,]*)',/gi,
  /\bname: '([^']+)',\s*text\b/g,
  /\bsource: '([^']+)'/g,
  /\bsource = .*\? '([^']+)' : '([^']+)'/g,
];

/** A name that ends with expressions. */
const beginning = /\bconst name = `(?!prisma)([^$`]+)\$/g;

/** A call that runs a statement, and whose first argument is neither a name nor a variable of the patterns above. */
const unnamed =
  /(?<!riter\.)\b(?:query|write|queryOf\(\w+\))(?:<(?![^()]*extends)[^()]*>)?\(\s*(?!'|`\$\{source\}|name\b|source\b|text\b|statement\b)[^)\s]+/gi;
const asksPool = /from '[^']*(storage\/pool|graphql\/query)\.ts'/;

/** Returns the names of all prepared statements in the sources; one that ends with `*` may have any end. */
export function namesOfStatements(sources: Sources): string[] {
  const found = [...sources.values()].flatMap((text) =>
    names.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, ...found]) => found)),
  );
  const begun = [...sources.values()].flatMap((text) => [...text.matchAll(beginning)].map(([, start]) => `${start}*`));
  return [...new Set([...found, ...begun])].sort();
}

/** Returns whether a name in the sources is that of a statement, or of the statement without parts. */
export function isNameOf(name: string, statement: string): boolean {
  if (name.endsWith('*')) return statement.startsWith(name.slice(0, -1));
  return statement === name || statement === `${name}, alone`;
}

/** Returns calls that run a statement whose name `namesOfStatements` does not find. */
export function callsWithoutName(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    asksPool.test(text) ? [...text.matchAll(unnamed)].map(([call]) => `${path}: ${call}`) : [],
  );
}
