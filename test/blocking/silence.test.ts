import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { NotificationsDocument, ViewerEventsDocument, type ViewerEventsSubscription } from '../generated/graphql.ts';
import { block, unblock } from '../support/blocking.ts';
import { type Deployment, deployments, endDeployments } from '../support/deployments.ts';
import { Listener } from '../support/listener.ts';
import { ban, mute, unban } from '../support/moderating.ts';
import type { Person } from '../support/person.ts';
import { converse, done, makeChannel, makeGroup, say } from '../support/rooms.ts';

type Device = Listener<ViewerEventsSubscription>;
const isSnapshot = ({ viewerEvents }: ViewerEventsSubscription) => viewerEvents.__typename === 'ViewerSnapshot';

const notifiesOf =
  (text: string) =>
  ({ viewerEvents: event }: ViewerEventsSubscription) =>
    event.__typename === 'NotificationAdded' && event.notification.message.text === text;

/** Texts that a device was notified of from a result on. */
const liveTexts = ({ results }: Device, from = 0) =>
  results
    .slice(from)
    .flatMap(({ viewerEvents: event }) =>
      event.__typename === 'NotificationAdded' ? [event.notification.message.text] : [],
    );

async function pendingTexts(person: Person) {
  return (await person.ask(NotificationsDocument, {})).viewer!.notifications.nodes.map(({ message }) => message.text);
}

afterAll(endDeployments);

describe.each(deployments)('a blocked user notifies the viewer of nothing, on %s:', (_name, start) => {
  let deployment: Deployment;
  const open: Device[] = [];
  beforeAll(async () => {
    deployment = await start();
  });
  afterEach(() => Promise.all(open.splice(0).map((one) => one.hangUp())));
  afterAll(() => deployment.close());

  /** Ada and Edsger are here, Grace there. */
  async function cast() {
    return { ...(await deployment.here.people('Ada', 'Edsger')), ...(await deployment.there.people('Grace')) };
  }

  async function device(person: Person): Promise<Device> {
    const listener = Listener.of(person, ViewerEventsDocument, {});
    open.push(listener);
    await listener.heard(isSnapshot);
    return listener;
  }

  test('not live, on any device, from the new snapshot on; until the block ends', async () => {
    const { ada, edsger, grace } = await cast();
    const roomId = await makeGroup(ada, 'Talk', [edsger, grace]);
    const devices = await Promise.all([device(grace), device(grace)]);

    await block(grace, edsger);
    await Promise.all(devices.map((one) => one.heard(isSnapshot, 1)));
    const before = devices.map(({ results }) => results.length);
    await say(edsger, roomId, 'Noise');
    await say(ada, roomId, 'Hello');
    await Promise.all(devices.map((one) => one.heard(notifiesOf('Hello'))));
    expect(devices.map((one) => liveTexts(one))).toEqual([['Hello'], ['Hello']]);

    await unblock(grace, edsger);
    await Promise.all(devices.map((one, index) => one.heard(isSnapshot, before[index])));
    await say(edsger, roomId, 'Sorry');
    await Promise.all(devices.map((one) => one.heard(notifiesOf('Sorry'))));
  });

  test('not in snapshots, counts and lists, where other users stay; and again after the block', async () => {
    const { ada, edsger, grace } = await cast();
    const roomId = await makeGroup(ada, 'Talk', [edsger, grace]);
    for (const [author, text] of [
      [edsger, 'Noise'],
      [ada, 'Hello'],
      [edsger, 'More noise'],
    ] as const) {
      await say(author, roomId, text);
    }
    await block(grace, edsger);

    expect((await device(grace)).results[0]?.viewerEvents).toMatchObject({
      pendingNotifications: [{ message: { text: 'Hello' } }],
      pendingCount: { value: 1 },
      unread: { messages: { value: 3 } },
    });
    expect(await pendingTexts(grace)).toEqual(['Hello']);
    await unblock(grace, edsger);
    expect(await pendingTexts(grace)).toEqual(['Noise', 'Hello', 'More noise']);
  });

  test('not in a conversation of both from before', async () => {
    const { edsger, grace, ada } = await cast();
    const direct = await converse(edsger, grace);
    await block(grace, edsger);
    const phone = await device(grace);

    await say(edsger, direct, 'Noise');
    await say(ada, await converse(ada, grace), 'Hello');
    await phone.heard(notifiesOf('Hello'));

    expect(liveTexts(phone)).toEqual(['Hello']);
  });

  test('nor by bans, mutes and their reasons in rooms that the viewer is no member of', async () => {
    const { edsger, grace, ada } = await cast();
    const [theirs, shared] = [await makeChannel(edsger, 'Trolls'), await makeGroup(edsger, 'Talk', [grace])];
    await block(grace, edsger);
    const phone = await device(grace);

    for (const act of [ban, unban, mute]) done(await act(edsger, { roomId: theirs, user: grace }));
    done(await ban(edsger, { roomId: shared, user: grace, terms: { reason: 'Seen' } }));
    done(await ban(edsger, { roomId: shared, user: grace, terms: { reason: 'Noise' } }));
    await say(ada, await converse(ada, grace), 'Hello');
    await phone.heard(notifiesOf('Hello'));

    const changes = phone.results.map(({ viewerEvents: event }) => event.__typename);
    expect(changes.filter((type) => type === 'MembershipChangedEvent')).toHaveLength(2);
  });

  test('but other users of it', async () => {
    const { ada, edsger, grace } = await cast();
    const roomId = await makeGroup(ada, 'Talk', [edsger, grace]);
    await block(grace, edsger);
    const phone = await device(ada);

    await say(edsger, roomId, 'Noise');

    await phone.heard(notifiesOf('Noise'));
  });
});
