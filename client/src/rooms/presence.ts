import type { Presence, PresenceStatus } from '../api.ts';
import type { Core } from '../base/core.ts';
import { throwFirst } from '../base/errors.ts';
import type { Store } from '../base/store.ts';
import { PresenceChangedDocument, type PresenceChangedSubscription, SetStatusDocument } from '../documents.ts';
import { liveState } from './live-state.ts';

type Update = PresenceChangedSubscription['presenceChanged'];

/** Follows who is present in 1 to 50 rooms. */
export function presenceIn(core: Core, roomIds: readonly string[]): Store<Presence> {
  return liveState<Presence, PresenceChangedSubscription>(core, {
    document: PresenceChangedDocument,
    variables: { roomIds },
    initial: { users: new Map(), rooms: new Map() },
    reduce: (presence, { presenceChanged }) => afterUpdate(presence, presenceChanged),
  });
}

/** Returns the presence after an update of one room. A snapshot replaces what was known of that room. */
function afterUpdate(presence: Presence, update: Update): Presence {
  const { roomId, isSnapshot, onlineCount, changed, wentOffline } = update;
  const present = new Set(isSnapshot ? [] : presence.rooms.get(roomId)?.userIds);
  const users = new Map(presence.users);
  for (const { user, status, statusText } of changed) {
    present.add(user.id);
    users.set(user.id, { status, statusText });
  }
  for (const id of wentOffline) present.delete(id);
  const rooms = new Map(presence.rooms).set(roomId, { onlineCount, userIds: [...present] });
  const everywhere = new Set([...rooms.values()].flatMap(({ userIds }) => userIds));
  for (const id of users.keys()) if (!everywhere.has(id)) users.delete(id);
  return { users, rooms };
}

/** Sets the viewer's status. A text that is left out stays as it is. */
export async function setStatus(core: Core, status: PresenceStatus, statusText?: string | null): Promise<void> {
  const input = { status, ...(statusText !== undefined && { statusText }) };
  throwFirst((await core.execute(SetStatusDocument, { input })).setStatus.userErrors);
}
