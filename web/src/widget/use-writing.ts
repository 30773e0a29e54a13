import type { MessageItem, Room } from 'parley-client';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { keep, kept } from '../app/keep.ts';
import { useIsTouch } from '../app/screen.ts';
import type { ComposerAbout } from '../composer/composer.tsx';
import { composerAct } from '../composer/composer-keys.ts';

/** What is written now, and what it is about. */
export interface Writing {
  text: string;
  about: ComposerAbout | null;
  field: RefObject<HTMLTextAreaElement | null>;
  setText: (text: string) => void;
  insert: (text: string) => void;
  reply: (message: MessageItem) => void;
  edit: (message: MessageItem) => void;
  /** Ends the reply or the change; the text before a change is back. */
  endAbout: () => void;
  send: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
}

type About = { type: 'reply' | 'edit'; message: MessageItem };

interface WritingOptions {
  room: Room;
  /** Where the draft is kept. */
  draftKey: string;
  /** The viewer's last message, if it can still be changed. */
  lastOwn: () => MessageItem | null;
  onSent: () => void;
  /** Esc with nothing to end. */
  onEscape: () => void;
}

export function useWriting({ room, draftKey, lastOwn, onSent, onEscape }: WritingOptions): Writing {
  const isTouch = useIsTouch();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setState] = useState(() => kept(draftKey) ?? '');
  const [about, setAbout] = useState<About | null>(null);
  const before = useRef('');
  useDraft(draftKey, about?.type === 'edit' ? before.current : text);
  const setText = (next: string) => {
    setState(next);
    room.typing(next !== '');
  };
  const start = (next: About) => {
    if (next.type === 'edit') {
      if (about?.type !== 'edit') before.current = text;
      setState(next.message.text ?? '');
    } else if (about?.type === 'edit') setState(before.current);
    setAbout(next);
    field.current?.focus({ preventScroll: true });
  };
  const endAbout = () => {
    if (about?.type === 'edit') setState(before.current);
    setAbout(null);
  };
  const send = () => {
    const written = text.trim().replaceAll('\r\n', '\n');
    if (written === '') return;
    if (about?.type === 'edit') {
      if (written !== about.message.text) room.edit(about.message.id, written);
      return endAbout();
    }
    room.send(written, about ? { replyTo: about.message.id } : {});
    setState('');
    setAbout(null);
    onSent();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const act = composerAct(event, { isTouch, isEmpty: text === '' && about === null });
    if (act === null) return;
    if (act === 'send') send();
    else if (act === 'end' && about) endAbout();
    else if (act === 'end') onEscape();
    else {
      const message = lastOwn();
      if (!message) return;
      start({ type: 'edit', message });
    }
    event.preventDefault();
  };
  return {
    text,
    about: about && shownOf(about),
    field,
    setText,
    insert: (added) => {
      field.current?.focus({ preventScroll: true });
      field.current?.setRangeText(added, field.current.selectionStart, field.current.selectionEnd, 'end');
      setText(field.current?.value ?? text + added);
    },
    reply: (message) => start({ type: 'reply', message }),
    edit: (message) => start({ type: 'edit', message }),
    endAbout,
    send,
    onKeyDown,
  };
}

function shownOf({ type, message }: About): ComposerAbout {
  const text = message.text ?? '';
  return type === 'edit' ? { type, text } : { type, author: message.author?.displayName ?? '', text };
}

/** Keeps a draft in this browser. */
function useDraft(key: string, text: string): void {
  const known = useRef(text);
  useEffect(() => {
    if (known.current === text) return;
    known.current = text;
    keep(key, text || null);
  }, [key, text]);
}
