import type { Room } from 'parley-client';
import { showNotice } from '../app/notice.tsx';
import { useTalk } from '../app/talk.tsx';
import { noteEmoji } from '../emoji/last-emoji.ts';
import { useLanguage } from '../words/language.tsx';
import type { Message } from './message.ts';
import type { MessageAct } from './message-menu.tsx';
import { faultText } from './own-states.ts';
import { onRefusal } from './refusal.ts';

/** A message with its number in the room. */
export type Row = Message & { sequence: number };

export interface Rights {
  has: (permission: 'REACT' | 'SEND_MESSAGE' | 'EDIT_OWN' | 'DELETE_OWN' | 'DELETE_ANY') => boolean;
}

/** Returns what the viewer may do with a message. */
export function actsOn(message: Row, { isOwn, rights, now, editSeconds }: ActsOptions): Set<MessageAct> {
  const acts = new Set<MessageAct>(['copyText', 'copyLink', 'markRead']);
  const isEditable = editSeconds === null || now - Date.parse(message.createdAt) <= editSeconds * 1000;
  if (rights.has('SEND_MESSAGE')) acts.add('reply');
  if (isOwn && rights.has('EDIT_OWN') && isEditable) acts.add('edit');
  if (!isOwn && message.author) acts.add('about');
  if (rights.has('DELETE_ANY') || (isOwn && rights.has('DELETE_OWN'))) acts.add('delete');
  return acts;
}

interface ActsOptions {
  isOwn: boolean;
  rights: Rights;
  now: number;
  editSeconds: number | null;
}

/** Returns what changes messages. What the server refuses is shown, and said aloud. */
export function useMessageActs(room: Room, path: string) {
  const { announce, parley } = useTalk();
  const { words } = useLanguage();
  const refused = (code: string) => showNotice(faultText(code, words));
  return {
    react(message: Message, emoji: string) {
      const group = message.reactionGroups.find((one) => one.emoji === emoji);
      const on = group?.viewerHasReacted !== true;
      if (on) noteEmoji(emoji);
      const reaction = room.react(message.id, emoji, on);
      onRefusal(reaction, refused);
      if (on)
        reaction.done.then(
          () => announce(words.log.reactionAdded(emoji)),
          () => {},
        );
    },
    remove: (message: Message) => onRefusal(room.remove(message.id), refused),
    copyText(message: Message) {
      void navigator.clipboard?.writeText(message.text ?? '').then(() => announce(words.log.copied));
    },
    copyLink({ sequence }: Row) {
      const link = `${location.origin}${path}?m=${sequence}`;
      void navigator.clipboard?.writeText(link).then(() => announce(words.log.copied));
    },
    /** Sends a refused message again, or gives it up. */
    unsent: (id: string) => parley.outbox.get().find((entry) => entry.id === id),
  };
}
