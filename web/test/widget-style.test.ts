import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const folder = new URL('../src/widget/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');

/** The avatar gives these to its own element: its size and hue. */
const ofAvatars = ['--s', '--h'];

interface Rule {
  selector: string;
  /** The custom properties that it sets, and those that it reads. */
  sets: string[];
  reads: string[];
}

function rulesOf(css: string): Rule[] {
  const rules = css.replace(/\/\*.*?\*\//gs, '').matchAll(/([^{}]+)\{([^{}]*)\}/g);
  return [...rules].map(([, selector = '', body = '']) => ({
    selector,
    sets: [...body.matchAll(/(--[\w-]+):/g)].map(([, name]) => name!),
    reads: [...body.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name!),
  }));
}

test('the widget reads no custom property of the host page but those that begin with --parley-', () => {
  const sheets = [...read('sheets.ts').matchAll(/'(.+\.css)\?inline'/g)].map(([, path]) => path!);
  const rules = sheets.flatMap((path) => rulesOf(read(path)));
  const ofHost = rules.filter(({ selector }) => /(^|,)\s*:host\s*$/.test(selector)).flatMap(({ sets }) => sets);
  const own = new Set([...ofHost, ...ofAvatars]);

  const foreign = rules.flatMap(({ sets, reads }) => reads.filter((name) => !own.has(name) && !sets.includes(name)));

  expect(ofHost).toContain('--accent'); // else this proves nothing
  expect(foreign.filter((name) => !name.startsWith('--parley-'))).toEqual([]);
});
