import type { MessageItem } from 'parley-client';
import type { RoomFields, RoomPermission } from 'parley-client/documents';
import { useMemo } from 'react';
import type { LimitsQuery } from '../documents.ts';
import type { MessageAct } from '../log/message-menu.tsx';
import { type ActsOptions, actsOn, beginEdit, type Editing, rightsOf } from '../log/rights.ts';

interface RightsOptions {
  fields: RoomFields | null;
  viewerId: string | null;
  limits: LimitsQuery['server'] | null;
  isReadonly: boolean;
  hasComposer: boolean;
}

export interface WidgetRights {
  may: ReadonlySet<RoomPermission>;
  /** Returns what the viewer may do with a message, of what the widget offers. */
  actsOn: (message: MessageItem) => ReadonlySet<MessageAct>;
  beginEdit: (message: MessageItem, editing: Editing<MessageItem>) => void;
}

/** What only the page has. */
const elsewhere: MessageAct[] = ['copyLink', 'about'];

/** Returns what the viewer may do about messages. */
export function useRights({ fields, viewerId, limits, isReadonly, hasComposer }: RightsOptions): WidgetRights {
  const permissions = fields?.viewerPermissions;
  const may = useMemo(
    () => rightsOf(isReadonly ? [] : permissions, hasComposer),
    [permissions, isReadonly, hasComposer],
  );
  const editSeconds = limits?.limits.editWindowSeconds ?? null;
  const optionsFor = ({ author }: MessageItem): ActsOptions => {
    return { isOwn: author?.id === viewerId, rights: may, now: Date.now(), editSeconds };
  };
  return {
    may,
    actsOn(message) {
      if (message.sending?.status === 'failed' || message.kind !== 'USER') return new Set();
      const acts = actsOn(message, optionsFor(message));
      for (const act of elsewhere) acts.delete(act);
      return acts;
    },
    beginEdit: (message, editing) => beginEdit(message, optionsFor(message), editing),
  };
}
