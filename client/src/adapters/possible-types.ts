// Made by `npm run codegen` from schema.graphql. Do not edit.

/** The types of each interface. */
export const possibleTypes: Record<string, string[]> = {
  Node: 'ApiKey Message Notification Room RoomMembership Session User Viewer'.split(' '),
  RoomEvent: 'MembershipChangedEvent MessageAddedEvent MessageDeletedEvent MessageUpdatedEvent ReactionsChangedEvent RoomUpdatedEvent UnknownEvent'.split(' '),
  UserError: 'ConflictError ForbiddenError InvalidInputError NotFoundError RateLimitedError UnknownOutcomeError'.split(' '),
  ViewerEvent: 'MembershipChangedEvent NotificationAdded SessionExpiring ViewerReadStateChanged ViewerSnapshot'.split(' '),
};
