import type { Sources } from './architecture.ts';

/** Where names are: whole ones, and the first characters of those that are made at run time. Prisma has names of its own. */
const names = [
  /\b(?:query|write|queryOf\(\w+\))(?:<[^()]*>)?\(\s*'([a-z][a-z ,]*)',/gi,
  /\bname: '([^']+)',\s*text\b/g,
  /\bconst name = `(?!prisma)([^$`]+)/g,
  /\bsource: '([^']+)'/g,
  /\bsource = .*\? '([^']+)' : '([^']+)'/g,
];

/** A call that runs a statement, and whose first argument is neither a name nor a variable of the patterns above. */
const unnamed =
  /(?<!riter\.)\b(?:query|write|queryOf\(\w+\))(?:<(?![^()]*extends)[^()]*>)?\(\s*(?!'|`\$\{source\}|name\b|source\b|text\b|statement\b)[^)\s]+/gi;
const asksPool = /from '[^']*(storage\/pool|graphql\/query)\.ts'/;

/** Returns the names of all prepared statements in the sources. */
export function namesOfStatements(sources: Sources): string[] {
  const found = [...sources.values()].flatMap((text) =>
    names.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, ...found]) => found)),
  );
  return [...new Set(found)].sort();
}

/** Returns calls that run a statement whose name `namesOfStatements` does not find. */
export function callsWithoutName(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) =>
    asksPool.test(text) ? [...text.matchAll(unnamed)].map(([call]) => `${path}: ${call}`) : [],
  );
}
