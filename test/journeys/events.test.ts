import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { ArchiveRoomDocument, RoomStateDocument, UpdateRoomDocument } from '../generated/graphql.ts';
import { applied, newestPart, stateOf } from '../support/client-state.ts';
import { followEverything } from '../support/every-event.ts';
import { Follower } from '../support/follower.ts';
import { lastEventNumber } from '../support/head.ts';
import { edit, react, remove, unreact } from '../support/messages.ts';
import type { Person } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { RandomTalk } from '../support/random-talk.ts';
import { record } from '../support/recording.ts';
import { add, done, join, leave, makeChannel, roomOf, say } from '../support/rooms.ts';
import { seeds } from '../support/seeds.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');

describe('roomEvents', () => {
  /** Another node without a connection to the first: it knows only what it read from the log. */
  let other: TestServer;
  beforeAll(async () => {
    other = await startServer({ databaseUrl: server.databaseUrl, compareMs: 100 });
  });
  afterAll(() => other.close());

  /** The same events as another node reads them from the log afterwards. */
  async function replayed(roomId: string, after: string, last: number) {
    const replay = await followEverything(await other.signIn('Visitor'), { roomId, after });
    await replay.untilAt(last);
    return replay.events();
  }

  test('has all durable events, including those that no mutation records yet', async () => {
    const roomId = await makeChannel(ada, 'Everything', [grace]);
    const [one, two] = [await say(grace, roomId, 'One'), await say(grace, roomId, 'Two')];
    const live = await followEverything(ada, { roomId });

    done(await react(grace, one.id, '👍'));
    done(await edit(grace, one.id, 'One, edited'));
    await promoteToModerator(grace, roomId);
    await ada.ask(UpdateRoomDocument, { input: { roomId, topic: 'All of it' } });
    done(await remove(ada, two.id));
    const last = await lastEventNumber(server, roomId);
    await live.untilAt(last);

    const [byAda, byGrace] = ['Ada', 'Grace'].map((displayName) => ({ roomId, actor: { displayName } }));
    const edited = { id: one.id, text: 'One, edited', editedAt: expect.any(String) };
    expect(live.events()).toMatchObject([
      { ...byGrace, __typename: 'ReactionsChangedEvent', messageId: one.id, message: { id: one.id, text: 'One' } },
      { ...byGrace, __typename: 'MessageUpdatedEvent', message: edited },
      { ...byAda, __typename: 'MembershipChangedEvent', membership: { role: 'MODERATOR', user: { id: grace.id } } },
      { ...byAda, __typename: 'RoomUpdatedEvent', room: { name: 'Everything', topic: 'All of it' } },
      { ...byAda, __typename: 'MessageDeletedEvent', messageId: two.id, message: { id: two.id, text: null } },
    ]);
    // A replayed event shows its message as it is when the event is read.
    const [reacted, ...others] = live.events();
    const message = expect.objectContaining(edited);
    expect(await replayed(roomId, live.cursor, last)).toEqual([{ ...reacted, message }, ...others]);
  });

  async function promoteToModerator({ id }: Person, roomId: string): Promise<void> {
    const membership = `"userId" = '${innerId('User', id)}' AND "roomId" = '${innerId('Room', roomId)}'`;
    const change = `UPDATE "Membership" SET "role" = 'MODERATOR' WHERE ${membership}`;
    await record(server, roomId, { type: 'MEMBERSHIP_CHANGED', actorId: ada.id, userId: id }, change);
  }

  test('replays an event as it was live, unless its subject has changed since', async () => {
    const roomId = await makeChannel(ada, 'Twice told');
    const { hedy } = await server.people('Hedy');
    const first = await say(ada, roomId, 'First');
    const live = await followEverything(grace, { roomId });

    const actions: [string, () => Promise<unknown>][] = [
      ['MessageAddedEvent', () => say(ada, roomId, '👩🏽‍🚀 "quoted"\n\\ \u2028', { clientMessageId: 'draft' })],
      ['MessageAddedEvent', () => say(ada, roomId, 'Second', { replyToId: first.id })],
      ['MessageUpdatedEvent', () => edit(ada, first.id, 'First of all')],
      ['ReactionsChangedEvent', () => react(ada, first.id, '👍')],
      ['ReactionsChangedEvent', () => unreact(ada, first.id, '👍')],
      ['MessageDeletedEvent', () => remove(ada, first.id)],
      ['MembershipChangedEvent', () => join(hedy, roomId)],
      ['MembershipChangedEvent', () => leave(hedy, roomId)],
      ['MembershipChangedEvent', () => add(ada, roomId, [hedy])],
      ['RoomUpdatedEvent', () => ada.ask(UpdateRoomDocument, { input: { roomId, topic: 'Anew' } })],
      ['RoomUpdatedEvent', () => ada.ask(ArchiveRoomDocument, { input: { roomId } })],
    ];
    for (const [name, act] of actions) {
      const { cursor, positionAfter } = live.frames.at(-1)!;
      await act();
      const last = await lastEventNumber(server, roomId);
      await live.untilAt(last);

      const events = live.events().filter(({ eventNumber }) => eventNumber > positionAfter);
      expect(events[0]?.__typename).toBe(name);
      expect(await replayed(roomId, cursor, last)).toEqual(events);
    }
  });

  test('replays the new text of an edited message and null for a deleted one, however recent the change is', async () => {
    const roomId = await roomOf(ada, grace);
    const live = await followEverything(ada, { roomId });
    const [typo, secret] = [await say(ada, roomId, 'Helo'), await say(ada, roomId, 'Secret')];

    done(await edit(ada, typo.id, 'Hello'));
    done(await remove(ada, secret.id));
    const last = await lastEventNumber(server, roomId);
    await live.untilAt(last);
    const resumed = await followEverything(grace, { roomId, after: live.cursor });
    await resumed.untilAt(last);

    expect(live.events()).toMatchObject([{ message: { text: 'Helo' } }, { message: { text: 'Secret' } }, {}, {}]);
    expect(resumed.events()).toMatchObject([{ message: { text: 'Hello' } }, { message: { text: null } }, {}, {}]);
  });
});

test('an old state plus the events since is the fresh state, in random sequences', async () => {
  const crew = Object.values(await server.people('Ada', 'Grace', 'Edsger', 'Barbara')) as [Person, ...Person[]];
  const [owner] = crew;
  const roomId = await makeChannel(owner, 'Property');
  const talk = new RandomTalk(roomId, crew);
  await talk.speak(owner, 'Beginning');
  const happened = new Set<string>();
  const round = async (seed: number) => {
    const random = new Random(seed);
    const before = Promise.all(Array.from({ length: random.below(4) }, () => talk.act(random)));
    const old = await owner.ask(RoomStateDocument, { roomId });
    const follower = await Follower.of(owner, roomId, old.room!.syncCursor);
    await Promise.all(Array.from({ length: 1 + random.below(10) }, () => talk.act(random)));
    await before;
    await say(owner, roomId, `End of ${seed}`);

    const fresh = stateOf(await owner.ask(RoomStateDocument, { roomId }));
    await follower.untilHeard(`End of ${seed}`);
    const newest = Math.max(...[...fresh.messages.values()].map(({ sequence }) => sequence));
    const replayed = applied(stateOf(old), follower);

    expect({ seed, ...newestPart(replayed, newest) }).toEqual({ seed, ...newestPart(fresh, newest) });
    follower.expectNothingMissed();
    for (const event of follower.frames.flatMap(({ events }) => events)) happened.add(event.__typename);
    await follower.hangUp();
  };
  for (const seed of seeds({ few: 15, many: 60 })) await round(seed);
  // Until each kind of event has happened: else this proves nothing of one of them.
  for (let extra = 1_000_000; happened.size < 6; extra += 1) await round(extra);
}, 120_000);
