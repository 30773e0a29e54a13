import { useState } from 'react';
import { BriefText, NoticeBox } from '../app/notice-box.tsx';
import { faultText } from '../log/own-states.ts';
import { useLanguage } from '../words/language.tsx';
import type { Tell } from './host-events.ts';

/** Returns a notice over the messages, a function that says there, and to the host page, what was refused, and one that says something. */
export function useRefusals(tell: Tell) {
  const { words } = useLanguage();
  const [text] = useState(() => new BriefText(null));
  const refused = (code: string) => {
    const message = faultText(code, words);
    text.set(message);
    tell('parley-error', { code, message });
  };
  const notice = <NoticeBox notice={text} />;
  const say = (said: string) => text.set(said);
  return [notice, refused, say] as const;
}
