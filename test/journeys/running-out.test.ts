import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { innerId } from '../../src/base/ids.ts';
import { ViewerEventsDocument } from '../generated/graphql.ts';
import { ban, inMs, mute } from '../support/moderating.ts';
import { type Person, take } from '../support/person.ts';
import { done, leave, look, makeChannel } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { withServerLike } from '../support/with-server.ts';

const { server: one, ada, grace, mallory } = await withServerLike({ compareMs: 200 }, 'Ada', 'Grace', 'Mallory');

const changes = parse(`subscription ($roomId: ID!) { roomEvents(roomId: $roomId) { events {
  ... on MembershipChangedEvent { actor { displayName } membership { state } } } } }`);
type Changes = { roomEvents: { events: { actor?: { displayName: string }; membership?: { state: string } }[] } };

/** Collects who changed memberships of a room, and into which state. */
async function followChanges(reader: Person, roomId: string): Promise<string[]> {
  const texts: string[] = [];
  const collect = async () => {
    for await (const { data } of reader.follow<Changes, object>(changes, { roomId })) {
      const events = data?.roomEvents.events.filter(({ membership }) => membership) ?? [];
      texts.push(...events.map(({ actor, membership }) => `${actor?.displayName} ${membership?.state}`));
    }
  };
  void collect();
  await one.untilFollowed(roomId);
  return texts;
}

test('a ban that runs out is an event by nobody, and the user learns of it', async () => {
  const roomId = await makeChannel(ada, 'Short bans', [grace, mallory]);
  const seen = await followChanges(grace, roomId);
  const own = mallory.follow(ViewerEventsDocument, {});
  await take(own, 1);

  done(await ban(ada, { roomId, user: mallory, terms: { until: inMs(2000) } }));

  await until(() => seen.length === 2);
  expect(seen).toEqual(['Ada BANNED', 'undefined LEFT']);
  const told = (await take(own, 2)).map(({ viewerEvents }) => viewerEvents);
  expect(told).toMatchObject([{ membership: { state: 'BANNED' } }, { membership: { state: 'LEFT' } }]);
  expect(await look(mallory, roomId)).toMatchObject({ viewerMembership: { state: 'LEFT' } });
});

test('a mute that runs out is one event, however many nodes look for it', async () => {
  const roomId = await makeChannel(ada, 'Short mutes', [mallory]);
  const two = await startServer({ databaseUrl: one.databaseUrl, roomCheckMs: 20 });
  const seen = await followChanges(ada, roomId);

  done(await mute(ada, { roomId, user: mallory, terms: { until: inMs(2000) } }));
  await until(() => seen.length === 2);
  await two.close();
  await leave(mallory, roomId);

  await until(() => seen.length > 2);
  expect(seen).toEqual(['Ada JOINED', 'undefined JOINED', 'Mallory LEFT']);
});

test('a ban by a node that is gone is found by a node that starts', async () => {
  const roomId = await makeChannel(ada, 'Bans by a node that is gone', [mallory]);
  const where = { roomId: innerId('Room', roomId), userId: innerId('User', mallory.id) };
  const { prisma } = one.app.services;
  await prisma.membership.updateMany({ where, data: { state: 'BANNED', bannedUntil: new Date() } });

  const two = await startServer({ databaseUrl: one.databaseUrl });
  await until(async () => (await prisma.membership.findFirst({ where }))?.state === 'LEFT');
  await two.close();

  expect(await prisma.membership.findFirst({ where })).toMatchObject({ bannedUntil: null });
});
