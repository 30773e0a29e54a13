import { beforeAll, expect, test } from '@jest/globals';
import { type GraphQLNamedType, parse, validate } from 'graphql';
import { innerId } from '../../src/base/ids.ts';
import { executeAffordable } from '../../src/execution/execute-operation.ts';
import { type Context, newContext } from '../../src/graphql/context.ts';
import { schema } from '../../src/schema.ts';
import { MarkReadDocument } from '../generated/graphql.ts';
import type { Person } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { randomSelection } from '../support/random-selection.ts';
import { RandomTalk } from '../support/random-talk.ts';
import { converse, join, leave, makeChannel, makeGroup } from '../support/rooms.ts';
import { seeds } from '../support/seeds.ts';
import { storeMessages } from '../support/stored-messages.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, edsger, zoe } = await withServer('Ada', 'Grace', 'Edsger', 'Zoe');

let rooms: string[];
beforeAll(async () => {
  const random = new Random(7);
  const channel = await makeChannel(ada, 'Everybody');
  for (const person of [grace, edsger, zoe]) await join(person, channel);
  const group = await makeGroup(ada, 'Few', [grace, edsger]);
  rooms = [channel, group, await converse(ada, grace), await makeGroup(grace, 'Silent'), await makeChannel(ada, 'New')];
  for (const room of rooms.slice(0, 2)) {
    const talk = new RandomTalk(room, [ada, grace, edsger]);
    for (const person of [ada, grace, edsger]) await talk.speak(person, `${person.name} is here`);
    for (let n = 0; n < 40; n++) await talk.act(random).catch(() => {}); // of a person who has left
    await grace.ask(MarkReadDocument, { input: { roomId: room, upToSequence: 6 } });
  }
  await leave(edsger, group).catch(() => {}); // may have left at random
  await storeMessages(server, rooms[2]!, { author: grace, count: 105, text: 'Well?' });
  const banned = { userId: innerId('User', zoe.id), roomId: innerId('Room', channel) };
  await server.app.services.prisma.membership.update({ where: { roomId_userId: banned }, data: { state: 'BANNED' } });
  await server.app.services.presence.activity.close(); // times of activity would differ from one execution to the next
});

const but = new Set(['Room.syncCursor', 'Server.time', 'Session.lastSeenAt']);

const pages = ['', '(last: 3)', '(first: 2)', '(last: 100)', '(first: 0)'];
const inboxes = [
  'orderBy: ACTIVITY',
  'orderBy: ACTIVITY, last: 2',
  'filter: { kinds: [CHANNEL, DIRECT] }',
  'orderBy: ACTIVITY, filter: { query: "e" }',
  'filter: { unreadOnly: true }, last: 3',
];
const directories = ['', '(last: 2)', '(first: 1)', '(kinds: [STREAM])', '(query: "E")'];
const refusedPages = ['(first: 1, last: 1)', '(before: "x")', '(first: 101)'];

/** Returns a random operation on all lists, with random arguments and directives. */
function randomOperation(seed: number): string {
  const random = new Random(seed);
  const fields = (name: string, levels: number) =>
    randomSelection({ schema, random, but }, schema.getType(name) as GraphQLNamedType, levels);
  const query = `query ($yes: Boolean!, $no: Boolean!) {
    yes: server @include(if: $yes) { version } no: server @include(if: $no) { version }
    viewer { ${fields('Viewer', 1)} own: memberships { ${fields('RoomMembershipConnection', 4)} }
      inbox: memberships(${random.of(inboxes)}) { ${fields('RoomMembershipConnection', 4)} } }
    room(id: "${random.of(rooms)}") { ${fields('Room', 4)} }
    other: room(id: "${random.of(rooms)}") { messages${random.of([...pages, ...refusedPages])} { ${fields('MessageConnection', 4)} } }
    rooms${random.of(directories)} { ${fields('RoomConnection', 4)} } users { ${fields('UserConnection', 2)} }
  }`;
  return query
    .replace(/\b(messages|members|memberships)(?= \{)/g, (field) => field + random.of(pages))
    .replace(/\b(author|replyTo|user|readState|reactionGroups|latestMessage)(?= \{)/g, (field) =>
      random.isTrue(0.1) ? `${field} @${random.of(['skip', 'include'])}(if: $${random.of(['yes', 'no'])})` : field,
    );
}

function contextOf(person: Person | null, readsAhead: boolean): Context {
  const ids = person && { userId: innerId('User', person.id), sessionId: innerId('Session', person.sessionId) };
  const context = newContext(server.app.services, {
    viewer: ids && { ...ids, expiresAt: null, isAdmin: false },
    language: 'en',
  });
  return { ...context, readsAhead };
}

/** Returns the result as text, with its errors, and how many statements it took. */
async function execution(query: string, contextValue: Context) {
  const before = server.statements.length;
  const variableValues = { yes: true, no: false };
  const result = await executeAffordable({ schema, document: parse(query), contextValue, variableValues });
  return { bytes: JSON.stringify(result), statements: server.statements.length - before };
}

test('random operations that read ahead return byte for byte what loaders return, in fewer statements', async () => {
  const total = { ahead: 0, loaders: 0 };
  for (const seed of seeds({ few: 15, many: 300 })) {
    const query = randomOperation(seed);
    expect({ seed, query, errors: validate(schema, parse(query)) }).toEqual({ seed, query, errors: [] });
    for (const person of [ada, grace, edsger, zoe, null]) {
      const [ahead, loaders] = [
        await execution(query, contextOf(person, true)),
        await execution(query, contextOf(person, false)),
      ];
      expect({ seed, query, bytes: ahead.bytes }).toEqual({ seed, query, bytes: loaders.bytes });
      total.ahead += ahead.statements;
      total.loaders += loaders.statements;
    }
  }
  expect(total.ahead).toBeLessThan(total.loaders);
}, 300_000);
