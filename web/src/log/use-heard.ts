import type { Room } from 'parley-client';
import { useEffect } from 'react';
import { useTalk } from '../app/talk.tsx';
import { useBlocked } from '../people/blocked.ts';
import { useLanguage } from '../words/language.tsx';
import type { LogState } from './log-state.ts';
import { plainText } from './plain-text.ts';

const saidLength = 150;
const together = 1000;

/** Says new messages of others to screen readers: one by its text, several by their number. */
export function useHeard(room: Room, log: LogState): void {
  const { viewer, announce } = useTalk();
  const { words, formats } = useLanguage();
  const blocked = useBlocked();
  useEffect(() => {
    let texts: string[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = () => {
      timer = undefined;
      const count = texts.length;
      const number = formats.number(count);
      if (!log.isAtEnd) announce(words.log.newBelow(number, count));
      else announce(count === 1 ? texts[0]! : words.log.newAnnounced(number));
      texts = [];
    };
    const stop = room.onEvent((event) => {
      if (event.__typename !== 'MessageAddedEvent') return;
      const { author, text, kind } = event.message;
      if (kind !== 'USER' || !author || author.id === viewer.id || blocked.has(author.id)) return;
      texts.push(words.log.said(author.displayName, plainText(text ?? '', saidLength)));
      timer ??= setTimeout(say, together / 2);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [room, log, viewer.id, announce, words, formats, blocked]);
}
