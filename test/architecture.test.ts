import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../src/package-root.ts';
import { breaches } from './support/architecture.ts';

function sourcesIn(...folders: string[]): Map<string, string> {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  const ours = paths.filter((path) => /\.tsx?$/.test(path) && !path.includes('generated'));
  return new Map(ours.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(packageRoot, path), 'utf8')]));
}

test('the sources keep to their layout', () => {
  const sources = sourcesIn('src', 'test', 'tools');

  expect(sources.size).toBeGreaterThan(80); // else this proves nothing
  expect(breaches(sources)).toEqual([]);
});

/** Files with these imports, and an empty file for each that is imported. */
function planted(files: Record<string, string>): Map<string, string> {
  return new Map(Object.entries(files));
}

describe('a breach is found:', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'an engine that knows a feature',
      { 'src/live/feed.ts': `import { Room } from '../rooms/node.ts';` },
      'live knows nothing of chat',
    ],
    [
      'an engine that knows a type of one',
      { 'src/storage/a.ts': `import type { Room } from '../rooms/node.ts';` },
      'storage knows nothing of chat',
    ],
    [
      'an engine that knows the kernel',
      { 'src/live/bus.ts': `import { notFound } from '../errors.ts';` },
      'live knows nothing of chat',
    ],
    [
      'a feature that knows the server',
      { 'src/rooms/join.ts': `import { Mask } from '../server/masking.ts';` },
      'knows the server',
    ],
    [
      'a feature that knows the composition',
      { 'src/rooms/join.ts': `import { schema } from '../schema.ts';` },
      'put together',
    ],
    [
      'a kernel that knows a feature',
      { 'src/ids.ts': `import { joinRoom } from './rooms/join.ts';` },
      'the kernel knows no feature',
    ],
    [
      'a kernel that runs a feature',
      { 'src/context.ts': `import { joinRoom, type X } from './rooms/join.ts';` },
      'the kernel knows no feature',
    ],
    [
      "a feature that imports another's schema",
      { 'src/users/search.ts': `import { RoomNode } from '../rooms/schema.ts';` },
      'go by their node.ts',
    ],
    [
      "or one of another's schemas",
      { 'src/users/search.ts': `import type { X } from '../rooms/member-schema.ts';` },
      'go by their node.ts',
    ],
    [
      'an import that is hidden in a call',
      { 'src/live/bus.ts': `const a = await import('../rooms/join.ts');` },
      'live knows nothing of chat',
    ],
    [
      'an import over several lines',
      { 'src/live/bus.ts': `import {\n  a,\n  b,\n} from '../rooms/join.ts';` },
      'live knows nothing of chat',
    ],
    ['an import for its effects', { 'src/live/bus.ts': `import '../rooms/join.ts';` }, 'live knows nothing of chat'],
    [
      'an export of what another file has',
      { 'src/live/bus.ts': `export { a } from '../rooms/join.ts';` },
      'live knows nothing of chat',
    ],
    ['an environment read elsewhere', { 'src/app.ts': 'const port = process.env.PORT;' }, 'reads process.env'],
    ['a name that says nothing', { 'src/rooms/utils.ts': '' }, 'says nothing'],
    ['also among the tests', { 'test/support/helpers.ts': '' }, 'says nothing'],
    ['an index', { 'src/rooms/index.ts': '' }, 'says nothing'],
    ['a barrel', { 'src/rooms/all.ts': `export * from './join.ts';` }, 'hands on'],
    [
      'a cycle of two',
      { 'src/a.ts': `import './b.ts';`, 'src/b.ts': `import { a } from './a.ts';` },
      'src/a.ts → src/b.ts → src/a.ts is a cycle',
    ],
    [
      'a cycle of three',
      { 'src/a.ts': `import './b.ts';`, 'src/b.ts': `import './c.ts';`, 'src/c.ts': `import './a.ts';` },
      'src/a.ts → src/b.ts → src/c.ts → src/a.ts is a cycle',
    ],
  ])('%s', (_what, files, breach) => {
    expect(breaches(planted(files))).toEqual([expect.stringContaining(breach)]);
  });
});

describe('no breach is', () => {
  test.each<[string, Record<string, string>]>([
    [
      'a feature on an engine, the kernel and a verb of another',
      {
        'src/rooms/join.ts': `import { Bus } from '../live/bus.ts';\nimport { ids } from '../ids.ts';\nimport { x } from '../users/require.ts';`,
      },
    ],
    ['the server on features', { 'src/server/http.ts': `import { authenticate } from '../sessions/authenticate.ts';` }],
    ['a context that names types of features', { 'src/context.ts': `import type { A } from './timeline/access.ts';` }],
    ['the composition on anything', { 'src/schema.ts': `import './rooms/schema.ts';\nimport './server/schema.ts';` }],
    ['a schema on another of its feature', { 'src/rooms/mutations-schema.ts': `import { Kind } from './schema.ts';` }],
    [
      'a circle of types alone',
      { 'src/a.ts': `import type { B } from './b.ts';`, 'src/b.ts': `import { a } from './a.ts';` },
    ],
    ['the environment in its file', { 'src/config.ts': 'process.env' }],
    ['what was generated', { 'src/live/a.ts': `import { Room } from '../generated/prisma/client.ts';` }],
  ])('%s', (_what, files) => {
    expect(breaches(planted(files))).toEqual([]);
  });
});
