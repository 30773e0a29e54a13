import { beforeAll, expect, test } from '@jest/globals';
import { execute as executeByGraphql, type GraphQLError, parse, validate } from 'graphql';
import { pino } from 'pino';
import { innerId } from '../../src/base/ids.ts';
import { execute } from '../../src/execution/executor/execute.ts';
import { masking } from '../../src/execution/masking.ts';
import { type Context, newContext } from '../../src/graphql/context.ts';
import { schema } from '../../src/schema.ts';
import { edit, react, remove } from '../support/messages.ts';
import type { Person } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { randomSelection } from '../support/random-selection.ts';
import { done, makeGroup, say } from '../support/rooms.ts';
import { seeds } from '../support/seeds.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, edsger } = await withServer('Ada', 'Grace', 'Edsger');
const mask = masking(pino({ level: 'silent' }));

/** Fields of the root, each with the type whose fields are selected. */
let fields: [field: string, type: string][];
beforeAll(async () => {
  const room = await makeGroup(ada, 'Differential', [grace]);
  const said: { id: string }[] = [];
  for (const author of [ada, grace, ada]) said.push(await say(author, room, `By ${author.name}`));
  const [first, second, third] = said.map(({ id }) => id) as [string, string, string];
  await say(grace, room, 'A reply', { replyToId: first });
  done(await edit(ada, first, 'By Ada, better'));
  for (const person of [ada, grace]) done(await react(person, first, '👍'));
  done(await remove(ada, third));
  fields = [
    ['viewer', 'Viewer'],
    ['server', 'Server'],
    [`room(id: "${room}")`, 'Room'],
    ['room(id: "nonsense")', 'Room'],
    ['rooms(first: 3)', 'RoomConnection'],
    [`user(id: "${grace.id}")`, 'User'],
    [`node(id: "${second}")`, 'Message'],
    [`nodes(ids: ["${first}", "${grace.id}", "${room}"])`, 'Message'],
  ];
});

function contextOf({ id, sessionId }: Person): Context {
  const viewer = { userId: innerId('User', id), sessionId: innerId('Session', sessionId), expiresAt: null };
  return newContext(server.app.services, { viewer, language: 'en' });
}

function randomQuery(random: Random): string {
  const but = new Set(['Server.time', 'Room.syncCursor']);
  const selected = fields.map(([field, type], index) => {
    const selection = randomSelection({ schema, random, but }, schema.getType(type)!, 3);
    return `f${index}: ${field} { ... on ${type} { ${selection} } }`;
  });
  return `{ ${selected.join(' ')} }`;
}

test('random queries of real data have the results and errors that they have with graphql-js', async () => {
  let errors = 0;
  for (const seed of seeds({ few: 20, many: 200 })) {
    const query = randomQuery(new Random(seed));
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    for (const person of [ada, grace, edsger, ada]) {
      const [expected, result] = [executeByGraphql, execute].map(async (run) => {
        const { errors: found, ...rest } = await run({ schema, document, contextValue: contextOf(person) });
        errors += found?.length ?? 0;
        return JSON.stringify({ ...rest, errors: found?.map((error: GraphQLError) => mask(error)) });
      });
      expect({ seed, result: await result }).toEqual({ seed, result: await expected });
    }
  }
  expect(errors).toBeGreaterThan(0); // else this proves nothing about errors
}, 120_000);
