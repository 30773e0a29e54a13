import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RoomStateDocument, type RoomStateQuery, UpdateRoomDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { edit, react, remove, unreact } from '../support/messages.ts';
import { type Person, people } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { join, leave, makeRoom, say } from '../support/rooms.ts';
import { seeds } from '../support/seeds.ts';
import { startServer, type TestServer } from '../support/server.ts';

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

/** What a client shows of a message. */
interface Shown {
  sequence: number;
  text: string | null;
  editedAt: string | null;
  deletedAt: string | null;
  answers: string | null;
  reactions: readonly { emoji: string; count: number }[];
}

/** What a client shows of a room. */
interface State {
  name?: string | null;
  topic?: string | null;
  members: Map<string, string>;
  messages: Map<string, Shown>;
}

function stateOf({ room: found }: RoomStateQuery): State {
  const { name, topic, members, messages } = found!;
  return {
    name,
    topic,
    members: new Map(members.nodes.map(({ id, role }) => [id, role])),
    messages: new Map(
      messages.nodes.map((message) => {
        const { id, sequence, editedAt, deletedAt, replyTo, reactionGroups: reactions } = message;
        const answers = replyTo?.id ?? null;
        const text = said(message);
        return [id, { sequence, text, editedAt, deletedAt, answers, reactions }];
      }),
    ),
  };
}

/** A system message's text is made for each reader out of the names of the moment: it is derived, and not state. */
function said({ kind, text }: { kind: string; text?: string | null }): string | null {
  return kind === 'SYSTEM' ? null : (text ?? null);
}

type Event = Follower['frames'][number]['events'][number];

/** What a client makes of a state and the events that come after it. */
function applied(state: State, { frames }: Follower): State {
  for (const event of frames.flatMap(({ events }) => events)) {
    applyToMessages(state.messages, event);
    if (event.__typename === 'RoomUpdatedEvent')
      Object.assign(state, { name: event.room.name, topic: event.room.topic });
    if (event.__typename !== 'MembershipChangedEvent') continue;
    const { id, role, state: membershipState } = event.membership;
    if (membershipState === 'JOINED') state.members.set(id, role);
    else state.members.delete(id);
  }
  return state;
}

function applyToMessages(messages: State['messages'], event: Event): void {
  const change = (id: string, changed: Partial<Shown>) => {
    const message = messages.get(id);
    if (message) messages.set(id, { ...message, ...changed });
  };
  if (event.__typename === 'MessageAddedEvent') {
    const { id, sequence, replyTo } = event.message;
    const untouched = { editedAt: null, deletedAt: null, reactions: [] };
    messages.set(id, { ...untouched, sequence, text: said(event.message), answers: replyTo?.id ?? null });
  } else if (event.__typename === 'MessageUpdatedEvent') {
    change(event.message.id, { text: said(event.message), editedAt: event.message.editedAt });
  } else if (event.__typename === 'MessageDeletedEvent') {
    change(event.messageId, { text: null, deletedAt: event.occurredAt, reactions: [] });
  } else if (event.__typename === 'ReactionsChangedEvent') {
    change(event.messageId, { reactions: event.reactionGroups });
  }
}

/** What can be told of a state whatever page of messages it was read with. */
function shown({ name, topic, members, messages }: State, upTo: number) {
  const latest = [...messages.values()].filter(({ sequence }) => sequence > upTo - 20);
  latest.sort((a, b) => a.sequence - b.sequence);
  return { name, topic, members: Object.fromEntries(members), latest };
}

/** Ids of what was said, the newest first. */
const known: string[] = [];

async function speak(person: Person, text: string, more: { replyToId?: string } = {}): Promise<void> {
  known.unshift((await say(person, room, text, more)).id);
}

/** Reactions that were there, the newest first. */
const reactions: (() => Promise<unknown>)[] = [];

async function reactTo(person: Person, id: string, emoji: string): Promise<void> {
  const { message } = await react(person, id, emoji);
  if (message) reactions.unshift(() => unreact(person, id, emoji));
}

/** Does something at random, to a message as one of the newest; what is not allowed is refused and changes nothing. */
function act(random: Random): Promise<unknown> {
  const person = random.of(everybody);
  const others = everybody.slice(1);
  const id = random.of(known.slice(0, 4));
  const emoji = random.of(['👍', '❤', ':tada:']);
  const actions = [
    () => speak(person, `${person.name} says ${random.below(1000)}`),
    () => speak(person, `${person.name} answers ${random.below(1000)}`, { replyToId: id }),
    () => edit(person, id, `${person.name} meant ${random.below(1000)}`),
    () => remove(person, id),
    () => reactTo(person, id, emoji),
    () => reactTo(person, id, emoji),
    () => random.of([() => reactTo(person, id, emoji), ...reactions.slice(0, 3)])(),
    () => random.of([() => reactTo(person, id, emoji), ...reactions.slice(0, 3)])(),
    () => join(random.of(others), room),
    () => leave(random.of(others), room).catch(() => {}), // who never joined cannot leave
    () => ada.ask(UpdateRoomDocument, { input: { roomId: room, topic: `Topic ${random.below(1000)}` } }),
    () => ada.ask(UpdateRoomDocument, { input: { roomId: room, name: `Name ${random.below(1000)}` } }),
  ];
  return random.of(actions)();
}

test('old state plus events is fresh state, in random sequences', async () => {
  await speak(ada, 'Beginning');
  const happened = new Set<string>();
  for (const seed of seeds({ few: 15, many: 60 })) {
    const random = new Random(seed);
    const before = Promise.all(Array.from({ length: random.below(4) }, () => act(random)));
    const old = await ada.ask(RoomStateDocument, { roomId: room });
    const follower = await Follower.of(ada, room, old.room!.syncCursor);
    await Promise.all(Array.from({ length: 1 + random.below(10) }, () => act(random)));
    await before;
    await say(ada, room, `End of ${seed}`);

    const fresh = stateOf(await ada.ask(RoomStateDocument, { roomId: room }));
    await follower.untilHeard(`End of ${seed}`);
    const newest = Math.max(...[...fresh.messages.values()].map(({ sequence }) => sequence));
    const replayed = applied(stateOf(old), follower);

    expect({ seed, ...shown(replayed, newest) }).toEqual({ seed, ...shown(fresh, newest) });
    follower.expectNothingMissed();
    for (const event of follower.frames.flatMap(({ events }) => events)) happened.add(event.__typename);
    await follower.hangUp();
  }
  expect(happened.size).toBe(6); // else some kind of event went unproved
}, 120_000);
