import { useCallback, useEffect, useState } from 'react';
import { faultText } from '../log/own-states.ts';
import { IconButton } from '../style/icon-button.tsx';
import { useLanguage } from '../words/language.tsx';
import type { Tell } from './host-events.ts';

const lastsMs = 8000;

/** Returns a notice over the messages, and a function that says there, and to the host page, what the server has refused. */
export function useRefusals(tell: Tell): [notice: React.ReactNode, refused: (code: string) => void] {
  const { words } = useLanguage();
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(setText, lastsMs, null);
    return () => clearTimeout(timer);
  }, [text]);
  const refused = useCallback(
    (code: string) => {
      const message = faultText(code, words);
      setText(message);
      tell('parley-error', { code, message });
    },
    [words, tell],
  );
  const notice = (
    <div role="alert">
      {text !== null && (
        <div className="notice">
          <span className="grow">{text}</span>
          <IconButton icon="close" size={16} label={words.close} onClick={() => setText(null)} />
        </div>
      )}
    </div>
  );
  return [notice, refused];
}
