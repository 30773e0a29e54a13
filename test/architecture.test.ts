import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../src/base/package-root.ts';
import { breaches } from './support/architecture.ts';

function sourcesIn(...folders: string[]): Map<string, string> {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  const ours = paths.filter((path) => /\.tsx?$/.test(path) && !path.includes('generated'));
  return new Map(ours.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(packageRoot, path), 'utf8')]));
}

test('the sources keep to their layout', () => {
  const sources = sourcesIn('src', 'test', 'tools', 'client/src', 'client/test', 'client/tools');

  expect(sources.size).toBeGreaterThan(80); // else this proves nothing
  expect(breaches(sources)).toEqual([]);
});

/** Files with these imports, and an empty file for each that is imported. */
function planted(files: Record<string, string>): Map<string, string> {
  return new Map(Object.entries(files));
}

describe('the check finds a breach:', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'an engine that imports a feature',
      { 'src/live/feed.ts': `import { Room } from '../rooms/inputs.ts';` },
      'live is below rooms',
    ],
    [
      'an engine that imports a type of a feature',
      { 'src/storage/a.ts': `import type { Room } from '../rooms/inputs.ts';` },
      'storage is below rooms',
    ],
    [
      'a base that imports an engine',
      { 'src/base/ids.ts': `import { Bus } from '../bus/bus.ts';` },
      'base is below bus',
    ],
    [
      'a context that names a feature',
      { 'src/graphql/context.ts': `import type { X } from '../rooms/join.ts';` },
      'graphql is below rooms',
    ],
    [
      'a log that imports a feature',
      { 'src/log/writer.ts': `import { joinRoom } from '../rooms/join.ts';` },
      'log is below rooms',
    ],
    [
      'a feature that imports the transport',
      { 'src/rooms/join.ts': `import { Outbox } from '../transport/outbox.ts';` },
      'rooms is below transport',
    ],
    [
      'a feature that imports the composition',
      { 'src/rooms/join.ts': `import { schema } from '../schema.ts';` },
      'rooms is below composition',
    ],
    [
      'an engine of delivery that imports GraphQL',
      { 'src/live/feed.ts': `import { GraphQLError } from 'graphql';` },
      'live knows neither GraphQL nor the tables',
    ],
    [
      'or rows of the database',
      { 'src/bus/bus.ts': `import type { Room } from '../generated/prisma/client.ts';` },
      'bus knows neither GraphQL nor the tables',
    ],
    [
      'a use of a service from above',
      {
        'src/rooms/open.ts': `declare module '../graphql/context.ts' {\n  interface Services {\n    rooms: Rooms;\n  }\n}`,
        'src/log/follow.ts': 'context.services.rooms.enter();',
      },
      'src/log/follow.ts uses services.rooms: log is below rooms',
    ],
    [
      'also when it is taken apart',
      {
        'src/rooms/open.ts': `declare module '../graphql/context.ts' {\n  interface Services {\n    rooms: Rooms;\n  }\n}`,
        'src/log/follow.ts': 'const { log: { feeds }, rooms: { enter } } = context.services;',
      },
      'src/log/follow.ts uses services.rooms: log is below rooms',
    ],
    [
      'or in the type of a parameter',
      {
        'src/rooms/open.ts': `declare module '../graphql/context.ts' {\n  interface Services {\n    rooms: Rooms;\n  }\n}`,
        'src/log/follow.ts': `function follow(services: Pick<Services, 'log' | 'rooms'>) {}`,
      },
      'src/log/follow.ts uses services.rooms: log is below rooms',
    ],
    [
      'a client that imports the server',
      { 'client/src/base/ids.ts': `import { x } from '../../../src/base/ids.ts';` },
      'the package stands alone',
    ],
    [
      'a core of the client that imports a framework',
      { 'client/src/rooms/room.ts': `import { useState } from 'react';` },
      'the core needs graphql-ws alone',
    ],
    ['or Node.js', { 'client/src/rooms/room.ts': `import fs from 'node:fs';` }, 'the core needs graphql-ws alone'],
    [
      'or an entry with a framework',
      { 'client/src/rooms/room.ts': `import { x } from '../urql.ts';` },
      'rooms is below entries',
    ],
    [
      'or one entry with another',
      { 'client/src/react.ts': `import { x } from './urql.ts';` },
      'an entry is imported by nothing',
    ],
    ['a file in no layer', { 'src/odd/a.ts': `import { a } from '../base/ids.ts';` }, 'is in no layer'],
    [
      "a feature that imports another's schema",
      { 'src/users/search.ts': `import { RoomNode } from '../rooms/schema.ts';` },
      'stand in graphql/nodes.ts',
    ],
    [
      "or one of another's schemas",
      { 'src/users/search.ts': `import type { X } from '../rooms/member-schema.ts';` },
      'stand in graphql/nodes.ts',
    ],
    [
      "or another's mutations",
      { 'src/users/search.ts': `import { x } from '../rooms/membership-mutations.ts';` },
      'stand in graphql/nodes.ts',
    ],
    [
      'an import that is hidden in a call',
      { 'src/live/bus.ts': `const a = await import('../rooms/join.ts');` },
      'live is below rooms',
    ],
    [
      'an import over several lines',
      { 'src/live/bus.ts': `import {\n  a,\n  b,\n} from '../rooms/join.ts';` },
      'live is below rooms',
    ],
    ['an import for its effects', { 'src/live/bus.ts': `import '../rooms/join.ts';` }, 'live is below rooms'],
    [
      'an export of what another file has',
      { 'src/live/bus.ts': `export { a } from '../rooms/join.ts';` },
      'live is below rooms',
    ],
    [
      'an embedded PostgreSQL that knows the rest of storage',
      { 'src/storage/embedded/a.ts': `import { Pool } from '../pool.ts';` },
      'embedded imports nothing outside its folder',
    ],
    [
      'a connection of the client that imports the outbox',
      { 'client/src/connection/wire.ts': `import type { X } from '../outbox/sender.ts';` },
      'connection is below outbox',
    ],
    ['an environment read elsewhere', { 'src/app.ts': 'const port = process.env.PORT;' }, 'reads process.env'],
    ['a duration by a clock that may be set back', { 'src/live/pace.ts': 'const now = Date.now();' }, 'reads Date.now'],
    ['a name that says nothing', { 'src/rooms/utils.ts': '' }, 'says nothing'],
    ['also among the tests', { 'test/support/helpers.ts': '' }, 'says nothing'],
    ['an index', { 'src/rooms/index.ts': '' }, 'says nothing'],
    ['a barrel', { 'src/rooms/all.ts': `export * from './join.ts';` }, 'does not define'],
    [
      'a cycle of two',
      { 'src/live/a.ts': `import './b.ts';`, 'src/live/b.ts': `import { a } from './a.ts';` },
      'src/live/a.ts → src/live/b.ts → src/live/a.ts is a cycle',
    ],
    [
      'a cycle of types alone',
      { 'src/live/a.ts': `import type { B } from './b.ts';`, 'src/live/b.ts': `import { a } from './a.ts';` },
      'src/live/a.ts → src/live/b.ts → src/live/a.ts is a cycle',
    ],
    [
      'folders in a cycle, whose files are in none',
      {
        'src/rooms/a.ts': `import { b } from '../messages/b.ts';`,
        'src/messages/c.ts': `import type { D } from '../rooms/d.ts';`,
      },
      'the folders rooms → messages → rooms are a cycle',
    ],
    [
      'a cycle of three',
      {
        'src/live/a.ts': `import './b.ts';`,
        'src/live/b.ts': `import './c.ts';`,
        'src/live/c.ts': `import './a.ts';`,
      },
      'src/live/a.ts → src/live/b.ts → src/live/c.ts → src/live/a.ts is a cycle',
    ],
  ])('%s', (_what, files, breach) => {
    expect(breaches(planted(files))).toEqual([expect.stringContaining(breach)]);
  });
});

describe('the check allows', () => {
  test.each<[string, Record<string, string>]>([
    [
      'a feature on an engine, the base and an action of another',
      {
        'src/rooms/join.ts': `import { Bus } from '../bus/bus.ts';\nimport { ids } from '../base/ids.ts';\nimport { x } from '../users/require.ts';`,
      },
    ],
    [
      'the transport on features',
      { 'src/transport/http.ts': `import { authenticate } from '../sessions/authenticate.ts';` },
    ],
    ['the log on access', { 'src/log/writer.ts': `import { mayRead } from '../access/membership.ts';` }],
    [
      'a service from below',
      {
        'src/log/open.ts': `declare module '../graphql/context.ts' {\n  interface Services {\n    log: EventLog;\n  }\n}`,
        'src/rooms/join.ts': 'const { log } = context.services;',
      },
    ],
    ['the composition on anything', { 'src/schema.ts': `import './rooms/schema.ts';` }],
    ['a schema on another of its feature', { 'src/rooms/mutations.ts': `import { Kind } from './schema.ts';` }],
    ['the configuration anywhere', { 'src/storage/pool.ts': `import type { Config } from '../config.ts';` }],
    ['an entry of the client on its framework', { 'client/src/react-hooks.ts': `import { useRef } from 'react';` }],
    [
      'a core of the client on the codec',
      { 'client/src/connection/wire.ts': `import { parseMessage } from 'graphql-ws';` },
    ],
    ['the environment in its file', { 'src/config.ts': 'process.env' }],
    ['what was generated', { 'src/storage/a.ts': `import { Room } from '../generated/prisma/client.ts';` }],
  ])('%s', (_what, files) => {
    expect(breaches(planted(files))).toEqual([]);
  });
});
