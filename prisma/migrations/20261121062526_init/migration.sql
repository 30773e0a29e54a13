-- CreateEnum
CREATE TYPE "UserKind" AS ENUM ('HUMAN', 'GUEST', 'BOT');

-- CreateEnum
CREATE TYPE "PresenceStatus" AS ENUM ('ONLINE', 'IDLE', 'DO_NOT_DISTURB', 'OFFLINE');

-- CreateEnum
CREATE TYPE "RoomKind" AS ENUM ('CHANNEL', 'STREAM', 'GROUP', 'DIRECT', 'SUPPORT');

-- CreateEnum
CREATE TYPE "RoomRole" AS ENUM ('OWNER', 'MODERATOR', 'MEMBER');

-- CreateEnum
CREATE TYPE "MembershipState" AS ENUM ('JOINED', 'LEFT', 'REMOVED', 'BANNED');

-- CreateEnum
CREATE TYPE "NotificationLevel" AS ENUM ('ALL', 'NONE');

-- CreateEnum
CREATE TYPE "MessageKind" AS ENUM ('USER', 'SYSTEM');

-- CreateEnum
CREATE TYPE "SystemEventType" AS ENUM ('ROOM_CREATED', 'MEMBER_JOINED', 'MEMBER_LEFT', 'MEMBER_REMOVED');

-- CreateEnum
CREATE TYPE "RoomEventType" AS ENUM ('MESSAGE_UPDATED', 'MESSAGE_DELETED', 'REACTIONS_CHANGED', 'MEMBERSHIP_CHANGED', 'ROOM_UPDATED');

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "avatarUrl" TEXT,
    "kind" "UserKind" NOT NULL DEFAULT 'HUMAN',
    "language" TEXT,
    "externalId" TEXT,
    "chosenStatus" "PresenceStatus" NOT NULL DEFAULT 'ONLINE',
    "statusText" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastActiveAt" TIMESTAMPTZ(3),

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "deviceId" TEXT,
    "language" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Room" (
    "id" UUID NOT NULL,
    "kind" "RoomKind" NOT NULL,
    "slug" TEXT,
    "name" TEXT,
    "topic" TEXT,
    "avatarUrl" TEXT,
    "conversationKey" TEXT,
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archivedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Room_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RoomHead" (
    "roomId" UUID NOT NULL,
    "lastSequence" INTEGER NOT NULL DEFAULT 0,
    "lastEventNumber" INTEGER NOT NULL DEFAULT 0,
    "memberCount" INTEGER NOT NULL DEFAULT 0,
    "epoch" UUID NOT NULL DEFAULT gen_random_uuid(),

    CONSTRAINT "RoomHead_pkey" PRIMARY KEY ("roomId")
);

-- CreateTable
CREATE TABLE "Membership" (
    "id" UUID NOT NULL,
    "roomId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" "RoomRole" NOT NULL DEFAULT 'MEMBER',
    "state" "MembershipState" NOT NULL DEFAULT 'JOINED',
    "joinedAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "stateEventNumber" INTEGER NOT NULL,
    "lastReadSequence" INTEGER NOT NULL DEFAULT 0,
    "lastNotifiedSequence" INTEGER NOT NULL DEFAULT 0,
    "notificationLevel" "NotificationLevel" NOT NULL DEFAULT 'ALL',

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Message" (
    "id" UUID NOT NULL,
    "roomId" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "eventNumber" INTEGER NOT NULL,
    "kind" "MessageKind" NOT NULL DEFAULT 'USER',
    "authorId" UUID,
    "text" TEXT,
    "clientMessageId" TEXT,
    "replyToId" UUID,
    "systemEventType" "SystemEventType",
    "systemSubjectId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "editedAt" TIMESTAMPTZ(3),
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Reaction" (
    "roomId" UUID NOT NULL,
    "messageId" UUID NOT NULL,
    "emoji" TEXT NOT NULL,
    "userId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Reaction_pkey" PRIMARY KEY ("roomId","messageId","emoji","userId")
);

-- CreateTable
CREATE TABLE "RoomEvent" (
    "roomId" UUID NOT NULL,
    "eventNumber" INTEGER NOT NULL,
    "type" "RoomEventType" NOT NULL,
    "actorId" UUID,
    "messageId" UUID,
    "userId" UUID,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RoomEvent_pkey" PRIMARY KEY ("roomId","eventNumber")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_username_key" ON "User"("username");

-- CreateIndex
CREATE UNIQUE INDEX "User_externalId_key" ON "User"("externalId");

-- CreateIndex
CREATE INDEX "Session_userId_id_idx" ON "Session"("userId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Room_slug_key" ON "Room"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "Room_conversationKey_key" ON "Room"("conversationKey");

-- CreateIndex
CREATE INDEX "Room_createdById_idx" ON "Room"("createdById");

-- CreateIndex
CREATE INDEX "Membership_roomId_state_id_idx" ON "Membership"("roomId", "state", "id");

-- CreateIndex
CREATE INDEX "Membership_userId_state_id_idx" ON "Membership"("userId", "state", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Membership_roomId_userId_key" ON "Membership"("roomId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "Message_roomId_sequence_key" ON "Message"("roomId", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "Message_roomId_eventNumber_key" ON "Message"("roomId", "eventNumber");

-- CreateIndex
CREATE UNIQUE INDEX "Message_roomId_authorId_clientMessageId_key" ON "Message"("roomId", "authorId", "clientMessageId");

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Room" ADD CONSTRAINT "Room_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RoomHead" ADD CONSTRAINT "RoomHead_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_replyToId_fkey" FOREIGN KEY ("replyToId") REFERENCES "Message"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_systemSubjectId_fkey" FOREIGN KEY ("systemSubjectId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Reaction" ADD CONSTRAINT "Reaction_messageId_fkey" FOREIGN KEY ("messageId") REFERENCES "Message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Reaction" ADD CONSTRAINT "Reaction_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RoomEvent" ADD CONSTRAINT "RoomEvent_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RoomEvent" ADD CONSTRAINT "RoomEvent_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RoomEvent" ADD CONSTRAINT "RoomEvent_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Written by hand from here on: what schema.prisma cannot say. `npm run drift` knows of it and finds no difference.

-- Every write to a room updates its head. Half of each page is left free, so that the new version of a row stays on its
-- page and touches no index (HOT); dead versions go soon, or a busy room's row is looked up through thousands of them.
ALTER TABLE "RoomHead" SET (
    fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 200
);

-- The beginning of a name in any case: lower("username") LIKE 'ada%'. The operator class makes LIKE use it whatever the
-- database's collation.
CREATE INDEX "User_username_prefix_idx" ON "User" (lower("username") text_pattern_ops);
CREATE INDEX "User_displayName_prefix_idx" ON "User" (lower("displayName") text_pattern_ops);

-- Counters only count up from nothing, and every message is an event.
ALTER TABLE "RoomHead"
    ADD CONSTRAINT "RoomHead_counters_check" CHECK ("lastSequence" >= 0 AND "lastEventNumber" >= "lastSequence"),
    ADD CONSTRAINT "RoomHead_memberCount_check" CHECK ("memberCount" >= 0);
ALTER TABLE "Message"
    ADD CONSTRAINT "Message_numbers_check" CHECK ("sequence" >= 1 AND "eventNumber" >= "sequence");
ALTER TABLE "RoomEvent"
    ADD CONSTRAINT "RoomEvent_eventNumber_check" CHECK ("eventNumber" >= 1);
ALTER TABLE "Membership"
    ADD CONSTRAINT "Membership_positions_check"
        CHECK ("stateEventNumber" >= 0 AND "lastReadSequence" >= 0 AND "lastNotifiedSequence" >= 0);

-- Public rooms are found by their slug, conversations by their members, groups by neither.
ALTER TABLE "Room"
    ADD CONSTRAINT "Room_slug_check" CHECK (("slug" IS NOT NULL) = ("kind" IN ('CHANNEL', 'STREAM'))),
    ADD CONSTRAINT "Room_conversationKey_check" CHECK (("conversationKey" IS NOT NULL) = ("kind" IN ('DIRECT', 'SUPPORT')));

-- A user's message has its text until it is deleted and never after. It may be without an author: users can go.
-- A system message has nobody's text, but says what happened.
ALTER TABLE "Message"
    ADD CONSTRAINT "Message_kind_check" CHECK (
        CASE "kind"
            WHEN 'USER' THEN "systemEventType" IS NULL AND ("text" IS NULL) = ("deletedAt" IS NOT NULL)
            WHEN 'SYSTEM' THEN "systemEventType" IS NOT NULL AND "authorId" IS NULL AND "text" IS NULL
        END
    ),
    ADD CONSTRAINT "Message_clientMessageId_check" CHECK (length("clientMessageId") <= 64);
