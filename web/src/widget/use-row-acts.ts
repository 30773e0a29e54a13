import type { MessageItem, Room } from 'parley-client';
import { useParley } from 'parley-client/react';
import type { Writing } from '../composer/use-writing.ts';
import { copy } from '../log/copy.ts';
import type { LogAct } from '../log/log-view.tsx';
import type { MessageAct } from '../log/message-menu.tsx';
import { useLanguage } from '../words/language.tsx';
import type { WidgetRights } from './use-rights.ts';

interface RowActsOptions {
  room: Room;
  rights: WidgetRights;
  writing: Writing;
  refused: (code: string) => void;
  /** Says something over the messages. */
  say: (text: string) => void;
}

/** Returns what does what a button, key or entry of the menu asks for. */
export function useRowActs({ room, rights, writing, refused, say }: RowActsOptions) {
  const { outbox } = useParley();
  const { words } = useLanguage();
  return (act: LogAct | MessageAct, message: MessageItem, emoji?: string) => {
    const { may } = rights;
    const outgoing = () => outbox.get().find(({ id }) => id === message.id);
    if (act === 'toggle' && emoji && may.has('REACT')) room.react(message.id, emoji, !hasReacted(message, emoji));
    else if (act === 'reply' && may.has('SEND_MESSAGE')) writing.reply(message);
    else if (act === 'edit') rights.beginEdit(message, { edit: writing.edit, refused });
    else if (act === 'copyText') void copy(message.text ?? '', words, say);
    else if (act === 'delete') room.remove(message.id);
    else if (act === 'retry') outgoing()?.retry();
    else if (act === 'discard' || (act === 'rewrite' && writing.rewrite(message))) outgoing()?.discard();
  };
}

function hasReacted({ reactionGroups }: MessageItem, emoji: string): boolean {
  return reactionGroups.some((group) => group.emoji === emoji && group.viewerHasReacted);
}
