import { beforeAll, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { JoinRoomDocument, SendMessageDocument } from '../generated/graphql.ts';
import { ban, mute, noEnd, promote, slowDown, unban } from '../support/moderating.ts';
import type { Person } from '../support/person.ts';
import { converse, done, join, look, makeRoom, say, textsIn } from '../support/rooms.ts';
import { storeMembers } from '../support/stored-members.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, hedy, grace, mallory } = await withServer('Ada', 'Hedy', 'Grace', 'Mallory');

const everything = parse(`subscription ($roomId: ID!) { roomEvents(roomId: $roomId) { status events {
  ... on MessageAddedEvent { message { text author { displayName } } }
  ... on RoomUpdatedEvent { room { slowModeSeconds } }
  ... on MembershipChangedEvent {
    actor { displayName } membership { user { displayName } role state mutedUntil bannedUntil moderationReason } }
} } }`);

interface Event {
  message?: { text: string; author: { displayName: string } | null };
  room?: { slowModeSeconds: number };
  actor?: { displayName: string } | null;
  membership?: {
    user: { displayName: string };
    state: string;
    mutedUntil: string | null;
    moderationReason: string | null;
  };
}
type Frame = { roomEvents: { status: string; events: Event[] } };

/** What a device shows of the room. */
interface Device {
  lines: string[];
  reasons: string[];
  hasEnded: boolean;
}

async function follow(person: Person, roomId: string, followers: number): Promise<Device> {
  const device: Device = { lines: [], reasons: [], hasEnded: false };
  const read = async () => {
    for await (const { data } of person.follow<Frame, object>(everything, { roomId })) {
      const { events = [], status } = data?.roomEvents ?? {};
      device.lines.push(...events.map(lineOf));
      device.reasons.push(...events.flatMap(({ membership }) => membership?.moderationReason ?? []));
      device.hasEnded ||= status === 'ENDED';
    }
  };
  void read();
  await server.untilFollowed(roomId, followers);
  return device;
}

function lineOf({ message, actor, membership, room }: Event): string {
  if (room) return `One message in ${room.slowModeSeconds} s`;
  if (message) return `${message.author?.displayName}: ${message.text}`;
  return `${actor?.displayName ?? 'Nobody'} → ${membership?.user.displayName} ${membership?.state}`;
}

const codes = async (author: Person, roomId: string, text: string) => {
  const { sendMessage } = await author.ask(SendMessageDocument, { input: { roomId, text } });
  return sendMessage.userErrors.map(({ code }) => code);
};

/** Ada streams, Hedy moderates, Grace watches on a phone and a laptop, Mallory trolls; 500 others are there. */
let roomId: string;
let devices: Record<'streamer' | 'moderator' | 'phone' | 'laptop' | 'troll', Device>;
beforeAll(async () => {
  roomId = await makeRoom(ada, { kind: 'STREAM', name: 'Live coding' });
  await storeMembers(server, roomId, 500);
  for (const person of [hedy, grace, mallory]) await join(person, roomId);
  done(await promote(ada, { roomId, user: hedy, role: 'MODERATOR' }));
  devices = {
    streamer: await follow(ada, roomId, 1),
    moderator: await follow(hedy, roomId, 2),
    phone: await follow(grace, roomId, 3),
    laptop: await follow(grace, roomId, 4),
    troll: await follow(mallory, roomId, 5),
  };
});

const untilSaid = (line: string, device = devices.phone) => until(() => device.lines.includes(line));

test('a troll floods the chat, and slow mode lets one message through', async () => {
  await say(mallory, roomId, 'FIRST');
  await slowDown(hedy, roomId, 60);

  const flood = await Promise.all(['SPAM 1', 'SPAM 2', 'SPAM 3'].map((text) => codes(mallory, roomId, text)));

  expect(flood).toEqual([['SLOW_MODE'], ['SLOW_MODE'], ['SLOW_MODE']]);
  expect(await codes(grace, roomId, 'Nice stream!')).toEqual([]);
  expect(await codes(grace, roomId, 'Really')).toEqual(['SLOW_MODE']);
  for (const text of ['Please', 'be nice']) expect(await codes(hedy, roomId, text)).toEqual([]);
});

test('the moderator mutes the troll, who still reads', async () => {
  done(await mute(hedy, { roomId, user: mallory, terms: { reason: 'Flooding' } }));

  expect(await codes(mallory, roomId, 'SPAM 4')).toEqual(['MUTED']);
  await say(ada, roomId, 'Back to the code');
  await untilSaid('Ada: Back to the code', devices.troll);
  expect(await look(mallory, roomId)).toMatchObject({ memberCount: 504 });
});

test('the moderator bans the troll: reading, joining and writing end at once', async () => {
  done(await ban(hedy, { roomId, user: mallory, terms: { reason: 'Insults by other means' } }));
  await say(ada, roomId, 'Where were we?');

  await until(() => devices.troll.hasEnded);
  expect(devices.troll.lines.at(-1)).toBe('Hedy → Mallory BANNED');
  expect(await look(mallory, roomId)).toBeNull();
  expect(await codes(mallory, roomId, 'SPAM 5')).toEqual(['BANNED']);
  const { joinRoom } = await mallory.ask(JoinRoomDocument, { input: { roomId } });
  expect(joinRoom.userErrors).toMatchObject([{ code: 'BANNED' }]);
});

test('the troll appeals to the streamer, who looks at the ban and ends it', async () => {
  const talk = await converse(mallory, ada);
  await say(mallory, talk, 'I am sorry. Please let me back in.');
  expect(await textsIn(talk, ada)).toEqual(['I am sorry. Please let me back in.']);

  const { data } = await ada.tryAsk(`{ room(id: "${roomId}") { members(states: [BANNED]) { nodes {
    id user { displayName } bannedUntil moderationReason } } } }`);
  done(await unban(ada, { roomId, user: mallory }));

  expect(data).toMatchObject({ room: { members: { nodes: [{ bannedUntil: noEnd }] } } });
  expect(await join(mallory, roomId)).toMatchObject({ membership: { state: 'JOINED', role: 'MEMBER' } });
  expect(await codes(mallory, roomId, 'Hello again')).toEqual(['MUTED']);
});

test('three people have seen the same on four devices, and only those whom it concerns know why', async () => {
  await say(ada, roomId, 'Thank you all');
  const others = [devices.streamer, devices.moderator, devices.phone, devices.laptop];
  await Promise.all(others.map((device) => untilSaid('Ada: Thank you all', device)));

  for (const { lines } of others) expect(lines).toEqual(devices.streamer.lines);
  expect(devices.phone.lines).toEqual([
    'Mallory: FIRST',
    'One message in 60 s',
    'Grace: Nice stream!',
    'Hedy: Please',
    'Hedy: be nice',
    'Hedy → Mallory JOINED',
    'Ada: Back to the code',
    'Hedy → Mallory BANNED',
    'Ada: Where were we?',
    'Ada → Mallory LEFT',
    'Mallory → Mallory JOINED',
    'Ada: Thank you all',
  ]);
  expect(devices.phone.reasons).toEqual([]);
  expect(devices.moderator.reasons).toEqual(['Flooding', 'Insults by other means']);
  expect(devices.troll.reasons).toEqual(['Flooding', 'Insults by other means']);
});
