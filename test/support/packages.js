import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../.cache/packages/', import.meta.url));

/**
 * Packages of many files that most tests load, and the format that their importers need. Jest resolves, reads and links
 * each file of a package anew for each test file; a bundle is one file.
 */
const formats = {
  graphql: 'cjs',
  ioredis: 'cjs',
  'prom-client': 'cjs',
  '@pothos/core': 'mjs',
  'graphql-yoga': 'mjs',
  jose: 'mjs',
  uuid: 'mjs',
  zod: 'mjs',
};
const names = Object.keys(formats);

/** The entry of each bundle. One plugin of graphql-armor imports a part of graphql, which must be the same copy. */
const entries = {
  graphql: "module.exports = { ...require('graphql'), ...require('graphql/language/parser') }",
  '@pothos/core': "export * from '@pothos/core'; export { default } from '@pothos/core'",
};

const fileOf = (name) => `${name.replace('/', '-')}.${formats[name]}`;

/** Jest's `moduleNameMapper`, which has every importer load the bundle, so that there is one copy of each package. */
export const bundledPackages = Object.fromEntries(
  [...names, 'graphql/language/parser'].map((name) => {
    const bundled = name.startsWith('graphql/') ? 'graphql' : name;
    return [`^${name}$`, `<rootDir>/.cache/packages/${fileOf(bundled)}`];
  }),
);

/** Bundles the packages. It takes about half a second. */
export async function bundlePackages() {
  const { build } = await import('esbuild');
  await Promise.all(names.map((name) => bundle(build, name)));
}

async function bundle(build, name) {
  const isModule = formats[name] === 'mjs';
  const { [name]: contents = isModule ? `export * from '${name}'` : `module.exports = require('${name}')` } = entries;
  const { outputFiles } = await build({
    write: false,
    stdin: { contents, resolveDir: process.cwd() },
    outfile: folder + fileOf(name),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: isModule ? 'esm' : 'cjs',
    conditions: ['node', isModule ? 'import' : 'require'],
    mainFields: isModule ? ['module', 'main'] : ['main'],
    external: names.filter((other) => other !== name),
    // CommonJS files in a bundle of modules require parts of Node.js.
    banner: isModule
      ? { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }
      : {},
    logLevel: 'error',
  });
  await Promise.all(outputFiles.map(writeIfNew));
}

/** Leaves a current file alone: another run of jest may be reading it. */
async function writeIfNew({ path, text }) {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
