import type { Room } from 'parley-client';
import { useEffect, useRef } from 'react';
import type { Announce } from '../app/announcer.tsx';
import { useLanguage } from '../words/language.tsx';
import { plainText } from './plain-text.ts';

const saidLength = 150;
const together = 1000;

interface HeardOptions {
  viewerId: string | null;
  /** Users whom the viewer has blocked: what they write is not said. While they are not known (null), nothing is. */
  blocked: ReadonlySet<string> | null;
  isAtEnd: () => boolean;
  announce: Announce;
}

/** Says new messages of others to screen readers: one by its text, several by their number. */
export function useHeard(room: Room, options: HeardOptions): void {
  const { words, formats } = useLanguage();
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => {
    let unsaid: [authorId: string, text: string][] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = () => {
      timer = undefined;
      const { blocked, isAtEnd, announce } = latest.current;
      if (!blocked) {
        timer = setTimeout(say, together / 2);
        return;
      }
      const texts = unsaid.filter(([authorId]) => !blocked.has(authorId));
      unsaid = [];
      const count = texts.length;
      if (count === 0) return;
      const number = formats.number(count);
      if (!isAtEnd()) announce(words.log.newBelow(number, count));
      else announce(count === 1 ? texts[0]![1] : words.log.newAnnounced(number));
    };
    const stop = room.onEvent((event) => {
      if (event.__typename !== 'MessageAddedEvent') return;
      const { author, text, kind } = event.message;
      if (kind !== 'USER' || !author || author.id === latest.current.viewerId) return;
      unsaid.push([author.id, words.log.said(author.displayName, plainText(text ?? '', saidLength))]);
      timer ??= setTimeout(say, together / 2);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [room, words, formats]);
}
