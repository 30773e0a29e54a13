// Made by `npm run codegen` from schema.graphql. Do not edit.

/** The types with their fields. `?`: may be null, `*`: is a list. */
export const outline = `AcknowledgeNotificationsPayload unread? userErrors*
AddMembersPayload memberships* userErrors*
ApiKey createdAt id lastUsedAt? name user
ApiKeyConnection edges* nodes* pageInfo
ApiKeyEdge cursor node
CappedCount isCapped value
ConflictError code message path*?
CreateApiKeyPayload apiKey? key? userErrors*
ForbiddenError code message path*?
InvalidInputError code constraint? message path*?
MembershipChangedEvent actor? eventNumber membership occurredAt roomId
MembershipPayload membership? room? userErrors*
Message author? clientMessageId? createdAt deletedAt? editedAt? id kind lastEventNumber reactionGroups* replyTo? room sequence systemEvent? text?
MessageAddedEvent actor? cursor eventNumber message messageEdge occurredAt roomId
MessageConnection edges* nodes* pageInfo
MessageDeletedEvent actor? eventNumber message messageId occurredAt roomId
MessageEdge cursor node
MessagePayload message? userErrors*
MessageUpdatedEvent actor? eventNumber message occurredAt roomId
Mutation acknowledgeNotifications addMembers addReaction archiveRoom banMember blockUser createApiKey createGuestSession createRoom createSessionFor deactivateUser deleteMessage editMessage joinRoom leaveRoom markRead muteMember openConversation reactivateUser removeMember removeReaction renewConnection renewSession revokeApiKey revokeSession sendMessage setAdmin setMemberRole setNotificationLevel setStatus setTyping unarchiveRoom unbanMember unblockUser unmuteMember updateProfile updateRoom upsertUser
NotFoundError code message path*?
Notification actor? createdAt id message room
NotificationAdded notification unread
NotificationConnection edges* nodes* pageInfo
NotificationEdge cursor node
OpenConversationPayload isNew room? userErrors*
PageInfo endCursor? hasNextPage hasPreviousPage startCursor?
Presence lastActiveAt? status statusText? user
PresenceUpdate changed* isSnapshot onlineCount roomId wentOffline*
Query apiKeys node? nodes* room? roomBySlug? rooms server user? userByExternalId? users viewer?
RateLimitedError code message path*? retryAfterMs
ReactionGroup count emoji viewerHasReacted
ReactionsChangedEvent actor? eventNumber message messageId occurredAt reactionGroups* roomId
ReadState firstUnreadMessage? lastReadSequence newestSequence unreadCount
ReadStateUpdate lastReadSequence roomId userId
RenewConnectionPayload expiresAt? userErrors*
RevokeApiKeyPayload revokedApiKeyId? userErrors*
RevokeSessionPayload revokedSessionId? userErrors*
Room archivedAt? avatarUrl? createdAt createdBy? id kind lastEventNumber latestMessage? memberCount members messages messagesAround name? postingPolicy presence slowModeSeconds slug? syncCursor topic? typingUsers* viewerMembership? viewerPermissions*
RoomConnection edges* nodes* pageInfo
RoomEdge cursor node
RoomEventBatch cursor events* positionAfter positionBefore resetReason? status
RoomMembership bannedUntil? id joinedAt? moderationReason? mutedUntil? nextMessageAt? notificationLevel? readState? role room state user
RoomMembershipConnection edges* nodes* pageInfo totalCount
RoomMembershipEdge cursor node
RoomPayload room? userErrors*
RoomPresence isTruncated onlineCount present*
RoomUpdatedEvent actor? eventNumber occurredAt room roomId
SendMessagePayload isReplay message? messageEdge? userErrors*
Server capabilities* limits time version
ServerLimits editWindowSeconds? messageMaxLength replayMaxEvents subscriptionsPerConnection unreadCountCap
Session createdAt deviceId? expiresAt? id isCurrent language? lastSeenAt
SessionExpiring expiresAt
SessionPayload accessToken? session? user? userErrors*
SetStatusPayload presence? userErrors*
SetTypingPayload expiresInMs? userErrors*
Subscription messageAdded presenceChanged readStateChanged roomEvents typingChanged viewerEvents
SystemEvent subject? type
TypingUpdate roomId users*
UnknownEvent actor? eventNumber occurredAt roomId
UnknownOutcomeError code message path*?
UnreadSummary messages rooms
UpdateProfilePayload user? userErrors*
User avatarUrl? createdAt deactivatedAt? displayName externalId? id kind presence username
UserConnection edges* nodes* pageInfo
UserEdge cursor node
UserPayload user? userErrors*
Viewer blockedUsers id isAdmin language membership? membershipBySlug? memberships notifications session sessions* unread user
ViewerReadStateChanged membership unread
ViewerSnapshot pendingCount pendingNotifications* unread`;
