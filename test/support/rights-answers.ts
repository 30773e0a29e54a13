import { innerId } from '../../src/base/ids.ts';
import { readsTopic } from '../../src/reading/read-moved.ts';
import type { Person } from './person.ts';
import type { CellCast, CellIds } from './rights-cells.ts';
import type { Row } from './rights-rows.ts';
import type { TestServer } from './server.ts';

/** Ids to show in the place of those of a cell. */
export const noIds: CellIds = {
  room: '',
  slug: '',
  epoch: '',
  own: 'own',
  other: 'other',
  owner: 'owner',
  target: 'target',
};

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: readonly { extensions?: Record<string, unknown> }[];
}

/** A room of a cell, with its people. */
interface Place {
  ids: CellIds;
  cast: CellCast;
}

/** Executes an operation as the actor. Returns the code of the error; null if it succeeded. */
export async function answerOf(
  server: TestServer,
  { field, operation }: Row,
  { ids, cast }: Place,
): Promise<string | null> {
  const query = operation(ids);
  if (query.startsWith('subscription')) return answerOfSubscription(server, query, { ids, cast });
  return codeIn((await cast.actor.tryAsk(query)) as Answer, field);
}

function codeIn({ data, errors }: Answer, field: string): string | null {
  if (errors?.length) return String(errors[0]?.extensions?.code);
  const value = data?.[field] as { userErrors?: { code: string }[] } | null | undefined;
  const found = Array.isArray(value) ? value[0] : value;
  return found ? (found.userErrors?.[0]?.code ?? null) : 'NOT_FOUND';
}

/** Waits for the first result. Most subscriptions begin with one; for `readStateChanged`, a member reads now and then. */
async function answerOfSubscription(server: TestServer, query: string, { ids, cast }: Place): Promise<string | null> {
  const results = cast.actor.socket.iterate({ query }) as AsyncIterableIterator<Answer>;
  const reading = query.includes('readStateChanged') ? setInterval(() => moveOn(server, ids), 20) : undefined;
  try {
    const { value } = await results.next();
    return value.errors?.length ? codeIn(value, '') : null;
  } catch (error) {
    return codeIn({ errors: error as Answer['errors'] }, '');
  } finally {
    clearInterval(reading);
    await results.return?.();
  }
}

let position = 0;

/** Publishes what the server publishes when a member has read further. */
function moveOn({ app }: TestServer, { room, target }: CellIds): void {
  const [roomId, userId] = [innerId('Room', room), innerId('User', target)];
  position += 1;
  app.services.bus.publish(readsTopic(roomId), { type: 'READ', roomId, userId, lastReadSequence: position });
}

const membersOf = (more: string) => `members(first: 10 ${more}) { nodes {
  user { id } moderationReason notificationLevel readState { lastReadSequence } } }`;

interface Seen {
  data: {
    room: {
      members: { nodes: SeenMember[] };
      messages: { nodes: { id: string; clientMessageId: string | null }[] };
    } | null;
  };
}

interface SeenMember {
  user: { id: string };
  moderationReason: string | null;
  notificationLevel: string | null;
  readState: object | null;
}

/** Returns what somebody sees of the target and of the target's message, and whether they see users in other states. */
export async function seenIn(viewer: Person, { room, target, other }: CellIds): Promise<unknown> {
  const messages = 'messages(first: 10) { nodes { id clientMessageId } }';
  const { data } = (await viewer.tryAsk(`{ room(id: "${room}") { ${membersOf('')} ${messages} } }`)) as Seen;
  if (!data.room) return 'nothing';
  const member = data.room.members.nodes.find(({ user }) => user.id === target)!;
  const message = data.room.messages.nodes.find(({ id }) => id === other)!;
  const states = (await viewer.tryAsk(`{ room(id: "${room}") { ${membersOf('states: [BANNED]')} } }`)) as Answer;
  return {
    reason: member.moderationReason,
    level: member.notificationLevel,
    readState: member.readState,
    reference: message.clientMessageId,
    states: !states.errors,
  };
}

/** Runs tasks, a few at a time; returns their results in order. */
export async function inTurn<Result>(tasks: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const results: Result[] = [];
  const queue = tasks.entries();
  const work = async () => {
    for (const [at, task] of queue) results[at] = await task();
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return results;
}
