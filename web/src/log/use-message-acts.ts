import type { Room } from 'parley-client';
import { showNotice } from '../app/notice.tsx';
import { useTalk } from '../app/talk.tsx';
import { noteEmoji } from '../emoji/last-emoji.ts';
import { useLanguage } from '../words/language.tsx';
import { copy } from './copy.ts';
import type { Message } from './message.ts';
import { faultText } from './own-states.ts';
import type { Row } from './rights.ts';

/** Returns what changes messages. */
export function useMessageActs(room: Room, path: string) {
  const { announce, parley } = useTalk();
  const { words } = useLanguage();
  const refused = (code: string) => showNotice(faultText(code, words));
  return {
    refused,
    react(message: Message, emoji: string) {
      const group = message.reactionGroups.find((one) => one.emoji === emoji);
      const on = group?.viewerHasReacted !== true;
      if (on) noteEmoji(emoji);
      const reaction = room.react(message.id, emoji, on);
      if (on)
        reaction.done.then(
          () => announce(words.onlyOnPage.reactionAdded(emoji)),
          () => {},
        );
    },
    remove: (message: Message) => void room.remove(message.id),
    copyText: ({ text }: Message) => void copy(text ?? '', words, showNotice),
    copyLink: ({ sequence }: Row) => void copy(`${location.origin}${path}?m=${sequence}`, words, showNotice),
    /** Sends a refused message again, or gives it up. */
    unsent: (id: string) => parley.outbox.get().find((entry) => entry.id === id),
  };
}
