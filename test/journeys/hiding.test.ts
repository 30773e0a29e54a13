import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type PresenceStatus,
  ReadStateChangedDocument,
  type ReadStateChangedSubscription,
  SetStatusDocument,
  SetTypingDocument,
  TypingChangedDocument,
  type TypingChangedSubscription,
  TypingUsersDocument,
  UpdateProfileDocument,
} from '../generated/graphql.ts';
import { type Deployment, deployments, endDeployments } from '../support/deployments.ts';
import { Listener } from '../support/listener.ts';
import { type Person, people } from '../support/person.ts';
import { read } from '../support/reading.ts';
import { done, join, leave, makeGroup, makeRoom, say } from '../support/rooms.ts';
import { until } from '../support/until.ts';

afterAll(endDeployments);

async function type(person: Person, roomId: string) {
  return (await person.ask(SetTypingDocument, { input: { roomId, isTyping: true } })).setTyping;
}

async function show(person: Person, status: `${PresenceStatus}`) {
  done((await person.ask(SetStatusDocument, { input: { status: status as PresenceStatus } })).setStatus);
}

async function typistsFor(reader: Person, roomId: string): Promise<string[]> {
  const { room } = await reader.ask(TypingUsersDocument, { id: roomId });
  return room!.typingUsers.map(({ displayName }) => displayName);
}

const namesIn = ({ typingChanged }: TypingChangedSubscription) =>
  typingChanged.users.map(({ displayName }) => displayName).sort();
const isOf =
  ({ id }: Person) =>
  ({ readStateChanged }: ReadStateChangedSubscription) =>
    readStateChanged.userId === id;

describe.each(deployments)('a user who hides, on %s', (_name, start) => {
  let deployment: Deployment;
  let ada: Person;
  let grace: Person;
  let edsger: Person;
  beforeAll(async () => {
    deployment = await start();
    ({ ada } = await people(deployment.here.url, 'Ada'));
    ({ grace, edsger } = await people(deployment.there.url, 'Grace', 'Edsger'));
  });
  afterAll(async () => {
    await Promise.all([ada, grace, edsger].map((person) => person.close()));
    await deployment.close();
  });

  test('is not said to type, in no way; those who do not hide are', async () => {
    const roomId = await makeGroup(ada, 'Masked', [grace, edsger]);
    await show(grace, 'OFFLINE');
    const listener = Listener.of(ada, TypingChangedDocument, { roomId });
    await listener.heard(() => true);

    expect(await type(grace, roomId)).toMatchObject({ expiresInMs: 6000, userErrors: [] });
    await type(edsger, roomId);
    await listener.heard((now) => namesIn(now).length > 0);

    expect(new Set(listener.results.flatMap(namesIn))).toEqual(new Set(['Edsger']));
    expect(await typistsFor(ada, roomId)).toEqual(['Edsger']);
    expect(await typistsFor(grace, roomId)).toEqual(['Edsger']);
    await show(grace, 'ONLINE');
    await listener.heard((now) => namesIn(now).includes('Grace'));
    await listener.hangUp();
  });

  test('types no more for others when they begin to hide', async () => {
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

  test('is not followed in what they read, and is again from where they are when they show themselves', async () => {
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

  test('is followed on after a change that hides nothing, such as of a name', async () => {
    const roomId = await makeGroup(ada, 'Names', [grace]);
    const listener = Listener.of(ada, ReadStateChangedDocument, { roomId });
    await listener.heard(isOf(ada));

    const { sequence } = await say(ada, roomId, 'Hello');
    await grace.ask(UpdateProfileDocument, { input: { displayName: 'Grace' } });
    await read(grace, roomId, sequence);

    await listener.heard((now) => isOf(grace)(now) && now.readStateChanged.lastReadSequence === sequence);
    await listener.hangUp();
  });

  test('typing and reading in a public room are for its members', async () => {
    const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: `Hall of ${_name}` });
    await join(edsger, roomId);
    await type(edsger, roomId);
    const following = () => [
      Listener.of(grace, TypingChangedDocument, { roomId }),
      Listener.of(grace, ReadStateChangedDocument, { roomId }),
    ];

    for (const { ended } of following())
      await expect(ended).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    expect(await type(grace, roomId)).toMatchObject({ userErrors: [{ code: 'FORBIDDEN', path: ['input', 'roomId'] }] });
    expect([await typistsFor(grace, roomId), await typistsFor(ada, roomId)]).toEqual([[], ['Edsger']]);
    await join(grace, roomId);
    const followed = following();
    await until(() => followed.every(({ results }) => results.length > 0));
    await leave(grace, roomId);

    await Promise.all(followed.map(({ ended }) => ended));
  });
});
