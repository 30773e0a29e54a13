import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ArchiveRoomDocument,
  type PresenceStatus,
  ReadStateChangedDocument,
  type ReadStateChangedSubscription,
  SetStatusDocument,
  SetTypingDocument,
  TypingChangedDocument,
  TypingUsersDocument,
  UpdateProfileDocument,
} from '../generated/graphql.ts';
import { type Deployment, deployments, endDeployments } from '../support/deployments.ts';
import { Listener } from '../support/listener.ts';
import type { Person } from '../support/person.ts';
import { read } from '../support/reading.ts';
import { done, join, leave, makeChannel, makeGroup, say } from '../support/rooms.ts';
import { listen } from '../support/sse.ts';
import { until } from '../support/until.ts';

/** Calls `setTyping` for a user; returns the payload. */
async function type(person: Person, roomId: string, isTyping = true) {
  return (await person.ask(SetTypingDocument, { input: { roomId, isTyping } })).setTyping;
}

const namesIn = ({ typingChanged }: { typingChanged: { users: { displayName: string }[] } }) =>
  typingChanged.users.map(({ displayName }) => displayName).sort();

afterAll(endDeployments);

async function show(person: Person, status: `${PresenceStatus}`) {
  done((await person.ask(SetStatusDocument, { input: { status: status as PresenceStatus } })).setStatus);
}

async function typistsFor(reader: Person, roomId: string): Promise<string[]> {
  const { room } = await reader.ask(TypingUsersDocument, { id: roomId });
  return room!.typingUsers.map(({ displayName }) => displayName);
}

const isOf =
  ({ id }: Person) =>
  ({ readStateChanged }: ReadStateChangedSubscription) =>
    readStateChanged.userId === id;

describe.each(deployments)('on %s', (_name, start) => {
  let deployment: Deployment;
  let ada: Person;
  let grace: Person;
  let edsger: Person;
  beforeAll(async () => {
    deployment = await start({ typingMs: 60_000 }); // longer than any test waits
    ({ ada } = await deployment.here.people('Ada'));
    ({ grace, edsger } = await deployment.there.people('Grace', 'Edsger'));
  });
  afterAll(() => deployment.close());

  describe('typing', () => {
    test('is judged by one statement', async () => {
      const roomId = await makeGroup(ada, 'Once', [grace]);
      const { statements } = deployment.here;
      const before = statements.length;

      await type(ada, roomId);

      expect(statements.slice(before).filter((text) => text.includes('"Membership"'))).toHaveLength(1);
    });

    test('is published as the list of all typing users, until they stop or send a message', async () => {
      const roomId = await makeGroup(ada, 'Keys', [grace, edsger]);
      const [near, far] = [
        Listener.of(ada, TypingChangedDocument, { roomId }),
        Listener.of(edsger, TypingChangedDocument, { roomId }),
      ];
      await Promise.all([
        near.heard((now) => namesIn(now).length === 0),
        far.heard((now) => namesIn(now).length === 0),
      ]);

      expect(await type(grace, roomId)).toEqual({ expiresInMs: 60_000, userErrors: [] });
      await type(edsger, roomId);
      await Promise.all([near, far].map((one) => one.heard((now) => namesIn(now).join() === 'Edsger,Grace')));
      expect((await ada.ask(TypingUsersDocument, { id: roomId })).room!.typingUsers).toHaveLength(2);

      expect(await type(grace, roomId, false)).toEqual({ expiresInMs: null, userErrors: [] });
      await Promise.all([near, far].map((one) => one.heard((now) => namesIn(now).join() === 'Edsger')));
      const heard = [near, far].map(({ results }) => results.length);
      await say(edsger, roomId, 'Done');
      await Promise.all([near, far].map((one, index) => one.heard((now) => namesIn(now).length === 0, heard[index])));

      await Promise.all([near.hangUp(), far.hangUp()]);
    });

    test('ends by itself when its time is up', async () => {
      const brief = await start({ typingMs: 1000 });
      const { hedy } = await brief.here.people('Hedy');
      const { radia } = await brief.there.people('Radia');
      const roomId = await makeGroup(hedy, 'Distracted', [radia]);
      const listener = Listener.of(radia, TypingChangedDocument, { roomId });
      expect(await type(hedy, roomId)).toEqual({ expiresInMs: 1000, userErrors: [] });
      await listener.heard((now) => namesIn(now).join() === 'Hedy');

      await listener.heard((now) => namesIn(now).length === 0, listener.results.length);
      await listener.hangUp();
      await brief.close();
    });

    test('ends for a user who sends through another node', async () => {
      const roomId = await makeGroup(ada, 'Roaming', [grace, edsger]);
      const listener = Listener.of(edsger, TypingChangedDocument, { roomId });
      await type(edsger, roomId);
      await listener.heard((now) => namesIn(now).length === 1);

      const heard = listener.results.length;
      const elsewhere = Object.assign(Object.create(Object.getPrototypeOf(edsger)), edsger, {
        url: deployment.here.url,
      });
      await say(elsewhere, roomId, 'From over there');
      await listener.heard((now) => namesIn(now).length === 0, heard);

      expect(listener.results.slice(heard).map(namesIn)).toEqual([[]]);
      await listener.hangUp();
    });

    test('can be set every two seconds', async () => {
      const roomId = await makeGroup(ada, 'Hasty', []);
      await type(ada, roomId);

      expect(await type(ada, roomId)).toMatchObject({ expiresInMs: null, userErrors: [{ code: 'RATE_LIMITED' }] });
      expect(await type(ada, roomId, false)).toMatchObject({ userErrors: [] });
      expect(await type(ada, roomId, false)).toMatchObject({ userErrors: [] });
    });

    test('is published over Server-Sent Events', async () => {
      const roomId = await makeGroup(ada, 'By curl', [grace]);
      const listener = new Listener(listen(ada, TypingChangedDocument, { roomId }));
      await listener.heard((now) => namesIn(now).length === 0);

      await type(grace, roomId);
      await listener.heard((now) => namesIn(now).join() === 'Grace');
      await listener.hangUp();
    });

    test('ends when the room is archived, and cannot begin again', async () => {
      const roomId = await makeGroup(ada, 'Old keys', [grace, edsger]);
      const listener = Listener.of(edsger, TypingChangedDocument, { roomId });
      await Promise.all([type(ada, roomId), type(grace, roomId)]);
      await listener.heard((now) => namesIn(now).join() === 'Ada,Grace');

      const heard = listener.results.length;
      done((await ada.ask(ArchiveRoomDocument, { input: { roomId } })).archiveRoom);

      await listener.heard((now) => namesIn(now).length === 0, heard);
      expect(await type(edsger, roomId)).toMatchObject({
        expiresInMs: null,
        userErrors: [{ code: 'ROOM_ARCHIVED', path: ['input', 'roomId'] }],
      });
      expect(await type(edsger, roomId, false)).toMatchObject({ userErrors: [] });
      expect(await typistsFor(edsger, roomId)).toEqual([]);
      await listener.hangUp();
    });

    test('is not published to a user who leaves, nor to outsiders', async () => {
      const roomId = await makeGroup(ada, 'Private keys', [grace]);
      const listener = Listener.of(grace, TypingChangedDocument, { roomId });
      await listener.heard(() => true);

      await leave(grace, roomId);
      await listener.ended;
      await expect(Listener.of(grace, TypingChangedDocument, { roomId }).ended).rejects.toMatchObject({
        extensions: { code: 'NOT_FOUND' },
      });
      expect(await type(edsger, roomId)).toMatchObject({
        userErrors: [{ code: 'NOT_FOUND', path: ['input', 'roomId'] }],
      });
      await until(() => listener.isOver);
    });
  });

  describe('a user who hides', () => {
    test('is not shown as typing, unlike the others', async () => {
      const roomId = await makeGroup(ada, 'Masked', [grace, edsger]);
      await show(grace, 'OFFLINE');
      const listener = Listener.of(ada, TypingChangedDocument, { roomId });
      await listener.heard(() => true);

      expect(await type(grace, roomId)).toMatchObject({ expiresInMs: 60_000, userErrors: [] });
      await type(edsger, roomId);
      await listener.heard((now) => namesIn(now).length > 0);

      expect(new Set(listener.results.flatMap(namesIn))).toEqual(new Set(['Edsger']));
      expect(await typistsFor(ada, roomId)).toEqual(['Edsger']);
      expect(await typistsFor(grace, roomId)).toEqual(['Edsger']);
      await show(grace, 'ONLINE');
      await listener.heard((now) => namesIn(now).includes('Grace'));
      await listener.hangUp();
    });

    test('is no longer shown as typing once they hide', async () => {
      const roomId = await makeGroup(ada, 'Masking', [grace]);
      const listener = Listener.of(ada, TypingChangedDocument, { roomId });
      await type(grace, roomId);
      await listener.heard((now) => namesIn(now).includes('Grace'));
      const heard = listener.results.length;

      await show(grace, 'OFFLINE');

      expect(await typistsFor(ada, roomId)).toEqual([]);
      await listener.heard((now) => namesIn(now).length === 0, heard);
      await Promise.all([listener.hangUp(), show(grace, 'ONLINE')]);
    });

    test('has no read position published until they no longer hide', async () => {
      const roomId = await makeGroup(ada, 'Library', [grace, edsger]);
      const { sequence } = await say(ada, roomId, 'Page one');
      await read(grace, roomId, sequence);
      const listener = Listener.of(ada, ReadStateChangedDocument, { roomId });
      await listener.heard(isOf(grace));
      const heard = listener.results.length;
      await show(grace, 'OFFLINE');

      const next = await say(ada, roomId, 'Page two');
      await read(grace, roomId, next.sequence);
      await read(edsger, roomId, next.sequence);
      await listener.heard((now) => isOf(edsger)(now) && now.readStateChanged.lastReadSequence === next.sequence);
      const newcomer = Listener.of(edsger, ReadStateChangedDocument, { roomId });
      await newcomer.heard(isOf(edsger));

      expect([...listener.results.slice(heard), ...newcomer.results].filter(isOf(grace))).toEqual([]);
      await show(grace, 'ONLINE');
      const hers = (now: ReadStateChangedSubscription) =>
        isOf(grace)(now) && now.readStateChanged.lastReadSequence === next.sequence;
      await Promise.all([listener.heard(hers), newcomer.heard(hers)]);
      await Promise.all([listener.hangUp(), newcomer.hangUp()]);
    });

    test('has read positions published after a change of the name', async () => {
      const roomId = await makeGroup(ada, 'Names', [grace]);
      const listener = Listener.of(ada, ReadStateChangedDocument, { roomId });
      await listener.heard(isOf(ada));

      const { sequence } = await say(ada, roomId, 'Hello');
      await grace.ask(UpdateProfileDocument, { input: { displayName: 'Grace' } });
      await read(grace, roomId, sequence);

      await listener.heard((now) => isOf(grace)(now) && now.readStateChanged.lastReadSequence === sequence);
      await listener.hangUp();
    });

    test('is shown as typing and reading in a public room to its members alone', async () => {
      const roomId = await makeChannel(ada, 'Hall');
      await join(edsger, roomId);
      await type(edsger, roomId);
      const following = () => [
        Listener.of(grace, TypingChangedDocument, { roomId }),
        Listener.of(grace, ReadStateChangedDocument, { roomId }),
      ];

      for (const { ended } of following())
        await expect(ended).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
      expect(await type(grace, roomId)).toMatchObject({
        userErrors: [{ code: 'FORBIDDEN', path: ['input', 'roomId'] }],
      });
      expect([await typistsFor(grace, roomId), await typistsFor(ada, roomId)]).toEqual([[], ['Edsger']]);
      await join(grace, roomId);
      const followed = following();
      await until(() => followed.every(({ results }) => results.length > 0));
      await leave(grace, roomId);

      await Promise.all(followed.map(({ ended }) => ended));
    });
  });
});
