import { builder } from '../graphql/builder.ts';
import type { MembershipChanged } from './events.ts';

/** The GraphQL type `MembershipChangedEvent`: an event of a room, and one that concerns its member. */
export const MembershipChangedEvent = builder.objectRef<MembershipChanged>('MembershipChangedEvent');
