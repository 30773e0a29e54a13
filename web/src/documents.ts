// Made by `npm run codegen` from web/documents.graphql and schema.graphql. Do not edit.

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

export type Capability = 'API_KEYS' | 'BLOCKING' | 'GUESTS' | 'MODERATION' | 'NOTIFICATIONS' | 'PRESENCE' | 'REACTIONS' | 'REPLIES' | 'SLOW_MODE' | 'TYPING';
export type CreateGuestSessionInput = { deviceId?: string | null | undefined; displayName: string; language?: string | null | undefined; };
export type MembershipState = 'BANNED' | 'JOINED' | 'LEFT' | 'REMOVED';
export type MessageKind = 'SYSTEM' | 'USER';
export type NotificationLevel = 'ALL' | 'NONE';
export type RoomIdInput = { roomId: string; };
export type RoomKind = 'CHANNEL' | 'DIRECT' | 'GROUP' | 'STREAM' | 'SUPPORT';
export type RoomRole = 'MEMBER' | 'MODERATOR' | 'OWNER';
export type SetNotificationLevelInput = { level: NotificationLevel; roomId: string; };
export type UserErrorCode = 'BANNED' | 'BLOCKED' | 'CONFLICT' | 'EDIT_WINDOW_CLOSED' | 'FORBIDDEN' | 'IDEMPOTENCY_MISMATCH' | 'INVALID_INPUT' | 'MUTED' | 'NOT_FOUND' | 'RATE_LIMITED' | 'ROOM_ARCHIVED' | 'SLOW_MODE' | 'UNKNOWN_OUTCOME';
export type UserKind = 'BOT' | 'GUEST' | 'HUMAN';

export type Person = { readonly id: string; readonly displayName: string; };
const person = 'fragment Person on User{id displayName}';

export type RoomName = { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; };
const roomName = 'fragment RoomName on Room{id kind slug name topic}';

export type StartQuery = { readonly server: { readonly capabilities: readonly (Capability)[]; readonly limits: { readonly messageMaxLength: number; readonly editWindowSeconds: number | null; }; }; readonly viewer: { readonly id: string; readonly isAdmin: boolean; readonly user: { readonly id: string; readonly displayName: string; readonly username: string; readonly kind: UserKind; }; } | null; };
export type StartQueryVariables = Record<string, never>;
export const StartDocument = /* @__PURE__ */ typed<StartQuery, StartQueryVariables>(
  'query Start{server{capabilities limits{messageMaxLength editWindowSeconds}}viewer{id isAdmin user{...Person username kind}}}',
  person,
);

export type RoomBySlugQuery = { readonly roomBySlug: RoomName | null; readonly viewer: { readonly id: string; readonly membershipBySlug: { readonly id: string; readonly state: MembershipState; readonly bannedUntil: string | null; readonly moderationReason: string | null; } | null; } | null; };
export type RoomBySlugQueryVariables = { slug: string; };
export const RoomBySlugDocument = /* @__PURE__ */ typed<RoomBySlugQuery, RoomBySlugQueryVariables>(
  'query RoomBySlug($slug:String!){roomBySlug(slug:$slug){...RoomName}viewer{id membershipBySlug(slug:$slug){id state bannedUntil moderationReason}}}',
  roomName,
);

export type RoomByIdQuery = { readonly room: RoomName | null; readonly viewer: { readonly id: string; readonly membership: { readonly id: string; readonly state: MembershipState; readonly bannedUntil: string | null; readonly moderationReason: string | null; } | null; } | null; };
export type RoomByIdQueryVariables = { id: string; };
export const RoomByIdDocument = /* @__PURE__ */ typed<RoomByIdQuery, RoomByIdQueryVariables>(
  'query RoomById($id:ID!){room(id:$id){...RoomName}viewer{id membership(roomId:$id){id state bannedUntil moderationReason}}}',
  roomName,
);

export type RoomPeopleQuery = { readonly room: { readonly id: string; readonly leaders: { readonly nodes: readonly ({ readonly id: string; readonly role: RoomRole; readonly user: Person; })[]; }; readonly members: { readonly nodes: readonly ({ readonly id: string; readonly user: Person; })[]; }; } | null; };
export type RoomPeopleQueryVariables = { id: string; };
export const RoomPeopleDocument = /* @__PURE__ */ typed<RoomPeopleQuery, RoomPeopleQueryVariables>(
  'query RoomPeople($id:ID!){room(id:$id){id leaders:members(first:100 roles:[OWNER MODERATOR]){nodes{id role user{...Person}}}members(first:50){nodes{id user{...Person}}}}}',
  person,
);

export type InboxQuery = { readonly viewer: { readonly id: string; readonly memberships: { readonly nodes: readonly ({ readonly id: string; readonly notificationLevel: NotificationLevel | null; readonly readState: { readonly unreadCount: { readonly value: number; readonly isCapped: boolean; }; } | null; readonly room: { readonly id: string; readonly kind: RoomKind; readonly slug: string | null; readonly name: string | null; readonly topic: string | null; readonly members: { readonly nodes: readonly ({ readonly id: string; readonly user: Person; })[]; }; readonly latestMessage: { readonly id: string; readonly text: string | null; readonly createdAt: string; readonly kind: MessageKind; readonly author: Person | null; } | null; }; })[]; }; } | null; };
export type InboxQueryVariables = Record<string, never>;
export const InboxDocument = /* @__PURE__ */ typed<InboxQuery, InboxQueryVariables>(
  'query Inbox{viewer{id memberships(first:50 orderBy:ACTIVITY){nodes{id notificationLevel readState{unreadCount{value isCapped}}room{...RoomName members(first:3){nodes{id user{...Person}}}latestMessage{id text createdAt kind author{...Person}}}}}}}',
  person,
  roomName,
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
