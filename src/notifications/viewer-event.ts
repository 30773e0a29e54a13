import { redactedRoom } from '../access/redacted-room.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { accessRevokedFor } from '../log/access-changes.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import type { MembershipChanged } from '../log/events/membership-changed.ts';
import type { MessageAdded } from '../log/events/message-added.ts';
import type { MessageDeleted } from '../log/events/message-deleted.ts';
import type { ViewerSnapshot } from './pending.ts';

export type NotificationAdded = { type: 'NOTIFICATION_ADDED'; roomId: string; message: MessageRow };
export type ViewerReadStateChanged = { type: 'VIEWER_READ_STATE_CHANGED'; roomId: string };
export type SessionExpiring = { type: 'SESSION_EXPIRING'; expiresAt: Date };

/** An event that concerns a viewer, in any of their rooms. */
export type ViewerEvent =
  | ViewerSnapshot
  | NotificationAdded
  | ViewerReadStateChanged
  | SessionExpiring
  | MembershipChanged;

/**
 * Returns whether the members of a room are notified of an event. They are notified only of messages that users wrote.
 */
export function isNotified(event: RoomEvent): event is MessageAdded {
  return event.type === 'MESSAGE_ADDED' && event.message.kind === 'USER';
}

/** Returns whether a message was deleted that counted as unread for members who had not read it. */
export function isCountedDeletion(event: RoomEvent): event is MessageDeleted {
  return event.type === 'MESSAGE_DELETED' && event.message.kind === 'USER';
}

/**
 * Returns the event as its member may see it: without the details of a private room that the member can no longer read.
 */
export function asSeenByMember(event: MembershipChanged): MembershipChanged {
  const { room } = event.membership;
  return room && accessRevokedFor(event)
    ? { ...event, membership: { ...event.membership, room: redactedRoom(room) } }
    : event;
}
