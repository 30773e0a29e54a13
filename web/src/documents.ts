// Made by `npm run codegen` from web/documents.graphql, web/lists.graphql and schema.graphql. Do not edit.

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

export type AddMembersInput = { roomId: string; userIds: readonly string[]; };
export type Capability = 'API_KEYS' | 'BLOCKING' | 'GUESTS' | 'MODERATION' | 'NOTIFICATIONS' | 'PRESENCE' | 'REACTIONS' | 'REPLIES' | 'SLOW_MODE' | 'TYPING';
export type CreateGuestSessionInput = { deviceId?: string | null | undefined; displayName: string; language?: string | null | undefined; };
export type CreateRoomInput = { avatarUrl?: string | null | undefined; kind: RoomKind; memberIds?: readonly string[] | null | undefined; name: string; postingPolicy?: PostingPolicy | null | undefined; slowModeSeconds?: number | null | undefined; slug?: string | null | undefined; topic?: string | null | undefined; };
export type MemberInput = { reason?: string | null | undefined; roomId: string; until?: string | null | undefined; userId: string; };
export type MembershipFilter = { kinds?: readonly RoomKind[] | null | undefined; query?: string | null | undefined; unreadOnly?: boolean | null | undefined; };
export type MembershipState = 'BANNED' | 'JOINED' | 'LEFT' | 'REMOVED';
export type MessageKind = 'SYSTEM' | 'USER';
export type NotificationLevel = 'ALL' | 'NONE';
export type OpenConversationInput = { kind?: RoomKind | undefined; userIds: readonly string[]; };
export type PostingPolicy = 'MEMBERS' | 'MODERATORS';
export type PresenceStatus = 'DO_NOT_DISTURB' | 'IDLE' | 'OFFLINE' | 'ONLINE';
export type RevokeSessionInput = { sessionId: string; };
export type RoomIdInput = { roomId: string; };
export type RoomKind = 'CHANNEL' | 'DIRECT' | 'GROUP' | 'STREAM' | 'SUPPORT';
export type RoomPermission = 'ADD_MEMBERS' | 'ARCHIVE_ROOM' | 'BAN' | 'DELETE_ANY' | 'DELETE_OWN' | 'EDIT_OWN' | 'MUTE' | 'REACT' | 'READ' | 'REMOVE_MEMBERS' | 'SEND_MESSAGE' | 'SET_ROLES' | 'UPDATE_ROOM';
export type RoomRole = 'MEMBER' | 'MODERATOR' | 'OWNER';
export type SetMemberRoleInput = { role: RoomRole; roomId: string; userId: string; };
export type SetNotificationLevelInput = { level: NotificationLevel; roomId: string; };
export type SetStatusInput = { status?: PresenceStatus | null | undefined; statusText?: string | null | undefined; };
export type SystemEventType = 'MEMBER_JOINED' | 'MEMBER_LEFT' | 'MEMBER_REMOVED' | 'ROOM_CREATED' | 'UNKNOWN';
export type UpdateProfileInput = { avatarUrl?: string | null | undefined; displayName?: string | null | undefined; language?: string | null | undefined; };
export type UpdateRoomInput = { avatarUrl?: string | null | undefined; name?: string | null | undefined; postingPolicy?: PostingPolicy | null | undefined; roomId: string; slowModeSeconds?: number | null | undefined; topic?: string | null | undefined; };
export type UserErrorCode = 'BANNED' | 'BLOCKED' | 'CONFLICT' | 'EDIT_WINDOW_CLOSED' | 'FORBIDDEN' | 'IDEMPOTENCY_MISMATCH' | 'INVALID_INPUT' | 'MUTED' | 'NOT_FOUND' | 'RATE_LIMITED' | 'ROOM_ARCHIVED' | 'SLOW_MODE' | 'UNKNOWN_OUTCOME';
export type UserInput = { userId: string; };
export type UserKind = 'BOT' | 'GUEST' | 'HUMAN';

export type Person = { readonly id: string; readonly displayName: string; };
const person = 'fragment Person on User{id displayName}';

export type RoomName = { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; };
const roomName = 'fragment RoomName on Room{id kind slug name topic}';

export type PastMembership = { readonly id: string; readonly state: MembershipState; readonly bannedUntil: string | null; readonly moderationReason: string | null; readonly room: { readonly id: string; readonly name: string | null; }; };
const pastMembership = 'fragment PastMembership on RoomMembership{id state bannedUntil moderationReason room{id name}}';

export type Trouble = { readonly code: UserErrorCode; readonly message: string; readonly path: readonly (string)[] | null; };
const trouble = 'fragment Trouble on UserError{code message path}';

export type PersonHere = { readonly id: string; readonly displayName: string; readonly presence: { readonly status: PresenceStatus; readonly statusText: string | null; readonly user: { readonly id: string; }; }; };
const personHere = 'fragment PersonHere on User{...Person presence{status statusText user{id}}}';

export type InboxMembership = { readonly id: string; readonly state: MembershipState; readonly role: RoomRole; readonly notificationLevel: NotificationLevel | null; readonly readState: { readonly lastReadSequence: number; readonly unreadCount: { readonly value: number; readonly isCapped: boolean; }; } | null; readonly room: { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly createdAt: string; readonly archivedAt: string | null; readonly latestMessage: { readonly id: string; readonly sequence: number; readonly text: string | null; readonly createdAt: string; readonly deletedAt: string | null; readonly kind: MessageKind; readonly author: Person | null; readonly systemEvent: { readonly type: SystemEventType; readonly subject: Person | null; } | null; } | null; readonly members: { readonly nodes: readonly ({ readonly id: string; readonly user: PersonHere; })[]; }; }; };
const inboxMembership = 'fragment InboxMembership on RoomMembership{id state role notificationLevel readState{lastReadSequence unreadCount{value isCapped}}room{...RoomName createdAt archivedAt latestMessage{id sequence text createdAt deletedAt kind author{...Person}systemEvent{type subject{...Person}}}members(first:3){nodes{id user{...PersonHere}}}}}';

export type MemberRow = { readonly id: string; readonly role: RoomRole; readonly state: MembershipState; readonly joinedAt: string | null; readonly mutedUntil: string | null; readonly bannedUntil: string | null; readonly moderationReason: string | null; readonly user: { readonly id: string; readonly displayName: string; readonly presence: { readonly status: PresenceStatus; readonly statusText: string | null; readonly user: { readonly id: string; }; }; readonly username: string; readonly kind: UserKind; }; };
const memberRow = 'fragment MemberRow on RoomMembership{id role state joinedAt mutedUntil bannedUntil moderationReason user{...PersonHere username kind}}';

export type StartQuery = { readonly server: { readonly capabilities: readonly (Capability)[]; readonly limits: { readonly messageMaxLength: number; readonly editWindowSeconds: number | null; }; }; readonly viewer: { readonly id: string; readonly isAdmin: boolean; readonly user: { readonly id: string; readonly displayName: string; readonly username: string; readonly kind: UserKind; }; } | null; };
export type StartQueryVariables = Record<string, never>;
export const StartDocument = /* @__PURE__ */ typed<StartQuery, StartQueryVariables>(
  'query Start{server{capabilities limits{messageMaxLength editWindowSeconds}}viewer{id isAdmin user{...Person username kind}}}',
  person,
);

export type RoomBySlugQuery = { readonly roomBySlug: RoomName | null; readonly viewer: { readonly id: string; readonly membershipBySlug: PastMembership | null; } | null; };
export type RoomBySlugQueryVariables = { slug: string; };
export const RoomBySlugDocument = /* @__PURE__ */ typed<RoomBySlugQuery, RoomBySlugQueryVariables>(
  'query RoomBySlug($slug:String!){roomBySlug(slug:$slug){...RoomName}viewer{id membershipBySlug(slug:$slug){...PastMembership}}}',
  pastMembership,
  roomName,
);

export type RoomByIdQuery = { readonly room: RoomName | null; readonly viewer: { readonly id: string; readonly membership: PastMembership | null; } | null; };
export type RoomByIdQueryVariables = { id: string; };
export const RoomByIdDocument = /* @__PURE__ */ typed<RoomByIdQuery, RoomByIdQueryVariables>(
  'query RoomById($id:ID!){room(id:$id){...RoomName}viewer{id membership(roomId:$id){...PastMembership}}}',
  pastMembership,
  roomName,
);

export type RoomPeopleQuery = { readonly room: { readonly id: string; readonly createdBy: Person | null; readonly leaders: { readonly nodes: readonly ({ readonly id: string; readonly role: RoomRole; readonly user: Person; })[]; }; readonly members: { readonly nodes: readonly ({ readonly id: string; readonly user: Person; })[]; }; } | null; };
export type RoomPeopleQueryVariables = { id: string; };
export const RoomPeopleDocument = /* @__PURE__ */ typed<RoomPeopleQuery, RoomPeopleQueryVariables>(
  'query RoomPeople($id:ID!){room(id:$id){id createdBy{...Person}leaders:members(first:100 roles:[OWNER MODERATOR]){nodes{id role user{...Person}}}members(first:50){nodes{id user{...Person}}}}}',
  person,
);

export type CreateGuestSessionMutation = { readonly createGuestSession: { readonly accessToken: string | null; readonly userErrors: readonly ({ readonly code: UserErrorCode; readonly message: string; })[]; }; };
export type CreateGuestSessionMutationVariables = { input: CreateGuestSessionInput; };
export const CreateGuestSessionDocument = /* @__PURE__ */ typed<CreateGuestSessionMutation, CreateGuestSessionMutationVariables>(
  'mutation CreateGuestSession($input:CreateGuestSessionInput!){createGuestSession(input:$input){accessToken userErrors{code message}}}',
);

export type RenewSessionMutation = { readonly renewSession: { readonly accessToken: string | null; readonly userErrors: readonly ({ readonly code: UserErrorCode; })[]; }; };
export type RenewSessionMutationVariables = Record<string, never>;
export const RenewSessionDocument = /* @__PURE__ */ typed<RenewSessionMutation, RenewSessionMutationVariables>(
  'mutation RenewSession{renewSession{accessToken userErrors{code}}}',
);

export type JoinRoomMutation = { readonly joinRoom: { readonly membership: { readonly id: string; readonly state: MembershipState; } | null; readonly room: RoomName | null; readonly userErrors: readonly ({ readonly code: UserErrorCode; readonly message: string; })[]; }; };
export type JoinRoomMutationVariables = { input: RoomIdInput; };
export const JoinRoomDocument = /* @__PURE__ */ typed<JoinRoomMutation, JoinRoomMutationVariables>(
  'mutation JoinRoom($input:RoomIdInput!){joinRoom(input:$input){membership{id state}room{...RoomName}userErrors{code message}}}',
  roomName,
);

export type SetNotificationLevelMutation = { readonly setNotificationLevel: { readonly membership: { readonly id: string; readonly notificationLevel: NotificationLevel | null; } | null; readonly userErrors: readonly ({ readonly code: UserErrorCode; readonly message: string; })[]; }; };
export type SetNotificationLevelMutationVariables = { input: SetNotificationLevelInput; };
export const SetNotificationLevelDocument = /* @__PURE__ */ typed<SetNotificationLevelMutation, SetNotificationLevelMutationVariables>(
  'mutation SetNotificationLevel($input:SetNotificationLevelInput!){setNotificationLevel(input:$input){membership{id notificationLevel}userErrors{code message}}}',
);

export type FindRoomQuery = { readonly roomBySlug: RoomName | null; readonly room: RoomName | null; readonly viewer: { readonly id: string; readonly user: { readonly id: string; readonly displayName: string; readonly kind: UserKind; }; readonly membershipBySlug: PastMembership | null; readonly membership: PastMembership | null; } | null; };
export type FindRoomQueryVariables = { slug: string; id: string; isSlug: boolean; };
export const FindRoomDocument = /* @__PURE__ */ typed<FindRoomQuery, FindRoomQueryVariables>(
  'query FindRoom($slug:String!$id:ID!$isSlug:Boolean!){roomBySlug(slug:$slug)@include(if:$isSlug){...RoomName}room(id:$id)@skip(if:$isSlug){...RoomName}viewer{id user{...Person kind}membershipBySlug(slug:$slug)@include(if:$isSlug){...PastMembership}membership(roomId:$id)@skip(if:$isSlug){...PastMembership}}}',
  pastMembership,
  person,
  roomName,
);

export type FindMembersQuery = { readonly room: { readonly id: string; readonly memberCount: number; readonly members: { readonly nodes: readonly ({ readonly id: string; readonly role: RoomRole; readonly mutedUntil: string | null; readonly user: { readonly id: string; readonly displayName: string; readonly kind: UserKind; readonly presence: { readonly status: PresenceStatus; }; }; })[]; }; } | null; };
export type FindMembersQueryVariables = { id: string; query?: string | null | undefined; };
export const FindMembersDocument = /* @__PURE__ */ typed<FindMembersQuery, FindMembersQueryVariables>(
  'query FindMembers($id:ID!$query:String){room(id:$id){id memberCount members(first:100 query:$query){nodes{id role mutedUntil user{...Person kind presence{status}}}}}}',
  person,
);

export type LimitsQuery = { readonly server: { readonly capabilities: readonly (Capability)[]; readonly limits: { readonly messageMaxLength: number; readonly editWindowSeconds: number | null; }; }; };
export type LimitsQueryVariables = Record<string, never>;
export const LimitsDocument = /* @__PURE__ */ typed<LimitsQuery, LimitsQueryVariables>(
  'query Limits{server{capabilities limits{messageMaxLength editWindowSeconds}}}',
);

export type InboxPageQuery = { readonly viewer: { readonly id: string; readonly memberships: { readonly nodes: readonly (InboxMembership)[]; readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean; }; }; } | null; };
export type InboxPageQueryVariables = { filter?: MembershipFilter | null | undefined; after?: string | null | undefined; };
export const InboxPageDocument = /* @__PURE__ */ typed<InboxPageQuery, InboxPageQueryVariables>(
  'query InboxPage($filter:MembershipFilter$after:String){viewer{id memberships(first:50 orderBy:ACTIVITY filter:$filter after:$after){nodes{...InboxMembership}pageInfo{endCursor hasNextPage}}}}',
  inboxMembership,
  person,
  personHere,
  roomName,
);

export type InboxRowQuery = { readonly viewer: { readonly id: string; readonly membership: InboxMembership | null; } | null; };
export type InboxRowQueryVariables = { roomId: string; };
export const InboxRowDocument = /* @__PURE__ */ typed<InboxRowQuery, InboxRowQueryVariables>(
  'query InboxRow($roomId:ID!){viewer{id membership(roomId:$roomId){...InboxMembership}}}',
  inboxMembership,
  person,
  personHere,
  roomName,
);

export type OwnStatusQuery = { readonly viewer: { readonly id: string; readonly user: PersonHere; } | null; };
export type OwnStatusQueryVariables = Record<string, never>;
export const OwnStatusDocument = /* @__PURE__ */ typed<OwnStatusQuery, OwnStatusQueryVariables>(
  'query OwnStatus{viewer{id user{...PersonHere}}}',
  person,
  personHere,
);

export type DirectoryQuery = { readonly rooms: { readonly nodes: readonly ({ readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly archivedAt: string | null; readonly memberCount: number; readonly viewerPermissions: readonly (RoomPermission)[]; readonly presence: { readonly onlineCount: number; readonly present: readonly ({ readonly status: PresenceStatus; readonly user: Person; })[]; }; readonly viewerMembership: { readonly id: string; readonly state: MembershipState; } | null; })[]; readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean; }; }; };
export type DirectoryQueryVariables = { query?: string | null | undefined; kinds?: readonly RoomKind[] | null | undefined; after?: string | null | undefined; };
export const DirectoryDocument = /* @__PURE__ */ typed<DirectoryQuery, DirectoryQueryVariables>(
  'query Directory($query:String$kinds:[RoomKind!]$after:String){rooms(first:30 query:$query kinds:$kinds after:$after includeArchived:true){nodes{...RoomName archivedAt memberCount viewerPermissions presence{onlineCount present(first:3){status user{...Person}}}viewerMembership{id state}}pageInfo{endCursor hasNextPage}}}',
  person,
  roomName,
);

export type FindQuery = { readonly users: { readonly nodes: readonly ({ readonly id: string; readonly displayName: string; readonly presence: { readonly status: PresenceStatus; readonly statusText: string | null; readonly user: { readonly id: string; }; }; readonly username: string; })[]; }; readonly viewer: { readonly id: string; readonly memberships: { readonly nodes: readonly ({ readonly id: string; readonly room: { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly memberCount: number; readonly members: { readonly nodes: readonly ({ readonly id: string; readonly user: Person; })[]; }; }; })[]; }; } | null; readonly rooms: { readonly nodes: readonly ({ readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly memberCount: number; readonly viewerMembership: { readonly id: string; readonly state: MembershipState; } | null; })[]; }; };
export type FindQueryVariables = { query: string; };
export const FindDocument = /* @__PURE__ */ typed<FindQuery, FindQueryVariables>(
  'query Find($query:String!){users(first:6 query:$query){nodes{...PersonHere username}}viewer{id memberships(first:5 orderBy:ACTIVITY filter:{query:$query kinds:[CHANNEL STREAM GROUP SUPPORT]}){nodes{id room{...RoomName memberCount members(first:3){nodes{id user{...Person}}}}}}}rooms(first:12 query:$query){nodes{...RoomName memberCount viewerMembership{id state}}}}',
  person,
  personHere,
  roomName,
);

export type FindPeopleQuery = { readonly users: { readonly nodes: readonly ({ readonly id: string; readonly displayName: string; readonly presence: { readonly status: PresenceStatus; readonly statusText: string | null; readonly user: { readonly id: string; }; }; readonly username: string; })[]; }; };
export type FindPeopleQueryVariables = { query: string; };
export const FindPeopleDocument = /* @__PURE__ */ typed<FindPeopleQuery, FindPeopleQueryVariables>(
  'query FindPeople($query:String!){users(first:12 query:$query){nodes{...PersonHere username}}}',
  person,
  personHere,
);

export type PeopleByIdsQuery = { readonly nodes: readonly ({ readonly __typename: 'ApiKey' | 'Message' | 'Notification' | 'Room' | 'RoomMembership' | 'Session' | 'Viewer'; readonly id: string; }
  | { readonly __typename: 'User'; readonly id: string; readonly displayName: string; readonly kind: UserKind; } | null)[]; };
export type PeopleByIdsQueryVariables = { ids: readonly string[]; };
export const PeopleByIdsDocument = /* @__PURE__ */ typed<PeopleByIdsQuery, PeopleByIdsQueryVariables>(
  'query PeopleByIds($ids:[ID!]!){nodes(ids:$ids){__typename id ...on User{...Person kind}}}',
  person,
);

export type LeadersQuery = { readonly room: { readonly id: string; readonly memberCount: number; readonly members: { readonly nodes: readonly (MemberRow)[]; }; } | null; };
export type LeadersQueryVariables = { roomId: string; };
export const LeadersDocument = /* @__PURE__ */ typed<LeadersQuery, LeadersQueryVariables>(
  'query Leaders($roomId:ID!){room(id:$roomId){id memberCount members(first:100 roles:[OWNER MODERATOR]){nodes{...MemberRow}}}}',
  memberRow,
  person,
  personHere,
);

export type MemberPageQuery = { readonly room: { readonly id: string; readonly members: { readonly nodes: readonly (MemberRow)[]; readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean; }; }; } | null; };
export type MemberPageQueryVariables = { roomId: string; query?: string | null | undefined; after?: string | null | undefined; };
export const MemberPageDocument = /* @__PURE__ */ typed<MemberPageQuery, MemberPageQueryVariables>(
  'query MemberPage($roomId:ID!$query:String$after:String){room(id:$roomId){id members(first:50 roles:[MEMBER]query:$query after:$after){nodes{...MemberRow}pageInfo{endCursor hasNextPage}}}}',
  memberRow,
  person,
  personHere,
);

export type BannedMembersQuery = { readonly room: { readonly id: string; readonly members: { readonly nodes: readonly (MemberRow)[]; }; } | null; };
export type BannedMembersQueryVariables = { roomId: string; };
export const BannedMembersDocument = /* @__PURE__ */ typed<BannedMembersQuery, BannedMembersQueryVariables>(
  'query BannedMembers($roomId:ID!){room(id:$roomId){id members(first:100 states:[BANNED]){nodes{...MemberRow}}}}',
  memberRow,
  person,
  personHere,
);

export type RoomRightsQuery = { readonly room: { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly archivedAt: string | null; readonly postingPolicy: PostingPolicy; readonly slowModeSeconds: number; readonly viewerPermissions: readonly (RoomPermission)[]; readonly viewerMembership: { readonly id: string; readonly role: RoomRole; readonly state: MembershipState; readonly notificationLevel: NotificationLevel | null; } | null; } | null; };
export type RoomRightsQueryVariables = { roomId: string; };
export const RoomRightsDocument = /* @__PURE__ */ typed<RoomRightsQuery, RoomRightsQueryVariables>(
  'query RoomRights($roomId:ID!){room(id:$roomId){...RoomName archivedAt postingPolicy slowModeSeconds viewerPermissions viewerMembership{id role state notificationLevel}}}',
  roomName,
);

export type BlockedQuery = { readonly viewer: { readonly id: string; readonly blockedUsers: { readonly nodes: readonly (Person)[]; }; } | null; };
export type BlockedQueryVariables = Record<string, never>;
export const BlockedDocument = /* @__PURE__ */ typed<BlockedQuery, BlockedQueryVariables>(
  'query Blocked{viewer{id blockedUsers(first:100){nodes{...Person}}}}',
  person,
);

export type ProfileQuery = { readonly viewer: { readonly id: string; readonly user: { readonly id: string; readonly displayName: string; readonly presence: { readonly status: PresenceStatus; readonly statusText: string | null; readonly user: { readonly id: string; }; }; readonly username: string; readonly kind: UserKind; }; readonly sessions: readonly ({ readonly id: string; readonly deviceId: string | null; readonly createdAt: string; readonly lastSeenAt: string; readonly isCurrent: boolean; })[]; } | null; };
export type ProfileQueryVariables = Record<string, never>;
export const ProfileDocument = /* @__PURE__ */ typed<ProfileQuery, ProfileQueryVariables>(
  'query Profile{viewer{id user{...PersonHere username kind}sessions{id deviceId createdAt lastSeenAt isCurrent}}}',
  person,
  personHere,
);

export type CreateRoomMutation = { readonly createRoom: { readonly room: RoomName | null; readonly userErrors: readonly (Trouble)[]; }; };
export type CreateRoomMutationVariables = { input: CreateRoomInput; };
export const CreateRoomDocument = /* @__PURE__ */ typed<CreateRoomMutation, CreateRoomMutationVariables>(
  'mutation CreateRoom($input:CreateRoomInput!){createRoom(input:$input){room{...RoomName}userErrors{...Trouble}}}',
  roomName,
  trouble,
);

export type OpenConversationMutation = { readonly openConversation: { readonly room: RoomName | null; readonly userErrors: readonly (Trouble)[]; }; };
export type OpenConversationMutationVariables = { input: OpenConversationInput; };
export const OpenConversationDocument = /* @__PURE__ */ typed<OpenConversationMutation, OpenConversationMutationVariables>(
  'mutation OpenConversation($input:OpenConversationInput!){openConversation(input:$input){room{...RoomName}userErrors{...Trouble}}}',
  roomName,
  trouble,
);

export type AddMembersMutation = { readonly addMembers: { readonly memberships: readonly (MemberRow)[]; readonly userErrors: readonly (Trouble)[]; }; };
export type AddMembersMutationVariables = { input: AddMembersInput; };
export const AddMembersDocument = /* @__PURE__ */ typed<AddMembersMutation, AddMembersMutationVariables>(
  'mutation AddMembers($input:AddMembersInput!){addMembers(input:$input){memberships{...MemberRow}userErrors{...Trouble}}}',
  memberRow,
  person,
  personHere,
  trouble,
);

export type UpdateRoomMutation = { readonly updateRoom: { readonly room: { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly postingPolicy: PostingPolicy; readonly slowModeSeconds: number; } | null; readonly userErrors: readonly (Trouble)[]; }; };
export type UpdateRoomMutationVariables = { input: UpdateRoomInput; };
export const UpdateRoomDocument = /* @__PURE__ */ typed<UpdateRoomMutation, UpdateRoomMutationVariables>(
  'mutation UpdateRoom($input:UpdateRoomInput!){updateRoom(input:$input){room{...RoomName postingPolicy slowModeSeconds}userErrors{...Trouble}}}',
  roomName,
  trouble,
);

export type ArchiveRoomMutation = { readonly archiveRoom: { readonly room: { readonly id: string; readonly archivedAt: string | null; readonly viewerPermissions: readonly (RoomPermission)[]; } | null; readonly userErrors: readonly (Trouble)[]; }; };
export type ArchiveRoomMutationVariables = { input: RoomIdInput; };
export const ArchiveRoomDocument = /* @__PURE__ */ typed<ArchiveRoomMutation, ArchiveRoomMutationVariables>(
  'mutation ArchiveRoom($input:RoomIdInput!){archiveRoom(input:$input){room{id archivedAt viewerPermissions}userErrors{...Trouble}}}',
  trouble,
);

export type UnarchiveRoomMutation = { readonly unarchiveRoom: { readonly room: { readonly id: string; readonly archivedAt: string | null; readonly viewerPermissions: readonly (RoomPermission)[]; } | null; readonly userErrors: readonly (Trouble)[]; }; };
export type UnarchiveRoomMutationVariables = { input: RoomIdInput; };
export const UnarchiveRoomDocument = /* @__PURE__ */ typed<UnarchiveRoomMutation, UnarchiveRoomMutationVariables>(
  'mutation UnarchiveRoom($input:RoomIdInput!){unarchiveRoom(input:$input){room{id archivedAt viewerPermissions}userErrors{...Trouble}}}',
  trouble,
);

export type LeaveRoomMutation = { readonly leaveRoom: { readonly membership: { readonly id: string; readonly state: MembershipState; } | null; readonly userErrors: readonly (Trouble)[]; }; };
export type LeaveRoomMutationVariables = { input: RoomIdInput; };
export const LeaveRoomDocument = /* @__PURE__ */ typed<LeaveRoomMutation, LeaveRoomMutationVariables>(
  'mutation LeaveRoom($input:RoomIdInput!){leaveRoom(input:$input){membership{id state}userErrors{...Trouble}}}',
  trouble,
);

export type MuteMemberMutation = { readonly muteMember: { readonly membership: MemberRow | null; readonly userErrors: readonly (Trouble)[]; }; };
export type MuteMemberMutationVariables = { input: MemberInput; };
export const MuteMemberDocument = /* @__PURE__ */ typed<MuteMemberMutation, MuteMemberMutationVariables>(
  'mutation MuteMember($input:MemberInput!){muteMember(input:$input){membership{...MemberRow}userErrors{...Trouble}}}',
  memberRow,
  person,
  personHere,
  trouble,
);

export type UnmuteMemberMutation = { readonly unmuteMember: { readonly membership: MemberRow | null; readonly userErrors: readonly (Trouble)[]; }; };
export type UnmuteMemberMutationVariables = { input: MemberInput; };
export const UnmuteMemberDocument = /* @__PURE__ */ typed<UnmuteMemberMutation, UnmuteMemberMutationVariables>(
  'mutation UnmuteMember($input:MemberInput!){unmuteMember(input:$input){membership{...MemberRow}userErrors{...Trouble}}}',
  memberRow,
  person,
  personHere,
  trouble,
);

export type BanMemberMutation = { readonly banMember: { readonly membership: MemberRow | null; readonly userErrors: readonly (Trouble)[]; }; };
export type BanMemberMutationVariables = { input: MemberInput; };
export const BanMemberDocument = /* @__PURE__ */ typed<BanMemberMutation, BanMemberMutationVariables>(
  'mutation BanMember($input:MemberInput!){banMember(input:$input){membership{...MemberRow}userErrors{...Trouble}}}',
  memberRow,
  person,
  personHere,
  trouble,
);

export type UnbanMemberMutation = { readonly unbanMember: { readonly membership: MemberRow | null; readonly userErrors: readonly (Trouble)[]; }; };
export type UnbanMemberMutationVariables = { input: MemberInput; };
export const UnbanMemberDocument = /* @__PURE__ */ typed<UnbanMemberMutation, UnbanMemberMutationVariables>(
  'mutation UnbanMember($input:MemberInput!){unbanMember(input:$input){membership{...MemberRow}userErrors{...Trouble}}}',
  memberRow,
  person,
  personHere,
  trouble,
);

export type RemoveMemberMutation = { readonly removeMember: { readonly membership: MemberRow | null; readonly userErrors: readonly (Trouble)[]; }; };
export type RemoveMemberMutationVariables = { input: MemberInput; };
export const RemoveMemberDocument = /* @__PURE__ */ typed<RemoveMemberMutation, RemoveMemberMutationVariables>(
  'mutation RemoveMember($input:MemberInput!){removeMember(input:$input){membership{...MemberRow}userErrors{...Trouble}}}',
  memberRow,
  person,
  personHere,
  trouble,
);

export type SetMemberRoleMutation = { readonly setMemberRole: { readonly membership: MemberRow | null; readonly userErrors: readonly (Trouble)[]; }; };
export type SetMemberRoleMutationVariables = { input: SetMemberRoleInput; };
export const SetMemberRoleDocument = /* @__PURE__ */ typed<SetMemberRoleMutation, SetMemberRoleMutationVariables>(
  'mutation SetMemberRole($input:SetMemberRoleInput!){setMemberRole(input:$input){membership{...MemberRow}userErrors{...Trouble}}}',
  memberRow,
  person,
  personHere,
  trouble,
);

export type BlockUserMutation = { readonly blockUser: { readonly user: Person | null; readonly userErrors: readonly (Trouble)[]; }; };
export type BlockUserMutationVariables = { input: UserInput; };
export const BlockUserDocument = /* @__PURE__ */ typed<BlockUserMutation, BlockUserMutationVariables>(
  'mutation BlockUser($input:UserInput!){blockUser(input:$input){user{...Person}userErrors{...Trouble}}}',
  person,
  trouble,
);

export type UnblockUserMutation = { readonly unblockUser: { readonly user: Person | null; readonly userErrors: readonly (Trouble)[]; }; };
export type UnblockUserMutationVariables = { input: UserInput; };
export const UnblockUserDocument = /* @__PURE__ */ typed<UnblockUserMutation, UnblockUserMutationVariables>(
  'mutation UnblockUser($input:UserInput!){unblockUser(input:$input){user{...Person}userErrors{...Trouble}}}',
  person,
  trouble,
);

export type UpdateProfileMutation = { readonly updateProfile: { readonly user: Person | null; readonly userErrors: readonly (Trouble)[]; }; };
export type UpdateProfileMutationVariables = { input: UpdateProfileInput; };
export const UpdateProfileDocument = /* @__PURE__ */ typed<UpdateProfileMutation, UpdateProfileMutationVariables>(
  'mutation UpdateProfile($input:UpdateProfileInput!){updateProfile(input:$input){user{...Person}userErrors{...Trouble}}}',
  person,
  trouble,
);

export type SetStatusMutation = { readonly setStatus: { readonly presence: { readonly status: PresenceStatus; readonly statusText: string | null; readonly user: { readonly id: string; }; } | null; readonly userErrors: readonly (Trouble)[]; }; };
export type SetStatusMutationVariables = { input: SetStatusInput; };
export const SetStatusDocument = /* @__PURE__ */ typed<SetStatusMutation, SetStatusMutationVariables>(
  'mutation SetStatus($input:SetStatusInput!){setStatus(input:$input){presence{status statusText user{id}}userErrors{...Trouble}}}',
  trouble,
);

export type RevokeSessionMutation = { readonly revokeSession: { readonly revokedSessionId: string | null; readonly userErrors: readonly (Trouble)[]; }; };
export type RevokeSessionMutationVariables = { input: RevokeSessionInput; };
export const RevokeSessionDocument = /* @__PURE__ */ typed<RevokeSessionMutation, RevokeSessionMutationVariables>(
  'mutation RevokeSession($input:RevokeSessionInput!){revokeSession(input:$input){revokedSessionId userErrors{...Trouble}}}',
  trouble,
);

export type PersonCardQuery = { readonly user: { readonly id: string; readonly displayName: string; readonly presence: { readonly status: PresenceStatus; readonly statusText: string | null; readonly user: { readonly id: string; }; }; readonly username: string; readonly kind: UserKind; } | null; };
export type PersonCardQueryVariables = { userId: string; };
export const PersonCardDocument = /* @__PURE__ */ typed<PersonCardQuery, PersonCardQueryVariables>(
  'query PersonCard($userId:ID!){user(id:$userId){...PersonHere username kind}}',
  person,
  personHere,
);

export type MembersNamedQuery = { readonly room: { readonly id: string; readonly members: { readonly nodes: readonly (MemberRow)[]; }; } | null; };
export type MembersNamedQueryVariables = { roomId: string; query: string; };
export const MembersNamedDocument = /* @__PURE__ */ typed<MembersNamedQuery, MembersNamedQueryVariables>(
  'query MembersNamed($roomId:ID!$query:String!){room(id:$roomId){id members(first:20 query:$query){nodes{...MemberRow}}}}',
  memberRow,
  person,
  personHere,
);
