import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AcknowledgeNotificationsDocument,
  CountingDocument,
  MarkReadDocument,
  NotificationsDocument,
  ReadStateChangedDocument,
  SetNotificationLevelDocument,
  SetStatusDocument,
  ViewerEventsDocument,
  type ViewerEventsSubscription,
} from '../generated/graphql.ts';
import { type Deployment, deployments, endDeployments } from '../support/deployments.ts';
import { Follower } from '../support/follower.ts';
import { Listener } from '../support/listener.ts';
import { remove } from '../support/messages.ts';
import type { Person } from '../support/person.ts';
import { add, converse, done, join, leave, makeGroup, makeRoom, say } from '../support/rooms.ts';
import { until } from '../support/until.ts';

type Event = ViewerEventsSubscription['viewerEvents'];
type Device = Listener<ViewerEventsSubscription>;
const is =
  <Type extends Event['__typename']>(type: Type) =>
  ({ viewerEvents: event }: ViewerEventsSubscription) =>
    event.__typename === type;

const eventsOf = ({ results }: Device) => results.map(({ viewerEvents }) => viewerEvents);
/** Texts that the device was notified of, those of its snapshots first. */
const textsOf = (device: Device) =>
  eventsOf(device).flatMap((event) =>
    event.__typename === 'ViewerSnapshot'
      ? event.pendingNotifications.map(({ message }) => message.text)
      : event.__typename === 'NotificationAdded'
        ? [event.notification.message.text]
        : [],
  );

afterAll(endDeployments);

describe.each(deployments)('viewerEvents, on %s', (_name, start) => {
  let deployment: Deployment;
  const open: { hangUp(): Promise<unknown> }[] = [];
  beforeAll(async () => {
    deployment = await start({ readsFrameMs: 1000 });
  });
  afterEach(() => Promise.all(open.splice(0).map((one) => one.hangUp())));
  afterAll(() => deployment.close());

  /** Ada is here, Grace there: on another node, if there are two. */
  async function adaAndGrace() {
    return { ...(await deployment.here.people('Ada')), ...(await deployment.there.people('Grace')) };
  }

  async function device(person: Person): Promise<Device> {
    const listener = Listener.of(person, ViewerEventsDocument, {});
    open.push(listener);
    await listener.heard(is('ViewerSnapshot'));
    return listener;
  }

  async function enter(person: Person, roomId: string): Promise<void> {
    open.push(await Follower.of(person, roomId));
  }

  test('notify a viewer who does not want to be disturbed too', async () => {
    const { ada, grace } = await adaAndGrace();
    const roomId = await makeGroup(ada, 'Busy', [grace]);
    await grace.ask(SetStatusDocument, { input: { status: 'DO_NOT_DISTURB' } });
    const phone = await device(grace);

    await say(ada, roomId, 'Hello');

    await phone.heard(is('NotificationAdded'));
    expect(textsOf(phone)).toEqual(['Hello']);
  });

  test('begin with pending notifications, oldest first, and continue with new messages', async () => {
    const { ada, grace } = await adaAndGrace();
    const roomId = await makeGroup(ada, 'Post', [grace]);
    for (const text of ['One', 'Two']) await say(ada, roomId, text);

    const phone = await device(grace);
    expect(eventsOf(phone)[0]).toMatchObject({
      unread: { rooms: { value: 1 }, messages: { value: 2 } },
      pendingNotifications: [
        { room: { id: roomId }, message: { text: 'One' }, actor: { displayName: 'Ada' } },
        { message: { text: 'Two' } },
      ],
      pendingCount: { value: 2, isCapped: false },
    });
    await say(ada, roomId, 'Three');
    await phone.heard(is('NotificationAdded'));

    expect(textsOf(phone)).toEqual(['One', 'Two', 'Three']);
  });

  test('show pending notifications to each device once, and none after one device has acknowledged them', async () => {
    const { ada, grace } = await adaAndGrace();
    const roomId = await makeGroup(ada, 'Week', [grace]);
    const texts = Array.from({ length: 120 }, (_, day) => `Message ${day}`);
    for (const text of texts) await say(ada, roomId, text);

    const [phone, tablet] = await Promise.all([device(grace), device(grace)]);
    for (const one of [phone, tablet]) {
      expect(textsOf(one)).toEqual(texts.slice(0, 100));
      expect(eventsOf(one)[0]).toMatchObject({ pendingCount: { value: 120, isCapped: false } });
    }
    const { notifications } = (await grace.ask(NotificationsDocument, { first: 70 })).viewer!;
    const { notifications: rest } = (
      await grace.ask(NotificationsDocument, { first: 70, after: notifications.pageInfo.endCursor })
    ).viewer!;
    expect([...notifications.nodes, ...rest.nodes].map(({ message }) => message.text)).toEqual(texts);
    expect(rest.pageInfo.hasNextPage).toBe(false);

    const upToSequence = rest.nodes.at(-1)!.message.sequence;
    const { acknowledgeNotifications } = await grace.ask(AcknowledgeNotificationsDocument, {
      input: { roomId, upToSequence },
    });
    expect(done(acknowledgeNotifications)).toMatchObject({
      unread: { messages: { value: 100, isCapped: true } },
    });
    await Promise.all([phone, tablet].map((one) => one.hangUp()));
    const again = await Promise.all([device(grace), device(grace)]);

    for (const one of again)
      expect(eventsOf(one)[0]).toMatchObject({ pendingNotifications: [], pendingCount: { value: 0 } });
  });

  test('leave out silenced rooms, and rooms that the viewer follows on any device', async () => {
    const { ada, grace } = await adaAndGrace();
    const [here, elsewhere, silent] = await Promise.all(
      ['Here', 'Elsewhere', 'Silent'].map((name) => makeGroup(ada, name, [grace])),
    );
    const phone = await device(grace);
    await enter(grace, here!);
    await grace.ask(SetNotificationLevelDocument, { input: { roomId: silent!, level: 'NONE' } });

    await say(ada, here!, 'Seen anyway');
    await say(ada, silent!, 'Unheard');
    await say(ada, elsewhere!, 'Heard');
    await phone.heard(is('NotificationAdded'));
    expect(textsOf(phone)).toEqual(['Heard']);

    await grace.ask(SetNotificationLevelDocument, { input: { roomId: silent!, level: 'ALL' } });
    await say(ada, silent!, 'Heard again');
    await until(() => textsOf(phone).length === 2);
    expect(textsOf(phone)).toEqual(['Heard', 'Heard again']);
  });

  test('show a new conversation and its first message on every device of its members', async () => {
    const { ada, grace } = await adaAndGrace();
    const devices = await Promise.all([device(grace), device(grace), device(ada)]);

    const roomId = await converse(ada, grace);
    await say(ada, roomId, 'Hello!');
    for (const one of devices) {
      const { viewerEvents } = await one.heard(is('MembershipChangedEvent'));
      expect(viewerEvents).toMatchObject({ roomId, membership: { state: 'JOINED', room: { id: roomId } } });
    }
    const [phone, tablet, own] = devices;
    await Promise.all([phone!, tablet!].map((one) => one.heard(is('NotificationAdded'))));
    await own!.heard(is('ViewerReadStateChanged'));

    expect([phone!, tablet!, own!].map(textsOf)).toEqual([['Hello!'], ['Hello!'], []]);
  });

  test('show when the viewer is added to a room and leaves it, and no message after that', async () => {
    const { ada, grace } = await adaAndGrace();
    const phone = await device(grace);
    const roomId = await makeGroup(ada, 'Revolving', []);
    const other = await makeGroup(ada, 'Other', [grace]);
    await add(ada, roomId, [grace]);
    await phone.heard(({ viewerEvents }) => 'roomId' in viewerEvents && viewerEvents.roomId === roomId);
    await say(ada, roomId, 'While she is in');
    await phone.heard(is('NotificationAdded'));
    await leave(grace, roomId);
    await say(ada, roomId, 'While she is out');
    await say(ada, other, 'Last');
    await until(() => textsOf(phone).includes('Last'));

    expect(textsOf(phone)).toEqual(['While she is in', 'Last']);
    const left = eventsOf(phone).find(
      (event) => event.__typename === 'MembershipChangedEvent' && event.membership.state === 'LEFT',
    );
    expect(left).toMatchObject({ membership: { room: { id: roomId, name: null } } });
    const changes = eventsOf(phone).filter((event) => event.__typename === 'MembershipChangedEvent');
    expect(changes.filter((event) => event.roomId === roomId)).toMatchObject([
      { membership: { state: 'JOINED' } },
      { membership: { state: 'LEFT' } },
    ]);
  });

  test('show the other devices that one has read', async () => {
    const { ada, grace } = await adaAndGrace();
    const roomId = await makeGroup(ada, 'Read', [grace]);
    const message = await say(ada, roomId, 'Read me');
    const tablet = await device(grace);
    expect(eventsOf(tablet)[0]).toMatchObject({ unread: { messages: { value: 1 } } });

    await grace.ask(MarkReadDocument, { input: { roomId, upToSequence: message.sequence } });
    const { viewerEvents } = await tablet.heard(is('ViewerReadStateChanged'));

    expect(viewerEvents).toMatchObject({
      membership: { room: { id: roomId }, readState: { lastReadSequence: message.sequence } },
      unread: { rooms: { value: 0 }, messages: { value: 0 } },
    });
    expect((await grace.ask(NotificationsDocument, {})).viewer!.notifications.nodes).toEqual([]);
  });

  test('pass on the unread count where nobody is notified: present on another device, silenced, and deleted', async () => {
    const { ada, grace } = await adaAndGrace();
    const [followed, silent] = await Promise.all(['Followed', 'Silenced'].map((name) => makeGroup(ada, name, [grace])));
    await grace.ask(SetNotificationLevelDocument, { input: { roomId: silent!, level: 'NONE' } });
    await enter(grace, followed!);
    const tablet = await device(grace);
    const counted = (roomId: string, value: number) =>
      tablet.heard(
        ({ viewerEvents: event }) =>
          event.__typename === 'ViewerReadStateChanged' &&
          event.membership.room.id === roomId &&
          event.membership.readState?.unreadCount.value === value,
      );

    await say(ada, followed!, 'Unseen');
    const { id } = await say(ada, silent!, 'Unheard');
    await Promise.all([counted(followed!, 1), counted(silent!, 1)]);
    await remove(ada, id);
    await counted(silent!, 0);

    expect(textsOf(tablet)).toEqual([]);
  });

  test('count the unread messages of each viewer', async () => {
    const { ada, grace } = await adaAndGrace();
    const { edsger } = await deployment.here.people('Edsger');
    const [roomId, other] = await Promise.all([
      makeGroup(ada, 'Counted', [grace, edsger]),
      makeGroup(ada, 'Only Grace', [grace]),
    ]);
    await say(ada, other, 'Unread by Grace');
    const counting = [grace, edsger].map((person) => Listener.of(person, CountingDocument, {}));
    open.push(...counting);
    await Promise.all(counting.map((one) => one.heard(() => true)));

    await say(ada, roomId, 'For both');
    const added = await Promise.all(
      counting.map((one) => one.heard(({ viewerEvents }) => viewerEvents.__typename === 'NotificationAdded')),
    );

    expect(added.map(({ viewerEvents }) => viewerEvents)).toMatchObject([
      { unread: { rooms: { value: 2 }, messages: { value: 2 } } },
      { unread: { rooms: { value: 1 }, messages: { value: 1 } } },
    ]);
  });

  test('are joined by readStateChanged, throttled for each reader', async () => {
    const { ada, grace } = await adaAndGrace();
    const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: `Receipts ${deployment.here.url}` });
    await join(grace, roomId);
    await say(ada, roomId, 'First');
    const listener = Listener.of(ada, ReadStateChangedDocument, { roomId });
    open.push(listener);
    await listener.heard(({ readStateChanged }) => readStateChanged.userId === ada.id);

    const { sequence } = await say(ada, roomId, 'Second');
    await listener.heard(
      ({ readStateChanged: { userId, lastReadSequence } }) => userId === ada.id && lastReadSequence === sequence,
    );
    for (let read = 1; read <= sequence; read += 1) {
      await grace.ask(MarkReadDocument, { input: { roomId, upToSequence: read } });
    }
    await listener.heard(
      ({ readStateChanged: { userId, lastReadSequence } }) => userId === grace.id && lastReadSequence === sequence,
    );
    expect(listener.results.filter(({ readStateChanged }) => readStateChanged.userId === grace.id).length).toBeLessThan(
      4,
    );
  });

  test('are not acknowledged in foreign rooms or up to negative numbers', async () => {
    const { ada, grace } = await adaAndGrace();
    const roomId = await makeGroup(ada, 'Mine');
    const tried = async (input: { roomId: string; upToSequence: number }) =>
      (await grace.ask(AcknowledgeNotificationsDocument, { input })).acknowledgeNotifications.userErrors;

    expect(await tried({ roomId, upToSequence: 1 })).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await tried({ roomId, upToSequence: -1 })).toMatchObject([{ code: 'INVALID_INPUT' }]);
  });
});
