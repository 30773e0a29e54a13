import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform, version } from '@swc/core';

const cache = new URL('../../../.cache/compiled/', import.meta.url);
const globals = new URL('globals.js', import.meta.url).href;

/** Resolves `@jest/globals` to the functions of the file that runs, and `parley-client` to its sources. */
export function resolve(specifier, context, next) {
  if (specifier === '@jest/globals') return { url: globals, shortCircuit: true };
  return next(specifier, { ...context, conditions: [...context.conditions, 'parley-source'] });
}

/** Loads TypeScript; compiles a file once for each content. */
export async function load(url, context, next) {
  if (!/\.tsx?(\?|$)/.test(url)) return next(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  return { format: 'module', source: await compiled(url, source), shortCircuit: true };
}

async function compiled(url, source) {
  const key = createHash('sha1').update(`${version}\n${url}\n${source}`).digest('hex');
  const file = new URL(`${key}.js`, cache);
  return readFile(file, 'utf8').catch(async () => {
    const { code } = await transform(source, optionsFor(fileURLToPath(url)));
    await mkdir(cache, { recursive: true });
    const partial = new URL(`${key}.${process.pid}`, cache);
    await writeFile(partial, code);
    await rename(partial, file);
    return code;
  });
}

const optionsFor = (filename) => ({
  filename,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', tsx: filename.endsWith('x') },
    transform: { react: { runtime: 'automatic' } },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
});
