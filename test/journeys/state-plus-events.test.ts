import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RoomStateDocument, type RoomStateQuery, UpdateRoomDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { type Person, people } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { join, leave, makeRoom, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const cases = 60;

let server: TestServer;
let everybody: Person[];
let ada: Person;
let room: string;
beforeAll(async () => {
  server = await startServer();
  everybody = Object.values(await people(server.url, 'Ada', 'Grace', 'Edsger', 'Barbara'));
  ada = everybody[0]!;
  room = await makeRoom(ada, { kind: 'CHANNEL', name: 'Property' });
});
afterAll(async () => {
  await Promise.all(everybody.map((person) => person.close()));
  await server.close();
});

/** What a client shows of a room. */
interface State {
  name?: string | null;
  topic?: string | null;
  members: Map<string, string>;
  messages: Map<number, string | null>;
}

function stateOf({ room: found }: RoomStateQuery): State {
  const { name, topic, members, messages } = found!;
  return {
    name,
    topic,
    members: new Map(members.nodes.map(({ id, role }) => [String(id), role])),
    messages: new Map(messages.nodes.map((message) => [message.sequence, said(message)])),
  };
}

/** A system message's text is made for each reader out of the names of the moment: it is derived, and not state. */
function said({ kind, text }: { kind: string; text?: string | null }): string | null {
  return kind === 'SYSTEM' ? null : (text ?? null);
}

/** What a client makes of a state and the events that come after it. */
function applied(state: State, { frames }: Follower): State {
  for (const event of frames.flatMap(({ events }) => events)) {
    if (event.__typename === 'MessageAddedEvent') state.messages.set(event.message.sequence, said(event.message));
    if (event.__typename === 'RoomUpdatedEvent')
      Object.assign(state, { name: event.room.name, topic: event.room.topic });
    if (event.__typename !== 'MembershipChangedEvent') continue;
    const { id, role, state: membershipState } = event.membership;
    if (membershipState === 'JOINED') state.members.set(String(id), role);
    else state.members.delete(String(id));
  }
  return state;
}

/** What can be told of a state whatever page of messages it was read with. */
function shown({ name, topic, members, messages }: State, upTo: number) {
  const latest = [...messages].filter(([sequence]) => sequence > upTo - 20).sort(([a], [b]) => a - b);
  return { name, topic, members: Object.fromEntries(members), latest };
}

function act(random: Random): Promise<unknown> {
  const person = random.of(everybody);
  const others = everybody.slice(1);
  const actions = [
    () => say(person, room, `${person.name} says ${random.below(1000)}`),
    () => join(random.of(others), room),
    () => leave(random.of(others), room).catch(() => {}), // who never joined cannot leave
    () => ada.ask(UpdateRoomDocument, { input: { roomId: room, topic: `Topic ${random.below(1000)}` } }),
    () => ada.ask(UpdateRoomDocument, { input: { roomId: room, name: `Name ${random.below(1000)}` } }),
  ];
  return random.of(actions)();
}

test(`old state plus events is fresh state, in ${cases} random sequences`, async () => {
  for (let seed = 1; seed <= cases; seed += 1) {
    const random = new Random(seed);
    const before = Promise.all(Array.from({ length: random.below(4) }, () => act(random)));
    const old = await ada.ask(RoomStateDocument, { roomId: room });
    const follower = await Follower.of(ada, room, old.room!.syncCursor);
    await Promise.all(Array.from({ length: 1 + random.below(6) }, () => act(random)));
    await before;
    await say(ada, room, `End of ${seed}`);

    const fresh = stateOf(await ada.ask(RoomStateDocument, { roomId: room }));
    await follower.untilHeard(`End of ${seed}`);
    const newest = Math.max(...fresh.messages.keys());
    const replayed = applied(stateOf(old), follower);

    expect({ seed, ...shown(replayed, newest) }).toEqual({ seed, ...shown(fresh, newest) });
    follower.expectNothingMissed();
    await follower.hangUp();
  }
}, 120_000);
