import { rightMissing } from '../access/refusals.ts';
import { requireRight } from '../access/require-right.ts';
import { invalidInput } from '../base/errors.ts';
import { clearable } from '../base/text.ts';
import type { PostingPolicy, Room } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { type RoomUpdate, updateRoom as update } from '../log/changes/update-room.ts';
import { requireAvatar, requireRoomName, requireSlowMode, requireTopic } from './attributes.ts';

interface RoomChange {
  roomId: string;
  name?: string | null;
  topic?: string | null;
  avatarUrl?: string | null;
  postingPolicy?: PostingPolicy | null;
  slowModeSeconds?: number | null;
}

/**
 * Changes attributes of a room that the viewer owns or moderates. Fields that are undefined stay; null removes a topic or a
 * picture. Throws INVALID_INPUT, NOT_FOUND, BANNED, FORBIDDEN, ROOM_ARCHIVED.
 */
export async function updateRoom(context: Context, { roomId, ...given }: RoomChange): Promise<Room> {
  const { name, postingPolicy, slowModeSeconds } = given;
  return change(context, {
    roomId,
    name: requireValue(name, 'name', requireRoomName),
    topic: clearable(given.topic, requireTopic),
    avatarUrl: clearable(given.avatarUrl, requireAvatar),
    postingPolicy: requireValue(postingPolicy, 'postingPolicy', (policy) => policy),
    slowModeSeconds: requireValue(slowModeSeconds, 'slowModeSeconds', requireSlowMode),
  });
}

/** Archives a room that the viewer owns: it can only be read from then on. Throws NOT_FOUND, BANNED, FORBIDDEN. */
export function archiveRoom(context: Context, roomId: string): Promise<Room> {
  return change(context, { roomId, isArchived: true });
}

/** Reopens an archived room that the viewer owns. Throws NOT_FOUND, BANNED, FORBIDDEN. */
export function unarchiveRoom(context: Context, roomId: string): Promise<Room> {
  return change(context, { roomId, isArchived: false });
}

function requireValue<Value, Checked>(
  given: Value | null | undefined,
  field: string,
  check: (value: Value) => Checked,
): Checked | undefined {
  if (given === null) throw invalidInput(`\`${field}\` cannot be null.`, [field], 'required');
  return given === undefined ? undefined : check(given);
}

async function change(context: Context, wanted: Omit<RoomUpdate, 'actorId'>): Promise<Room> {
  const { userId: actorId } = requireViewer(context);
  const permission = wanted.isArchived === undefined ? 'UPDATE_ROOM' : 'ARCHIVE_ROOM';
  await requireRight(context, wanted.roomId, permission);
  const { verdict, room } = await context.services.log.writer.write(update, { ...wanted, actorId });
  if (!room) throw rightMissing({ refusal: verdict, permission }, ['roomId']);
  return room;
}
