import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import {
  AddReactionDocument,
  ArchiveRoomDocument,
  DirectoryRightsDocument,
  EditMessageDocument,
  type RightsInEventsSubscription as RightsInEvents,
  RightsInEventsDocument,
  RoomEventsDocument,
  RoomRightsDocument,
  SendMessageDocument,
  UnarchiveRoomDocument,
  UpdateRoomDocument,
  type UpdateRoomInput,
} from '../generated/graphql.ts';
import { ban, mute, promote } from '../support/moderating.ts';
import type { Person } from '../support/person.ts';
import { rightsTable } from '../support/rights-table.ts';
import { add, converse, done, join, leave, makeChannel, makeGroup, say } from '../support/rooms.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, hedy, mallory, zoe } = await withServer('Ada', 'Grace', 'Hedy', 'Mallory', 'Zoe');

/** Ada owns it, Hedy moderates it, Grace and Mallory are members, Zoe is not. */
let roomId: string;
beforeEach(async () => {
  roomId = await makeChannel(ada, 'Ruled', [grace, hedy, mallory]);
  done(await promote(ada, { roomId, user: hedy, role: 'MODERATOR' }));
});

const rights = async (person: Person, id = roomId) => (await person.ask(RoomRightsDocument, { id })).room;
const permissions = async (person: Person, id = roomId) => (await rights(person, id))?.viewerPermissions;
const update = async (person: Person, input: Omit<UpdateRoomInput, 'roomId'>) =>
  (await person.ask(UpdateRoomDocument, { input: { ...input, roomId } })).updateRoom;
const archive = async (person: Person) => (await person.ask(ArchiveRoomDocument, { input: { roomId } })).archiveRoom;
const unarchive = async (person: Person) =>
  (await person.ask(UnarchiveRoomDocument, { input: { roomId } })).unarchiveRoom;
const send = async (person: Person) =>
  (await person.ask(SendMessageDocument, { input: { roomId, text: 'Hello' } })).sendMessage;
const codesOf = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors.map(({ code }) => code);

const ofMember = ['READ', 'SEND_MESSAGE', 'REACT', 'EDIT_OWN', 'DELETE_OWN', 'ADD_MEMBERS'];
const ofModerator = [...ofMember, 'DELETE_ANY', 'REMOVE_MEMBERS', 'BAN', 'MUTE', 'UPDATE_ROOM'];
const ofOwner = [...ofModerator, 'SET_ROLES', 'ARCHIVE_ROOM'];

test('docs/rights.md shows the table', () => {
  expect(readFileSync('docs/rights.md', 'utf8')).toContain(`\n${rightsTable()}\n`);
});

describe('the permissions of the viewer', () => {
  test('depend on their role', async () => {
    expect((await permissions(ada))?.toSorted()).toEqual(ofOwner.toSorted());
    expect((await permissions(hedy))?.toSorted()).toEqual(ofModerator.toSorted());
    expect(await permissions(grace)).toEqual(ofMember);
    expect(await permissions(zoe)).toEqual(['READ', 'SEND_MESSAGE']);
  });

  test('are few for a muted member, and none for a banned user, whose list of rooms has the room', async () => {
    done(await mute(hedy, { roomId, user: grace }));
    done(await ban(hedy, { roomId, user: mallory }));

    expect(await permissions(grace)).toEqual(['READ', 'DELETE_OWN']);
    expect(await rights(mallory)).toBeNull();
    const { rooms } = await mallory.ask(DirectoryRightsDocument);
    expect(rooms.nodes).toContainEqual({ id: roomId, viewerPermissions: [] });
  });

  test('are to read only for a reader who left while muted, also once the room is joined again', async () => {
    done(await mute(hedy, { roomId, user: grace }));
    await leave(grace, roomId);

    expect(await permissions(grace)).toEqual(['READ']);
    expect(codesOf(await send(grace))).toEqual(['MUTED']);
    await join(grace, roomId);
    expect(await permissions(grace)).toEqual(['READ', 'DELETE_OWN']);
  });

  test('tell a banned user nothing of what happens in the room, by its cursor', async () => {
    done(await ban(hedy, { roomId, user: mallory }));
    const cursorOf = async (person: Person) => {
      const query = '{ rooms(first: 100) { nodes { id syncCursor } } }';
      const { data } = await person.tryAsk<{ rooms: { nodes: { id: string; syncCursor: string }[] } }, object>(query);
      return data!.rooms.nodes.find(({ id }) => id === roomId)!.syncCursor;
    };
    const before = await Promise.all([ada, mallory].map(cursorOf));

    await say(ada, roomId, 'Tea');

    const after = await Promise.all([ada, mallory].map(cursorOf));
    expect(after.map((cursor, index) => cursor === before[index])).toEqual([false, true]);
  });

  test('do not include members in a conversation, and are none once a private room was left', async () => {
    const conversation = await converse(ada, grace);
    const group = await makeGroup(ada, 'Left', [grace]);
    const left = await leave(grace, group);

    expect(await permissions(ada, conversation)).toEqual(['READ', 'SEND_MESSAGE', 'REACT', 'EDIT_OWN', 'DELETE_OWN']);
    expect(left.room).toBeNull();
    expect(await permissions(grace, group)).toBeUndefined();
  });

  test('are those of each subscriber in the events of a room', async () => {
    const streams = [ada, grace].map((person) => person.follow(RightsInEventsDocument, { roomId }));
    await server.untilFollowed(roomId, 2);

    done(await update(ada, { topic: 'Tea' }));

    const seen = await Promise.all(streams.map(permissionsInEvents));
    expect(seen.map((found) => found.length)).toEqual([ofOwner.length, ofMember.length]);
  });
});

describe('a room where only moderators post', () => {
  beforeEach(async () => void done(await update(hedy, { postingPolicy: 'MODERATORS' })));

  test('shows that, and refuses the messages of members and of readers, who do not join by it', async () => {
    expect(await rights(grace)).toMatchObject({
      postingPolicy: 'MODERATORS',
      viewerPermissions: ['READ', 'REACT', 'DELETE_OWN', 'ADD_MEMBERS'],
    });
    expect(codesOf(await send(grace))).toEqual(['FORBIDDEN']);
    expect(codesOf(await send(zoe))).toEqual(['FORBIDDEN']);
    expect(await permissions(zoe)).toEqual(['READ']);
    expect(codesOf(await send(hedy))).toEqual([]);
  });

  test('lets members react, and edit nothing', async () => {
    done(await update(hedy, { postingPolicy: 'MEMBERS' }));
    const { id: messageId } = await say(grace, roomId, 'Before');
    done(await update(hedy, { postingPolicy: 'MODERATORS' }));

    const reaction = await grace.ask(AddReactionDocument, { input: { messageId, emoji: '👍' } });
    const edited = await grace.ask(EditMessageDocument, { input: { messageId, text: 'After' } });

    expect(codesOf(reaction.addReaction)).toEqual([]);
    expect(codesOf(edited.editMessage)).toEqual(['FORBIDDEN']);
  });
});

test('slow mode is set by moderators, from 0 to 6 hours', async () => {
  expect(codesOf(await update(hedy, { slowModeSeconds: 21_600 }))).toEqual([]);
  expect(await rights(grace)).toMatchObject({ slowModeSeconds: 21_600 });
  expect(codesOf(await update(hedy, { slowModeSeconds: 21_601 }))).toEqual(['INVALID_INPUT']);
  expect(codesOf(await update(hedy, { slowModeSeconds: -1 }))).toEqual(['INVALID_INPUT']);
  expect(codesOf(await update(hedy, { slowModeSeconds: null }))).toEqual(['INVALID_INPUT']);
  expect(codesOf(await update(grace, { slowModeSeconds: 5 }))).toEqual(['FORBIDDEN']);
});

describe('an archived room', () => {
  beforeEach(async () => void done(await archive(ada)));

  test('can be moderated, but not written to', async () => {
    expect(await permissions(ada)).toEqual(['READ', 'REMOVE_MEMBERS', 'BAN', 'MUTE', 'SET_ROLES', 'ARCHIVE_ROOM']);
    expect(await permissions(grace)).toEqual(['READ']);
    expect(codesOf(await send(grace))).toEqual(['ROOM_ARCHIVED']);
    expect(codesOf(await mute(hedy, { roomId, user: grace }))).toEqual([]);
  });

  test('is reopened by its owner, which is an event, and once', async () => {
    const events = grace.follow(RoomEventsDocument, { roomId });
    await server.untilFollowed(roomId);

    expect(codesOf(await unarchive(hedy))).toEqual(['FORBIDDEN']);
    expect(done(await unarchive(ada)).room).toMatchObject({ archivedAt: null });
    expect(codesOf(await unarchive(ada))).toEqual([]);
    expect(codesOf(await send(grace))).toEqual([]);

    const seen: string[] = [];
    for await (const { data } of events) {
      seen.push(...data!.roomEvents.events.map(({ __typename }) => __typename));
      if (seen.includes('MessageAddedEvent')) break;
    }
    expect(seen).toEqual(['RoomUpdatedEvent', 'MessageAddedEvent']);
  });
});

test('a muted member adds nobody, reacts to nothing and edits nothing', async () => {
  const { id: messageId } = await say(grace, roomId, 'Before');
  done(await mute(hedy, { roomId, user: grace }));

  expect(codesOf(await add(grace, roomId, [zoe]))).toEqual(['MUTED']);
  const reaction = await grace.ask(AddReactionDocument, { input: { messageId, emoji: '👍' } });
  const edited = await grace.ask(EditMessageDocument, { input: { messageId, text: 'After' } });
  expect([codesOf(reaction.addReaction), codesOf(edited.editMessage)]).toEqual([['MUTED'], ['MUTED']]);
});

async function permissionsInEvents(stream: AsyncIterable<ExecutionResult<RightsInEvents>>): Promise<string[]> {
  for await (const { data } of stream) {
    const [event] = data!.roomEvents.events;
    if (event && 'room' in event) return event.room.viewerPermissions;
  }
  return [];
}
