import { requireAccess, requireMembership, type StandingOf } from '../access/access.ts';
import { isReading, type Standing } from '../access/standing.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { type OpenState, SharedStates } from '../live/shared-states.ts';
import type { StateSource } from '../live/state-source.ts';
import { subscribeToStates } from '../live/subscribe-to-states.ts';
import type { Watches } from '../live/watches.ts';
import { accessRevokedFor, membershipEndedFor } from './access-changes.ts';
import type { RoomEvent } from './events/kinds.ts';

interface Wanted {
  roomIds: readonly string[];
  /** Path of the argument that names the rooms. */
  path: readonly string[];
}

/**
 * Follows a state of rooms for the viewer; a room sends nothing more once the viewer's access to it has ended. Throws
 * NOT_FOUND and BANNED, and FORBIDDEN for a state that only members may follow.
 */
export type FollowRooms<Value> = (context: Pick<Context, 'viewer'>, wanted: Wanted) => Promise<StateSource<Value>>;

interface RoomStatesOptions<Value> {
  watches: Pick<Watches<RoomEvent>, 'watch'>;
  standingOf: StandingOf;
  open: OpenState<RoomEvent, Value>;
  /** Who may follow: all who may read the room, or only its members. */
  openTo: 'readers' | 'members';
  /** Called with each error that a subscriber throws. */
  onError: (error: unknown) => void;
}

const rules = {
  readers: { require: requireAccess, endsAccessOf: accessRevokedFor, suffices: isReading },
  members: {
    require: requireMembership,
    endsAccessOf: membershipEndedFor,
    suffices: (standing: Standing) => standing === 'member',
  },
};

/** Returns a function that follows one state of rooms. All subscribers of a room on this node share its state. */
export function roomStates<Value extends { roomId: string }>(options: RoomStatesOptions<Value>): FollowRooms<Value> {
  const { watches, standingOf, open, openTo, onError } = options;
  const { require, endsAccessOf, suffices } = rules[openTo];
  const hasAccess = async (roomId: string, userId: string) => suffices(await standingOf({ roomId, userId }));
  const states = new SharedStates<RoomEvent, Value>({ watches, open, endsAccessOf, hasAccess, onError });
  return (context, { roomIds, path }) => {
    const { userId } = requireViewer(context);
    return subscribeToStates(states, {
      topics: roomIds,
      owner: userId,
      admit: (roomId) => require(standingOf, { roomId, userId }, path),
      topicOf: ({ roomId }) => roomId,
    });
  };
}
