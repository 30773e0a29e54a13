// Made by `npm run codegen` from client/documents.graphql and schema.graphql. Do not edit.

/** An operation with the types of its result and variables, in the form of GraphQL Code Generator's string mode. */
export interface TypedDocument<Data, Variables> {
  readonly query: string;
  readonly __apiType?: (variables: Variables) => Data;
  toString(): string;
}

function typed<Data, Variables>(...parts: string[]): TypedDocument<Data, Variables> {
  const query = parts.join('');
  return { query, toString: () => query };
}

export type AcknowledgeNotificationsInput = { roomId: string; upToSequence: number; };
export type CreateGuestSessionInput = { deviceId?: string | null | undefined; displayName: string; language?: string | null | undefined; };
export type CreateRoomInput = { avatarUrl?: string | null | undefined; kind: RoomKind; memberIds?: readonly string[] | null | undefined; name: string; postingPolicy?: PostingPolicy | null | undefined; slowModeSeconds?: number | null | undefined; slug?: string | null | undefined; topic?: string | null | undefined; };
export type CreateSessionForInput = { deviceId?: string | null | undefined; language?: string | null | undefined; lifetimeSeconds?: number | undefined; userId: string; };
export type EditMessageInput = { messageId: string; text: string; };
export type MarkReadInput = { roomId: string; upToSequence: number; };
export type MembershipState = 'BANNED' | 'JOINED' | 'LEFT' | 'REMOVED';
export type MessageIdInput = { messageId: string; };
export type MessageKind = 'SYSTEM' | 'USER';
export type NotificationLevel = 'ALL' | 'NONE';
export type OpenConversationInput = { kind?: RoomKind | undefined; userIds: readonly string[]; };
export type PostingPolicy = 'MEMBERS' | 'MODERATORS';
export type PresenceStatus = 'DO_NOT_DISTURB' | 'IDLE' | 'OFFLINE' | 'ONLINE';
export type ReactionInput = { emoji: string; messageId: string; };
export type RoomIdInput = { roomId: string; };
export type RoomKind = 'CHANNEL' | 'DIRECT' | 'GROUP' | 'STREAM' | 'SUPPORT';
export type RoomPermission = 'ADD_MEMBERS' | 'ARCHIVE_ROOM' | 'BAN' | 'DELETE_ANY' | 'DELETE_OWN' | 'EDIT_OWN' | 'MUTE' | 'REACT' | 'READ' | 'REMOVE_MEMBERS' | 'SEND_MESSAGE' | 'SET_ROLES' | 'UPDATE_ROOM';
export type RoomRole = 'MEMBER' | 'MODERATOR' | 'OWNER';
export type SendMessageInput = { clientMessageId?: string | null | undefined; replyToId?: string | null | undefined; roomId: string; text: string; };
export type SetStatusInput = { status?: PresenceStatus | null | undefined; statusText?: string | null | undefined; };
export type SetTypingInput = { isTyping: boolean; roomId: string; };
export type StreamResetReason = 'CURSOR_UNKNOWN' | 'GAP_TOO_LARGE';
export type StreamStatus = 'ENDED' | 'HEARTBEAT' | 'LIVE' | 'REPLAYING' | 'RESET';
export type SystemEventType = 'MEMBER_JOINED' | 'MEMBER_LEFT' | 'MEMBER_REMOVED' | 'ROOM_CREATED' | 'UNKNOWN';
export type UpsertUserInput = { avatarUrl?: string | null | undefined; displayName: string; externalId: string; kind?: UserKind | undefined; username?: string | null | undefined; };
export type UserErrorCode = 'BANNED' | 'BLOCKED' | 'CONFLICT' | 'EDIT_WINDOW_CLOSED' | 'FORBIDDEN' | 'IDEMPOTENCY_MISMATCH' | 'INVALID_INPUT' | 'MUTED' | 'NOT_FOUND' | 'RATE_LIMITED' | 'ROOM_ARCHIVED' | 'SLOW_MODE' | 'UNKNOWN_OUTCOME';
export type UserKind = 'BOT' | 'GUEST' | 'HUMAN';

export type UserFields = { readonly id: string; readonly username: string; readonly displayName: string; readonly avatarUrl: string | null; readonly kind: UserKind; };
const userFields = 'fragment UserFields on User{id username displayName avatarUrl kind}';

export type ErrorFields = { readonly code: UserErrorCode; readonly message: string; readonly path: readonly (string)[] | null; }
  | { readonly code: UserErrorCode; readonly message: string; readonly path: readonly (string)[] | null; readonly retryAfterMs: number; };
const errorFields = 'fragment ErrorFields on UserError{code message path ...on RateLimitedError{retryAfterMs}}';

export type MembershipFields = { readonly id: string; readonly role: RoomRole; readonly state: MembershipState; readonly joinedAt: string | null; readonly user: UserFields; };
const membershipFields = 'fragment MembershipFields on RoomMembership{id role state joinedAt user{...UserFields}}';

export type SharedRoomFields = { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly avatarUrl: string | null; readonly createdAt: string; readonly archivedAt: string | null; readonly postingPolicy: PostingPolicy; readonly slowModeSeconds: number; readonly memberCount: number; };
const sharedRoomFields = 'fragment SharedRoomFields on Room{id kind slug name topic avatarUrl createdAt archivedAt postingPolicy slowModeSeconds memberCount}';

export type RoomFields = { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly avatarUrl: string | null; readonly createdAt: string; readonly archivedAt: string | null; readonly postingPolicy: PostingPolicy; readonly slowModeSeconds: number; readonly memberCount: number; readonly viewerPermissions: readonly (RoomPermission)[]; readonly viewerMembership: { readonly id: string; readonly role: RoomRole; readonly state: MembershipState; readonly joinedAt: string | null; readonly user: UserFields; readonly mutedUntil: string | null; readonly notificationLevel: NotificationLevel | null; readonly readState: { readonly lastReadSequence: number; readonly unreadCount: { readonly value: number; readonly isCapped: boolean; }; readonly firstUnreadMessage: { readonly id: string; readonly sequence: number; } | null; } | null; } | null; };
const roomFields = 'fragment RoomFields on Room{...SharedRoomFields viewerPermissions viewerMembership{...MembershipFields mutedUntil notificationLevel readState{lastReadSequence unreadCount{value isCapped}firstUnreadMessage{id sequence}}}}';

export type SharedMessageFields = { readonly id: string; readonly sequence: number; readonly kind: MessageKind; readonly text: string | null; readonly createdAt: string; readonly editedAt: string | null; readonly deletedAt: string | null; readonly lastEventNumber: number; readonly author: UserFields | null; readonly replyTo: { readonly id: string; readonly sequence: number; readonly text: string | null; readonly deletedAt: string | null; readonly author: { readonly id: string; readonly displayName: string; } | null; } | null; readonly systemEvent: { readonly type: SystemEventType; readonly subject: { readonly id: string; readonly displayName: string; } | null; } | null; readonly reactionGroups: readonly ({ readonly emoji: string; readonly count: number; })[]; };
const sharedMessageFields = 'fragment SharedMessageFields on Message{id sequence kind text createdAt editedAt deletedAt lastEventNumber author{...UserFields}replyTo{id sequence text deletedAt author{id displayName}}systemEvent{type subject{id displayName}}reactionGroups{emoji count}}';

export type MessageFields = { readonly id: string; readonly sequence: number; readonly kind: MessageKind; readonly text: string | null; readonly createdAt: string; readonly editedAt: string | null; readonly deletedAt: string | null; readonly lastEventNumber: number; readonly author: UserFields | null; readonly replyTo: { readonly id: string; readonly sequence: number; readonly text: string | null; readonly deletedAt: string | null; readonly author: { readonly id: string; readonly displayName: string; } | null; } | null; readonly systemEvent: { readonly type: SystemEventType; readonly subject: { readonly id: string; readonly displayName: string; } | null; } | null; readonly reactionGroups: readonly ({ readonly emoji: string; readonly count: number; readonly viewerHasReacted: boolean; })[]; readonly clientMessageId: string | null; };
const messageFields = 'fragment MessageFields on Message{...SharedMessageFields clientMessageId reactionGroups{viewerHasReacted}}';

export type RoomEventFields = { readonly __typename: 'MembershipChangedEvent'; readonly roomId: string; readonly eventNumber: number; readonly occurredAt: string; readonly actor: UserFields | null; readonly membership: MembershipFields; }
  | { readonly __typename: 'MessageAddedEvent'; readonly roomId: string; readonly eventNumber: number; readonly occurredAt: string; readonly actor: UserFields | null; readonly cursor: string; readonly message: SharedMessageFields; }
  | { readonly __typename: 'MessageDeletedEvent' | 'MessageUpdatedEvent' | 'ReactionsChangedEvent'; readonly roomId: string; readonly eventNumber: number; readonly occurredAt: string; readonly actor: UserFields | null; readonly message: SharedMessageFields; }
  | { readonly __typename: 'RoomUpdatedEvent'; readonly roomId: string; readonly eventNumber: number; readonly occurredAt: string; readonly actor: UserFields | null; readonly room: SharedRoomFields; }
  | { readonly __typename: 'UnknownEvent'; readonly roomId: string; readonly eventNumber: number; readonly occurredAt: string; readonly actor: UserFields | null; };
const roomEventFields = 'fragment RoomEventFields on RoomEvent{__typename roomId eventNumber occurredAt actor{...UserFields}...on MessageAddedEvent{cursor message{...SharedMessageFields}}...on MessageUpdatedEvent{message{...SharedMessageFields}}...on MessageDeletedEvent{message{...SharedMessageFields}}...on ReactionsChangedEvent{message{...SharedMessageFields}}...on MembershipChangedEvent{membership{...MembershipFields}}...on RoomUpdatedEvent{room{...SharedRoomFields}}}';

export type PresenceFields = { readonly status: PresenceStatus; readonly statusText: string | null; readonly lastActiveAt: string | null; readonly user: UserFields; };
const presenceFields = 'fragment PresenceFields on Presence{status statusText lastActiveAt user{...UserFields}}';

export type UnreadFields = { readonly rooms: { readonly value: number; readonly isCapped: boolean; }; readonly messages: { readonly value: number; readonly isCapped: boolean; }; };
const unreadFields = 'fragment UnreadFields on UnreadSummary{rooms{value isCapped}messages{value isCapped}}';

export type NotificationFields = { readonly id: string; readonly createdAt: string; readonly room: SharedRoomFields; readonly actor: UserFields | null; readonly message: SharedMessageFields; };
const notificationFields = 'fragment NotificationFields on Notification{id createdAt room{...SharedRoomFields}actor{...UserFields}message{...SharedMessageFields}}';

export type RoomSnapshotQuery = { readonly viewer: { readonly user: UserFields; } | null; readonly room: { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly avatarUrl: string | null; readonly createdAt: string; readonly archivedAt: string | null; readonly postingPolicy: PostingPolicy; readonly slowModeSeconds: number; readonly memberCount: number; readonly viewerPermissions: readonly (RoomPermission)[]; readonly viewerMembership: { readonly id: string; readonly role: RoomRole; readonly state: MembershipState; readonly joinedAt: string | null; readonly user: UserFields; readonly mutedUntil: string | null; readonly notificationLevel: NotificationLevel | null; readonly readState: { readonly lastReadSequence: number; readonly unreadCount: { readonly value: number; readonly isCapped: boolean; }; readonly firstUnreadMessage: { readonly id: string; readonly sequence: number; } | null; } | null; } | null; readonly lastEventNumber: number; readonly syncCursor: string; readonly messages: { readonly nodes: readonly (MessageFields)[]; }; } | null; };
export type RoomSnapshotQueryVariables = { id: string; last: number; };
export const RoomSnapshotDocument = /* @__PURE__ */ typed<RoomSnapshotQuery, RoomSnapshotQueryVariables>(
  'query RoomSnapshot($id:ID!$last:Int!){viewer{user{...UserFields}}room(id:$id){...RoomFields lastEventNumber syncCursor messages(last:$last){nodes{...MessageFields}}}}',
  membershipFields,
  messageFields,
  roomFields,
  sharedMessageFields,
  sharedRoomFields,
  userFields,
);

export type RoomByIdQuery = { readonly room: { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly avatarUrl: string | null; readonly createdAt: string; readonly archivedAt: string | null; readonly postingPolicy: PostingPolicy; readonly slowModeSeconds: number; readonly memberCount: number; readonly viewerPermissions: readonly (RoomPermission)[]; readonly viewerMembership: { readonly id: string; readonly role: RoomRole; readonly state: MembershipState; readonly joinedAt: string | null; readonly user: UserFields; readonly mutedUntil: string | null; readonly notificationLevel: NotificationLevel | null; readonly readState: { readonly lastReadSequence: number; readonly unreadCount: { readonly value: number; readonly isCapped: boolean; }; readonly firstUnreadMessage: { readonly id: string; readonly sequence: number; } | null; } | null; } | null; readonly lastEventNumber: number; } | null; };
export type RoomByIdQueryVariables = { id: string; };
export const RoomByIdDocument = /* @__PURE__ */ typed<RoomByIdQuery, RoomByIdQueryVariables>(
  'query RoomById($id:ID!){room(id:$id){...RoomFields lastEventNumber}}',
  membershipFields,
  roomFields,
  sharedRoomFields,
  userFields,
);

export type RoomBySlugQuery = { readonly roomBySlug: RoomFields | null; };
export type RoomBySlugQueryVariables = { slug: string; };
export const RoomBySlugDocument = /* @__PURE__ */ typed<RoomBySlugQuery, RoomBySlugQueryVariables>(
  'query RoomBySlug($slug:String!){roomBySlug(slug:$slug){...RoomFields}}',
  membershipFields,
  roomFields,
  sharedRoomFields,
  userFields,
);

export type UnreadRoomsQuery = { readonly viewer: { readonly memberships: { readonly nodes: readonly ({ readonly room: { readonly id: string; }; readonly readState: { readonly newestSequence: number; readonly unreadCount: { readonly value: number; readonly isCapped: boolean; }; } | null; })[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null; }; }; } | null; };
export type UnreadRoomsQueryVariables = { after?: string | null | undefined; };
export const UnreadRoomsDocument = /* @__PURE__ */ typed<UnreadRoomsQuery, UnreadRoomsQueryVariables>(
  'query UnreadRooms($after:String){viewer{memberships(first:100 after:$after filter:{unreadOnly:true}){nodes{room{id}readState{newestSequence unreadCount{value isCapped}}}pageInfo{hasNextPage endCursor}}}}',
);

export type MessagesAroundQuery = { readonly room: { readonly messagesAround: { readonly nodes: readonly (MessageFields)[]; }; } | null; };
export type MessagesAroundQueryVariables = { id: string; sequence: number; before: number; after: number; };
export const MessagesAroundDocument = /* @__PURE__ */ typed<MessagesAroundQuery, MessagesAroundQueryVariables>(
  'query MessagesAround($id:ID!$sequence:Int!$before:Int!$after:Int!){room(id:$id){messagesAround(sequence:$sequence before:$before after:$after){nodes{...MessageFields}}}}',
  messageFields,
  sharedMessageFields,
  userFields,
);

export type MessageByIdQuery = { readonly node: object
  | { readonly id: string; readonly sequence: number; readonly kind: MessageKind; readonly text: string | null; readonly createdAt: string; readonly editedAt: string | null; readonly deletedAt: string | null; readonly lastEventNumber: number; readonly author: UserFields | null; readonly replyTo: { readonly id: string; readonly sequence: number; readonly text: string | null; readonly deletedAt: string | null; readonly author: { readonly id: string; readonly displayName: string; } | null; } | null; readonly systemEvent: { readonly type: SystemEventType; readonly subject: { readonly id: string; readonly displayName: string; } | null; } | null; readonly reactionGroups: readonly ({ readonly emoji: string; readonly count: number; readonly viewerHasReacted: boolean; })[]; readonly clientMessageId: string | null; } | null; };
export type MessageByIdQueryVariables = { id: string; };
export const MessageByIdDocument = /* @__PURE__ */ typed<MessageByIdQuery, MessageByIdQueryVariables>(
  'query MessageById($id:ID!){node(id:$id){...on Message{...MessageFields}}}',
  messageFields,
  sharedMessageFields,
  userFields,
);

export type SendMessageMutation = { readonly sendMessage: { readonly isReplay: boolean; readonly message: MessageFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type SendMessageMutationVariables = { input: SendMessageInput; };
export const SendMessageDocument = /* @__PURE__ */ typed<SendMessageMutation, SendMessageMutationVariables>(
  'mutation SendMessage($input:SendMessageInput!){sendMessage(input:$input){isReplay message{...MessageFields}userErrors{...ErrorFields}}}',
  errorFields,
  messageFields,
  sharedMessageFields,
  userFields,
);

export type EditMessageMutation = { readonly editMessage: { readonly message: MessageFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type EditMessageMutationVariables = { input: EditMessageInput; };
export const EditMessageDocument = /* @__PURE__ */ typed<EditMessageMutation, EditMessageMutationVariables>(
  'mutation EditMessage($input:EditMessageInput!){editMessage(input:$input){message{...MessageFields}userErrors{...ErrorFields}}}',
  errorFields,
  messageFields,
  sharedMessageFields,
  userFields,
);

export type DeleteMessageMutation = { readonly deleteMessage: { readonly message: MessageFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type DeleteMessageMutationVariables = { input: MessageIdInput; };
export const DeleteMessageDocument = /* @__PURE__ */ typed<DeleteMessageMutation, DeleteMessageMutationVariables>(
  'mutation DeleteMessage($input:MessageIdInput!){deleteMessage(input:$input){message{...MessageFields}userErrors{...ErrorFields}}}',
  errorFields,
  messageFields,
  sharedMessageFields,
  userFields,
);

export type AddReactionMutation = { readonly addReaction: { readonly message: MessageFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type AddReactionMutationVariables = { input: ReactionInput; };
export const AddReactionDocument = /* @__PURE__ */ typed<AddReactionMutation, AddReactionMutationVariables>(
  'mutation AddReaction($input:ReactionInput!){addReaction(input:$input){message{...MessageFields}userErrors{...ErrorFields}}}',
  errorFields,
  messageFields,
  sharedMessageFields,
  userFields,
);

export type RemoveReactionMutation = { readonly removeReaction: { readonly message: MessageFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type RemoveReactionMutationVariables = { input: ReactionInput; };
export const RemoveReactionDocument = /* @__PURE__ */ typed<RemoveReactionMutation, RemoveReactionMutationVariables>(
  'mutation RemoveReaction($input:ReactionInput!){removeReaction(input:$input){message{...MessageFields}userErrors{...ErrorFields}}}',
  errorFields,
  messageFields,
  sharedMessageFields,
  userFields,
);

export type MarkReadMutation = { readonly markRead: { readonly userErrors: readonly (ErrorFields)[]; }; };
export type MarkReadMutationVariables = { input: MarkReadInput; };
export const MarkReadDocument = /* @__PURE__ */ typed<MarkReadMutation, MarkReadMutationVariables>(
  'mutation MarkRead($input:MarkReadInput!){markRead(input:$input){userErrors{...ErrorFields}}}',
  errorFields,
);

export type SetTypingMutation = { readonly setTyping: { readonly expiresInMs: number | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type SetTypingMutationVariables = { input: SetTypingInput; };
export const SetTypingDocument = /* @__PURE__ */ typed<SetTypingMutation, SetTypingMutationVariables>(
  'mutation SetTyping($input:SetTypingInput!){setTyping(input:$input){expiresInMs userErrors{...ErrorFields}}}',
  errorFields,
);

export type SetStatusMutation = { readonly setStatus: { readonly presence: PresenceFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type SetStatusMutationVariables = { input: SetStatusInput; };
export const SetStatusDocument = /* @__PURE__ */ typed<SetStatusMutation, SetStatusMutationVariables>(
  'mutation SetStatus($input:SetStatusInput!){setStatus(input:$input){presence{...PresenceFields}userErrors{...ErrorFields}}}',
  errorFields,
  presenceFields,
  userFields,
);

export type AcknowledgeNotificationsMutation = { readonly acknowledgeNotifications: { readonly unread: UnreadFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type AcknowledgeNotificationsMutationVariables = { input: AcknowledgeNotificationsInput; };
export const AcknowledgeNotificationsDocument = /* @__PURE__ */ typed<AcknowledgeNotificationsMutation, AcknowledgeNotificationsMutationVariables>(
  'mutation AcknowledgeNotifications($input:AcknowledgeNotificationsInput!){acknowledgeNotifications(input:$input){unread{...UnreadFields}userErrors{...ErrorFields}}}',
  errorFields,
  unreadFields,
);

export type JoinRoomMutation = { readonly joinRoom: { readonly membership: MembershipFields | null; readonly room: RoomFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type JoinRoomMutationVariables = { input: RoomIdInput; };
export const JoinRoomDocument = /* @__PURE__ */ typed<JoinRoomMutation, JoinRoomMutationVariables>(
  'mutation JoinRoom($input:RoomIdInput!){joinRoom(input:$input){membership{...MembershipFields}room{...RoomFields}userErrors{...ErrorFields}}}',
  errorFields,
  membershipFields,
  roomFields,
  sharedRoomFields,
  userFields,
);

export type LeaveRoomMutation = { readonly leaveRoom: { readonly membership: MembershipFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type LeaveRoomMutationVariables = { input: RoomIdInput; };
export const LeaveRoomDocument = /* @__PURE__ */ typed<LeaveRoomMutation, LeaveRoomMutationVariables>(
  'mutation LeaveRoom($input:RoomIdInput!){leaveRoom(input:$input){membership{...MembershipFields}userErrors{...ErrorFields}}}',
  errorFields,
  membershipFields,
  userFields,
);

export type CreateRoomMutation = { readonly createRoom: { readonly room: RoomFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type CreateRoomMutationVariables = { input: CreateRoomInput; };
export const CreateRoomDocument = /* @__PURE__ */ typed<CreateRoomMutation, CreateRoomMutationVariables>(
  'mutation CreateRoom($input:CreateRoomInput!){createRoom(input:$input){room{...RoomFields}userErrors{...ErrorFields}}}',
  errorFields,
  membershipFields,
  roomFields,
  sharedRoomFields,
  userFields,
);

export type OpenConversationMutation = { readonly openConversation: { readonly isNew: boolean; readonly room: RoomFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type OpenConversationMutationVariables = { input: OpenConversationInput; };
export const OpenConversationDocument = /* @__PURE__ */ typed<OpenConversationMutation, OpenConversationMutationVariables>(
  'mutation OpenConversation($input:OpenConversationInput!){openConversation(input:$input){isNew room{...RoomFields}userErrors{...ErrorFields}}}',
  errorFields,
  membershipFields,
  roomFields,
  sharedRoomFields,
  userFields,
);

export type CreateGuestSessionMutation = { readonly createGuestSession: { readonly accessToken: string | null; readonly user: UserFields | null; readonly session: { readonly id: string; readonly expiresAt: string | null; } | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type CreateGuestSessionMutationVariables = { input: CreateGuestSessionInput; };
export const CreateGuestSessionDocument = /* @__PURE__ */ typed<CreateGuestSessionMutation, CreateGuestSessionMutationVariables>(
  'mutation CreateGuestSession($input:CreateGuestSessionInput!){createGuestSession(input:$input){accessToken user{...UserFields}session{id expiresAt}userErrors{...ErrorFields}}}',
  errorFields,
  userFields,
);

export type UpsertUserMutation = { readonly upsertUser: { readonly user: UserFields | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type UpsertUserMutationVariables = { input: UpsertUserInput; };
export const UpsertUserDocument = /* @__PURE__ */ typed<UpsertUserMutation, UpsertUserMutationVariables>(
  'mutation UpsertUser($input:UpsertUserInput!){upsertUser(input:$input){user{...UserFields}userErrors{...ErrorFields}}}',
  errorFields,
  userFields,
);

export type CreateSessionForMutation = { readonly createSessionFor: { readonly accessToken: string | null; readonly session: { readonly id: string; readonly expiresAt: string | null; } | null; readonly userErrors: readonly (ErrorFields)[]; }; };
export type CreateSessionForMutationVariables = { input: CreateSessionForInput; };
export const CreateSessionForDocument = /* @__PURE__ */ typed<CreateSessionForMutation, CreateSessionForMutationVariables>(
  'mutation CreateSessionFor($input:CreateSessionForInput!){createSessionFor(input:$input){accessToken session{id expiresAt}userErrors{...ErrorFields}}}',
  errorFields,
);

export type RoomEventsSubscription = { readonly roomEvents: { readonly status: StreamStatus; readonly cursor: string; readonly positionBefore: number; readonly positionAfter: number; readonly resetReason: StreamResetReason | null; readonly events: readonly (RoomEventFields)[]; }; };
export type RoomEventsSubscriptionVariables = { roomId: string; after?: string | null | undefined; };
export const RoomEventsDocument = /* @__PURE__ */ typed<RoomEventsSubscription, RoomEventsSubscriptionVariables>(
  'subscription RoomEvents($roomId:ID!$after:StreamCursor){roomEvents(roomId:$roomId after:$after){status cursor positionBefore positionAfter resetReason events{...RoomEventFields}}}',
  membershipFields,
  roomEventFields,
  sharedMessageFields,
  sharedRoomFields,
  userFields,
);

export type MessageAddedSubscription = { readonly messageAdded: { readonly __typename: 'MessageAddedEvent'; readonly roomId: string; readonly eventNumber: number; readonly occurredAt: string; readonly actor: UserFields | null; readonly cursor: string; readonly message: SharedMessageFields; }; };
export type MessageAddedSubscriptionVariables = { roomId: string; after?: string | null | undefined; };
export const MessageAddedDocument = /* @__PURE__ */ typed<MessageAddedSubscription, MessageAddedSubscriptionVariables>(
  'subscription MessageAdded($roomId:ID!$after:StreamCursor){messageAdded(roomId:$roomId after:$after){...RoomEventFields cursor}}',
  membershipFields,
  roomEventFields,
  sharedMessageFields,
  sharedRoomFields,
  userFields,
);

export type TypingChangedSubscription = { readonly typingChanged: { readonly users: readonly (UserFields)[]; }; };
export type TypingChangedSubscriptionVariables = { roomId: string; };
export const TypingChangedDocument = /* @__PURE__ */ typed<TypingChangedSubscription, TypingChangedSubscriptionVariables>(
  'subscription TypingChanged($roomId:ID!){typingChanged(roomId:$roomId){users{...UserFields}}}',
  userFields,
);

export type ReadStateChangedSubscription = { readonly readStateChanged: { readonly userId: string; readonly lastReadSequence: number; }; };
export type ReadStateChangedSubscriptionVariables = { roomId: string; };
export const ReadStateChangedDocument = /* @__PURE__ */ typed<ReadStateChangedSubscription, ReadStateChangedSubscriptionVariables>(
  'subscription ReadStateChanged($roomId:ID!){readStateChanged(roomId:$roomId){userId lastReadSequence}}',
);

export type PresenceChangedSubscription = { readonly presenceChanged: { readonly roomId: string; readonly isSnapshot: boolean; readonly onlineCount: number; readonly changed: readonly (PresenceFields)[]; readonly wentOffline: readonly (string)[]; }; };
export type PresenceChangedSubscriptionVariables = { roomIds: readonly string[]; };
export const PresenceChangedDocument = /* @__PURE__ */ typed<PresenceChangedSubscription, PresenceChangedSubscriptionVariables>(
  'subscription PresenceChanged($roomIds:[ID!]!){presenceChanged(roomIds:$roomIds){roomId isSnapshot onlineCount changed{...PresenceFields}wentOffline}}',
  presenceFields,
  userFields,
);

export type ViewerEventsSubscription = { readonly viewerEvents: { readonly __typename: 'MembershipChangedEvent'; readonly membership: { readonly id: string; readonly role: RoomRole; readonly state: MembershipState; readonly joinedAt: string | null; readonly user: UserFields; readonly room: SharedRoomFields; }; }
  | { readonly __typename: 'NotificationAdded'; readonly notification: NotificationFields; }
  | { readonly __typename: 'SessionExpiring'; readonly expiresAt: string; }
  | { readonly __typename: 'ViewerReadStateChanged'; readonly unread: UnreadFields; readonly membership: { readonly id: string; readonly room: { readonly id: string; }; readonly readState: { readonly lastReadSequence: number; readonly newestSequence: number; readonly unreadCount: { readonly value: number; readonly isCapped: boolean; }; } | null; }; }
  | { readonly __typename: 'ViewerSnapshot'; readonly unread: UnreadFields; readonly pendingNotifications: readonly (NotificationFields)[]; readonly pendingCount: { readonly value: number; readonly isCapped: boolean; }; }; };
export type ViewerEventsSubscriptionVariables = Record<string, never>;
export const ViewerEventsDocument = /* @__PURE__ */ typed<ViewerEventsSubscription, ViewerEventsSubscriptionVariables>(
  'subscription ViewerEvents{viewerEvents{__typename ...on ViewerSnapshot{unread{...UnreadFields}pendingNotifications{...NotificationFields}pendingCount{value isCapped}}...on NotificationAdded{notification{...NotificationFields}}...on ViewerReadStateChanged{unread{...UnreadFields}membership{id room{id}readState{lastReadSequence newestSequence unreadCount{value isCapped}}}}...on MembershipChangedEvent{membership{...MembershipFields room{...SharedRoomFields}}}...on SessionExpiring{expiresAt}}}',
  membershipFields,
  notificationFields,
  sharedMessageFields,
  sharedRoomFields,
  unreadFields,
  userFields,
);
