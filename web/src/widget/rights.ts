import type { MessageItem } from 'parley-client';
import type { RoomFields, RoomPermission } from 'parley-client/documents';
import type { LimitsQuery } from '../documents.ts';

interface RightsOptions {
  fields: RoomFields | null;
  viewerId: string | null;
  limits: LimitsQuery['server'] | null;
  isReadonly: boolean;
}

/** Returns what the viewer may do about messages. */
export function writingRights({ fields, viewerId, limits, isReadonly }: RightsOptions) {
  const may: ReadonlySet<RoomPermission> = new Set(isReadonly ? [] : fields?.viewerPermissions);
  const windowMs = (limits?.limits.editWindowSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  const mayEdit = ({ author, kind, text, sending, createdAt }: MessageItem) =>
    may.has('EDIT_OWN') &&
    kind === 'USER' &&
    text !== null &&
    !sending &&
    author?.id === viewerId &&
    Date.now() - Date.parse(createdAt) < windowMs;
  return { may, mayEdit };
}
