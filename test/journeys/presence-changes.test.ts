import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import {
  PresenceChangedDocument,
  type PresenceChangedSubscription,
  SetStatusDocument,
  UpdateProfileDocument,
} from '../generated/graphql.ts';
import { type Deployment, deployments, endDeployments } from '../support/deployments.ts';
import { Follower } from '../support/follower.ts';
import { Listener } from '../support/listener.ts';
import { type Person, people } from '../support/person.ts';
import { leave, makeGroup } from '../support/rooms.ts';

type Update = PresenceChangedSubscription['presenceChanged'];

afterAll(endDeployments);

/** What a client knows who applies every update: names and statuses of those who are in a room. */
function known({ results }: Listener<PresenceChangedSubscription>, roomId: string): Record<string, string> {
  const users = new Map<string, Update['changed'][number]>();
  for (const { presenceChanged: update } of results.filter(
    ({ presenceChanged }) => presenceChanged.roomId === roomId,
  )) {
    if (update.isSnapshot) users.clear();
    for (const presence of update.changed) users.set(presence.user.id, presence);
    for (const id of update.wentOffline) users.delete(id);
  }
  return Object.fromEntries([...users.values()].map(({ user, status }) => [user.displayName, status]));
}

describe.each(deployments)('presence, on %s', (_name, start) => {
  let deployment: Deployment;
  let ada: Person;
  let grace: Person;
  let edsger: Person;
  const open: { hangUp(): Promise<unknown> }[] = [];
  beforeAll(async () => {
    deployment = await start();
    ({ ada, grace } = await people(deployment.here.url, 'Ada', 'Grace'));
    ({ edsger } = await people(deployment.there.url, 'Edsger'));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.hangUp()));
  });
  afterAll(async () => {
    await Promise.all([ada.close(), grace.close(), edsger.close()]);
    await deployment.close();
  });

  async function enter(person: Person, roomId: string): Promise<Follower> {
    const follower = await Follower.of(person, roomId);
    open.push(follower);
    return follower;
  }

  function watch(person: Person, ...roomIds: string[]) {
    const listener = Listener.of(person, PresenceChangedDocument, { roomIds });
    open.push(listener);
    return listener;
  }

  const untilKnown = (listener: Listener<PresenceChangedSubscription>, roomId: string, names: object) =>
    listener.heard(
      () =>
        JSON.stringify(known(listener, roomId), Object.keys(names)) === JSON.stringify(names) &&
        Object.keys(known(listener, roomId)).length === Object.keys(names).length,
    );

  test('begins with who is there, then tells who comes and who goes', async () => {
    const roomId = await makeGroup(ada, 'Salon', [grace, edsger]);
    await enter(grace, roomId);
    const listener = watch(ada, roomId);
    await untilKnown(listener, roomId, { Grace: 'ONLINE' });
    expect(listener.results[0]).toMatchObject({ presenceChanged: { isSnapshot: true } });

    const guest = await enter(edsger, roomId);
    await untilKnown(listener, roomId, { Edsger: 'ONLINE', Grace: 'ONLINE' });
    await guest.hangUp();
    await untilKnown(listener, roomId, { Grace: 'ONLINE' });

    const updates = listener.results.map(({ presenceChanged }) => presenceChanged);
    expect(updates.filter(({ isSnapshot }) => isSnapshot)).toHaveLength(1);
    expect(updates.map(({ onlineCount }) => onlineCount)).toEqual([1, 2, 1]);
    expect(updates.at(-1)).toMatchObject({ changed: [], wentOffline: [edsger.id] });
  });

  test('takes two devices for one user, and a reload for no leaving', async () => {
    const roomId = await makeGroup(ada, 'Reload', [grace]);
    const tablet = await enter(grace, roomId);
    const phone = await enter(grace, roomId);
    const listener = watch(ada, roomId);
    await untilKnown(listener, roomId, { Grace: 'ONLINE' });

    await tablet.hangUp();
    await phone.hangUp();
    await enter(grace, roomId);
    const own = await enter(ada, roomId);
    await untilKnown(listener, roomId, { Ada: 'ONLINE', Grace: 'ONLINE' });
    // Once she is gone who let go last, Grace would be too.
    await own.hangUp();
    await untilKnown(listener, roomId, { Grace: 'ONLINE' });

    const updates = listener.results.map(({ presenceChanged }) => presenceChanged);
    expect(updates.flatMap(({ wentOffline }) => wentOffline)).toEqual([ada.id]);
    expect(updates.flatMap(({ changed }) => changed).filter(({ user }) => user.id === grace.id)).toHaveLength(1);
  });

  test('tells of a status and of a new name at once, and lets people hide', async () => {
    const roomId = await makeGroup(ada, 'Masks', [grace, edsger]);
    const { hedy } = await people(deployment.there.url, 'Hedy');
    const group = await makeGroup(hedy, 'Stage', [ada]);
    await enter(hedy, group);
    const listener = watch(ada, group, roomId);
    await untilKnown(listener, group, { Hedy: 'ONLINE' });

    await hedy.ask(SetStatusDocument, { input: { status: 'DO_NOT_DISTURB', statusText: 'On air' } });
    await untilKnown(listener, group, { Hedy: 'DO_NOT_DISTURB' });
    await hedy.ask(UpdateProfileDocument, { input: { displayName: 'Hedy L.' } });
    await untilKnown(listener, group, { 'Hedy L.': 'DO_NOT_DISTURB' });
    await hedy.ask(SetStatusDocument, { input: { status: 'OFFLINE' } });
    await untilKnown(listener, group, {});

    await hedy.close();
  });

  test('follows several rooms, and falls silent with access', async () => {
    const [one, two] = await Promise.all([makeGroup(ada, 'One', [grace]), makeGroup(ada, 'Two', [grace])]);
    const listener = watch(grace, one, two);
    await untilKnown(listener, one, {});
    await listener.heard(({ presenceChanged }) => presenceChanged.roomId === two);

    await leave(grace, one);
    await enter(ada, one);
    await enter(ada, two);
    await untilKnown(listener, two, { Ada: 'ONLINE' });
    expect(known(listener, one)).toEqual({});

    await leave(grace, two);
    await listener.ended;
  });

  test('counts a crowd and names some, and names all again when it is none any more', async () => {
    const roomId = await makeGroup(ada, 'Crowd', [grace]);
    const { prisma, presence } = deployment.there.app.services;
    const fans = await prisma.$queryRaw<{ id: string }[]>`
      INSERT INTO "User" ("id", "username", "displayName")
      SELECT gen_random_uuid(), 'fan-' || gen_random_uuid(), 'Fan ' || n FROM generate_series(1, 501) n RETURNING "id"`;
    const listener = watch(ada, roomId);
    await untilKnown(listener, roomId, {});

    const leave = fans.map(({ id }) => presence.tracker.hold(innerId('Room', roomId), id));
    await listener.heard(({ presenceChanged }) => presenceChanged.onlineCount === 501);
    const { presenceChanged: crowd } = listener.last!;
    expect(crowd).toMatchObject({ isSnapshot: true, wentOffline: [] });
    expect(crowd.changed).toHaveLength(50);
    await enter(grace, roomId);
    await listener.heard(({ presenceChanged }) => presenceChanged.onlineCount === 502);
    expect(listener.last!.presenceChanged).toMatchObject({ isSnapshot: false, changed: [], wentOffline: [] });

    for (const leaveOne of leave.slice(0, 499)) leaveOne();
    await listener.heard(({ presenceChanged }) => presenceChanged.onlineCount === 3);
    expect(Object.keys(known(listener, roomId))).toHaveLength(3);
    for (const leaveOne of leave.slice(499)) leaveOne();
    await untilKnown(listener, roomId, { Grace: 'ONLINE' });
  });

  test('refuses strangers, no rooms and too many', async () => {
    const roomId = await makeGroup(ada, 'Closed');
    const refused = (roomIds: string[]) => Listener.of(grace, PresenceChangedDocument, { roomIds }).ended;

    await expect(refused([roomId])).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    await expect(refused([])).rejects.toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
    await expect(refused(Array(51).fill(roomId))).rejects.toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
    await expect(refused([grace.id])).rejects.toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
  });
});
