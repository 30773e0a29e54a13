/** Selections that read a room, and everything behind it, through every field of an event that leads to a room. */
const people = 'displayName';
const room = `id kind slug name topic avatarUrl archivedAt memberCount createdBy { ${people} }
  latestMessage { text author { ${people} } }
  messages(last: 3) { edges { node { text author { ${people} } } } }
  members(last: 3) { totalCount { value } edges { node { user { ${people} } } } }
  presence { onlineCount present(first: 3) { user { ${people} } } }
  typingUsers { ${people} }`;
const ownRoom = `${room} viewerMembership { state role readState { lastReadSequence unreadCount { value } firstUnreadMessage { text } } }`;

function message(roomFields: string, own: string): string {
  const reactions = `reactionGroups { emoji count ${own && 'viewerHasReacted'} }`;
  return `text editedAt deletedAt sequence ${own} author { ${people} } room { ${roomFields} } ${reactions}
    replyTo { text editedAt ${reactions} room { latestMessage { text } } }`;
}

const shared = message(room, '');
const personal = message(ownRoom, 'clientMessageId');

function events(messageFields: string, roomFields: string, own: string): string {
  return `status positionAfter events { __typename eventNumber actor { ${people} }
    ... on MessageAddedEvent { message { ${messageFields} } }
    ... on MessageUpdatedEvent { message { ${messageFields} } }
    ... on MessageDeletedEvent { message { ${messageFields} } }
    ... on ReactionsChangedEvent { message { ${messageFields} } reactionGroups { emoji count ${own && 'viewerHasReacted'} } }
    ... on MembershipChangedEvent { membership { state role joinedAt ${own} user { ${people} } room { ${roomFields} } } }
    ... on RoomUpdatedEvent { room { ${roomFields} } } }`;
}

/** Subscriptions that show all fields of a room: one that readers share, and one that depends on its reader. */
export const nosySubscriptions = {
  'messageAdded, shared': `subscription ($roomId: ID!) { messageAdded(roomId: $roomId) { eventNumber message { ${shared} } } }`,
  'messageAdded, personal': `subscription ($roomId: ID!) { messageAdded(roomId: $roomId) { eventNumber message { ${personal} } } }`,
  'roomEvents, shared': `subscription ($roomId: ID!) { roomEvents(roomId: $roomId) { ${events(shared, room, '')} } }`,
  'roomEvents, personal': `subscription ($roomId: ID!) {
    roomEvents(roomId: $roomId) { ${events(personal, ownRoom, 'notificationLevel')} } }`,
};
