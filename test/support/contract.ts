/** What clients may rely on: names and types that stay. The schema may have more. */
export const contract = /* GraphQL */ `
  scalar DateTime
  scalar LanguageTag
  scalar StreamCursor

  interface Node { id: ID! }

  interface UserError { message: String! code: UserErrorCode! path: [String!] }
  enum UserErrorCode {
    INVALID_INPUT NOT_FOUND FORBIDDEN CONFLICT IDEMPOTENCY_MISMATCH RATE_LIMITED
    ROOM_ARCHIVED BANNED MUTED SLOW_MODE EDIT_WINDOW_CLOSED
  }
  type InvalidInputError implements UserError { message: String! code: UserErrorCode! path: [String!] constraint: String }
  type NotFoundError implements UserError { message: String! code: UserErrorCode! path: [String!] }
  type ForbiddenError implements UserError { message: String! code: UserErrorCode! path: [String!] }
  type ConflictError implements UserError { message: String! code: UserErrorCode! path: [String!] }
  type RateLimitedError implements UserError { message: String! code: UserErrorCode! path: [String!] retryAfterMs: Int! }

  type Server { version: String! time: DateTime! capabilities: [Capability!]! limits: ServerLimits! }
  enum Capability { REACTIONS REPLIES PRESENCE TYPING NOTIFICATIONS GUESTS MODERATION SLOW_MODE }
  type ServerLimits {
    messageMaxLength: Int!
    replayMaxEvents: Int!
    subscriptionsPerConnection: Int!
    unreadCountCap: Int!
    editWindowSeconds: Int
  }

  type User implements Node {
    id: ID!
    username: String!
    displayName: String!
    avatarUrl: String
    kind: UserKind!
    createdAt: DateTime!
  }
  enum UserKind { HUMAN GUEST BOT }

  type Viewer implements Node {
    id: ID!
    user: User!
    isAdmin: Boolean!
    session: Session!
    sessions: [Session!]!
    memberships(first: Int, after: String, last: Int, before: String, orderBy: MembershipOrder! = JOINED, filter: MembershipFilter): RoomMembershipConnection!
    unread: UnreadSummary!
    language: LanguageTag!
  }
  enum MembershipOrder { JOINED ACTIVITY }
  input MembershipFilter { kinds: [RoomKind!] unreadOnly: Boolean query: String }
  type Session implements Node {
    id: ID!
    deviceId: String
    language: LanguageTag
    createdAt: DateTime!
    lastSeenAt: DateTime!
    expiresAt: DateTime
    isCurrent: Boolean!
  }
  type CappedCount { value: Int! isCapped: Boolean! }

  type Room implements Node {
    id: ID!
    kind: RoomKind!
    slug: String
    name: String
    topic: String
    avatarUrl: String
    createdAt: DateTime!
    createdBy: User
    archivedAt: DateTime
    postingPolicy: PostingPolicy!
    slowModeSeconds: Int!
    viewerPermissions: [RoomPermission!]!
    memberCount: Int!
    members(first: Int, after: String, last: Int, before: String, query: String, roles: [RoomRole!], states: [MembershipState!]): RoomMembershipConnection!
    viewerMembership: RoomMembership
    messages(first: Int, after: String, last: Int, before: String): MessageConnection!
    messagesAround(sequence: Int!, before: Int! = 25, after: Int! = 25): MessageConnection!
    latestMessage: Message
  }
  enum RoomKind { CHANNEL STREAM GROUP DIRECT SUPPORT }
  enum PostingPolicy { MEMBERS MODERATORS }
  enum RoomPermission {
    READ
    SEND_MESSAGE
    REACT
    EDIT_OWN
    DELETE_OWN
    DELETE_ANY
    ADD_MEMBERS
    REMOVE_MEMBERS
    BAN
    MUTE
    SET_ROLES
    UPDATE_ROOM
    ARCHIVE_ROOM
  }

  type RoomMembership implements Node {
    id: ID!
    room: Room!
    user: User!
    role: RoomRole!
    state: MembershipState!
    mutedUntil: DateTime
    bannedUntil: DateTime
    moderationReason: String
    joinedAt: DateTime
    readState: ReadState
    notificationLevel: NotificationLevel
  }
  enum RoomRole { OWNER MODERATOR MEMBER }
  enum MembershipState { JOINED LEFT REMOVED BANNED }
  enum NotificationLevel { ALL NONE }
  type ReadState { lastReadSequence: Int! unreadCount: CappedCount! firstUnreadMessage: Message }
  type UnreadSummary { rooms: CappedCount! messages: CappedCount! }

  type Message implements Node {
    id: ID!
    room: Room!
    author: User
    kind: MessageKind!
    sequence: Int!
    clientMessageId: String
    text: String
    createdAt: DateTime!
    editedAt: DateTime
    deletedAt: DateTime
    replyTo: Message
    reactionGroups: [ReactionGroup!]!
    lastEventNumber: Int!
    systemEvent: SystemEvent
  }
  enum MessageKind { USER SYSTEM }
  type ReactionGroup { emoji: String! count: Int! viewerHasReacted: Boolean! }
  type SystemEvent { type: SystemEventType! subject: User }
  enum SystemEventType { ROOM_CREATED MEMBER_JOINED MEMBER_LEFT MEMBER_REMOVED }

  type Query {
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    server: Server!
    viewer: Viewer
    user(id: ID!): User
    users(first: Int, after: String, query: String): UserConnection!
    room(id: ID!): Room
    roomBySlug(slug: String!): Room
    rooms(first: Int, after: String, last: Int, before: String, kinds: [RoomKind!], query: String): RoomConnection!
    apiKeys(first: Int, after: String): ApiKeyConnection!
    userByExternalId(externalId: String!): User
  }

  type Mutation {
    createGuestSession(input: CreateGuestSessionInput!): SessionPayload!
    upsertUser(input: UpsertUserInput!): UserPayload!
    createSessionFor(input: CreateSessionForInput!): SessionPayload!
    deactivateUser(input: UserInput!): UserPayload!
    setAdmin(input: SetAdminInput!): UserPayload!
    createApiKey(input: CreateApiKeyInput!): CreateApiKeyPayload!
    revokeApiKey(input: RevokeApiKeyInput!): RevokeApiKeyPayload!
    revokeSession(input: RevokeSessionInput!): RevokeSessionPayload!
    updateProfile(input: UpdateProfileInput!): UpdateProfilePayload!
    createRoom(input: CreateRoomInput!): RoomPayload!
    updateRoom(input: UpdateRoomInput!): RoomPayload!
    archiveRoom(input: RoomIdInput!): RoomPayload!
    unarchiveRoom(input: RoomIdInput!): RoomPayload!
    openConversation(input: OpenConversationInput!): OpenConversationPayload!
    joinRoom(input: RoomIdInput!): MembershipPayload!
    leaveRoom(input: RoomIdInput!): MembershipPayload!
    addMembers(input: AddMembersInput!): AddMembersPayload!
    removeMember(input: MemberInput!): MembershipPayload!
    banMember(input: MemberInput!): MembershipPayload!
    unbanMember(input: MemberInput!): MembershipPayload!
    muteMember(input: MemberInput!): MembershipPayload!
    unmuteMember(input: MemberInput!): MembershipPayload!
    setMemberRole(input: SetMemberRoleInput!): MembershipPayload!
    setNotificationLevel(input: SetNotificationLevelInput!): MembershipPayload!
    markRead(input: MarkReadInput!): MembershipPayload!
    sendMessage(input: SendMessageInput!): SendMessagePayload!
    editMessage(input: EditMessageInput!): MessagePayload!
    deleteMessage(input: MessageIdInput!): MessagePayload!
    addReaction(input: ReactionInput!): MessagePayload!
    removeReaction(input: ReactionInput!): MessagePayload!
  }

  input CreateGuestSessionInput { displayName: String! deviceId: String language: LanguageTag }
  input RevokeSessionInput { sessionId: ID! }
  input UpdateProfileInput { displayName: String avatarUrl: String language: LanguageTag }
  input CreateRoomInput { kind: RoomKind! name: String! slug: String topic: String avatarUrl: String memberIds: [ID!] }
  input UpdateRoomInput { roomId: ID! name: String topic: String avatarUrl: String postingPolicy: PostingPolicy slowModeSeconds: Int }
  input RoomIdInput { roomId: ID! }
  input OpenConversationInput { kind: RoomKind! = DIRECT userIds: [ID!]! }
  input AddMembersInput { roomId: ID! userIds: [ID!]! }
  input MemberInput { roomId: ID! userId: ID! reason: String until: DateTime }
  input SetMemberRoleInput { roomId: ID! userId: ID! role: RoomRole! }
  input SetNotificationLevelInput { roomId: ID! level: NotificationLevel! }
  input MarkReadInput { roomId: ID! upToSequence: Int! }
  input SendMessageInput { roomId: ID! text: String! clientMessageId: String replyToId: ID }
  input EditMessageInput { messageId: ID! text: String! }
  input MessageIdInput { messageId: ID! }
  input ReactionInput { messageId: ID! emoji: String! }

  input UserInput { userId: ID! }
  input UpsertUserInput { externalId: String! username: String displayName: String! avatarUrl: String kind: UserKind! = HUMAN }
  input CreateSessionForInput { userId: ID! deviceId: String language: LanguageTag lifetimeSeconds: Int! = 3600 }
  input SetAdminInput { userId: ID! isAdmin: Boolean! }
  input CreateApiKeyInput { name: String! }
  input RevokeApiKeyInput { apiKeyId: ID! }
  type UserPayload { user: User userErrors: [UserError!]! }
  type ApiKey implements Node { id: ID! name: String! user: User! createdAt: DateTime! lastUsedAt: DateTime }
  type CreateApiKeyPayload { apiKey: ApiKey key: String userErrors: [UserError!]! }
  type RevokeApiKeyPayload { revokedApiKeyId: ID userErrors: [UserError!]! }
  type ApiKeyConnection { edges: [ApiKeyEdge!]! nodes: [ApiKey!]! pageInfo: PageInfo! }
  type ApiKeyEdge { cursor: String! node: ApiKey! }
  type SessionPayload { session: Session user: User accessToken: String userErrors: [UserError!]! }
  type RevokeSessionPayload { revokedSessionId: ID userErrors: [UserError!]! }
  type UpdateProfilePayload { user: User userErrors: [UserError!]! }
  type RoomPayload { room: Room userErrors: [UserError!]! }
  type OpenConversationPayload { room: Room isNew: Boolean! userErrors: [UserError!]! }
  type MembershipPayload { membership: RoomMembership room: Room userErrors: [UserError!]! }
  type AddMembersPayload { memberships: [RoomMembership!]! userErrors: [UserError!]! }
  type SendMessagePayload { message: Message messageEdge: MessageEdge isReplay: Boolean! userErrors: [UserError!]! }
  type MessagePayload { message: Message userErrors: [UserError!]! }

  type Subscription { messageAdded(roomId: ID!, after: StreamCursor): MessageAddedEvent! }
  interface RoomEvent { roomId: ID! eventNumber: Int! occurredAt: DateTime! actor: User }
  type MessageAddedEvent implements RoomEvent {
    roomId: ID!
    eventNumber: Int!
    occurredAt: DateTime!
    actor: User
    message: Message!
    messageEdge: MessageEdge!
    cursor: StreamCursor!
  }
  type MessageUpdatedEvent implements RoomEvent {
    roomId: ID!
    eventNumber: Int!
    occurredAt: DateTime!
    actor: User
    message: Message!
  }
  type MessageDeletedEvent implements RoomEvent {
    roomId: ID!
    eventNumber: Int!
    occurredAt: DateTime!
    actor: User
    messageId: ID!
    message: Message!
  }
  type ReactionsChangedEvent implements RoomEvent {
    roomId: ID!
    eventNumber: Int!
    occurredAt: DateTime!
    actor: User
    messageId: ID!
    message: Message!
    reactionGroups: [ReactionGroup!]!
  }

  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type MessageConnection { edges: [MessageEdge!]! nodes: [Message!]! pageInfo: PageInfo! }
  type MessageEdge { cursor: String! node: Message! }
  type RoomConnection { edges: [RoomEdge!]! nodes: [Room!]! pageInfo: PageInfo! }
  type RoomEdge { cursor: String! node: Room! }
  type RoomMembershipConnection {
    edges: [RoomMembershipEdge!]!
    nodes: [RoomMembership!]!
    pageInfo: PageInfo!
    totalCount: CappedCount!
  }
  type RoomMembershipEdge { cursor: String! node: RoomMembership! }
  type UserConnection { edges: [UserEdge!]! nodes: [User!]! pageInfo: PageInfo! }
  type UserEdge { cursor: String! node: User! }
`;
