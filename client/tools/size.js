/**
 * Measures what each entry of the package adds to an app: bundled, minified, gzip -9, with graphql-ws, without peers.
 * Fails if one is over its budget.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const { peerDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
/**
 * In kilobytes of 1,000 bytes. The index holds the connection, rooms, the outbox and the documents, which are 1.2 KB
 * of it; checks of what servers and storages give are 0.8, what shows waiting changes 0.4, and what keeps messages of a
 * user who is not known yet 0.5. `urql` also holds an outline of the schema, because Graphcache warns about each
 * fragment without it: 2 KB.
 */
const budgets = { index: 22.46, 'connection-only': 9.94, react: 3, urql: 7.15, apollo: 5.1, storage: 1 };

/** Returns the sizes of the entries that exist, in bytes. */
export async function sizes() {
  const entries = Object.keys(budgets).filter((name) => existsSync(new URL(`src/${name}.ts`, root)));
  return Object.fromEntries(await Promise.all(entries.map(async (name) => [name, await sizeOf(name)])));
}

async function sizeOf(name) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`src/${name}.ts`, root))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: [...Object.keys(peerDependencies), 'parley-client'],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

/** Returns a line for each entry that is over its budget. */
export function overBudget(measured) {
  const over = Object.entries(measured).filter(([name, bytes]) => bytes > budgets[name] * 1000);
  return over.map(([name, bytes]) => `${name} has ${bytes} bytes, of ${budgets[name] * 1000}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const measured = await sizes();
  console.log(measured);
  for (const line of overBudget(measured)) {
    console.error(line);
    process.exitCode = 1;
  }
}
