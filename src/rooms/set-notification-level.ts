import { refuseOutsider } from '../access/membership.ts';
import { ofMembers } from '../access/standing.ts';
import type { Membership, NotificationLevel } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { userTopic } from '../log/topics.ts';
import type { NotificationLevelSet } from '../notifications/user-news.ts';

interface LevelChange {
  roomId: string;
  level: NotificationLevel;
}

/** Sets which messages of a room notify the viewer, on all of their devices. Throws NOT_FOUND, FORBIDDEN, BANNED. */
export async function setNotificationLevel(context: Context, { roomId, level }: LevelChange): Promise<Membership> {
  const { userId } = requireViewer(context);
  const { bus, prisma } = context.services;
  const [membership] = await prisma.membership.updateManyAndReturn({
    where: { roomId, userId, ...ofMembers },
    data: { notificationLevel: level },
  });
  if (!membership) return refuseOutsider(context, roomId);
  const news: NotificationLevelSet = { type: 'NOTIFICATION_LEVEL_SET', roomId, level };
  bus.publish(userTopic(userId), news);
  return membership;
}
