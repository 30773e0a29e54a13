import type { Room } from 'parley-client';
import { useCallback, useEffect, useRef } from 'react';
import type { Announce } from '../app/announcer.tsx';
import { plainText } from '../log/plain-text.ts';
import { useLanguage } from '../words/language.tsx';

const textMaxLength = 150;

interface AnnouncingOptions {
  room: Room;
  viewerId: string | null;
  isAtEnd: boolean;
}

/** Says new messages of others to screen readers, while the end of the log is in view. */
export function useAnnouncing({ room, viewerId, isAtEnd }: AnnouncingOptions): (announce: Announce) => void {
  const { words } = useLanguage();
  const announce = useRef<Announce>(() => {});
  useEffect(() => {
    if (!isAtEnd) return;
    return room.onEvent((event) => {
      if (event.__typename !== 'MessageAddedEvent' || event.message.kind !== 'USER') return;
      const { author, text } = event.message;
      if (author && author.id !== viewerId) {
        announce.current(words.log.said(author.displayName, plainText(text ?? '', textMaxLength)));
      }
    });
  }, [room, viewerId, isAtEnd, words]);
  return useCallback((ready) => {
    announce.current = ready;
  }, []);
}
