import type { Room } from 'parley-client';
import { useEffect, useRef, useState } from 'react';
import { useTalk } from '../app/talk.tsx';
import { onRefusal } from '../log/refusal.ts';
import type { Row } from '../log/use-message-acts.ts';
import type { ComposerAbout } from './composer.tsx';
import { type Draft, draftOf, emptyDraft, keepDraft } from './drafts.ts';
import { lengthOf } from './length.ts';

const keepAfterMs = 300;

/** A message that is being edited. The draft waits meanwhile. */
interface Edit {
  id: string;
  before: string;
  text: string;
}

export interface Writing {
  text: string;
  about: ComposerAbout | null;
  field: React.RefObject<HTMLTextAreaElement | null>;
  set: (text: string) => void;
  insert: (text: string) => void;
  reply: (message: Row) => void;
  edit: (message: Row) => void;
  /** Ends the edit or the reply. Returns whether there was one. */
  cancel: () => boolean;
  /** Sends the text, or changes the message that is being edited. Returns whether it was sent. */
  submit: () => boolean;
}

/** Keeps what the viewer writes in a room: the draft in this browser, and apart from it what is being edited. */
export function useComposer(room: Room, onRefused: (code: string) => void): Writing {
  const { viewer, server } = useTalk();
  const [draft, setDraft] = useState(() => draftOf(viewer.id, room.id));
  const [edit, setEdit] = useState<Edit | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useKeptDraft(draft, viewer.id, room.id);
  const text = edit ? edit.text : draft.text;
  const focus = () => requestAnimationFrame(() => field.current?.focus());

  const set = (next: string) => {
    if (edit) return setEdit({ ...edit, text: next });
    if (next === '') room.typing(false);
    else if (next.length > draft.text.length) room.typing(true);
    setDraft({ ...draft, text: next });
  };
  const insert = (added: string) => {
    const { selectionStart: from = text.length, selectionEnd: to = text.length } = field.current ?? {};
    set(text.slice(0, from) + added + text.slice(to));
    focus();
  };
  const reply = (message: Row) => {
    const replyTo = { id: message.id, author: message.author?.displayName ?? '', text: message.text ?? '' };
    setEdit(null);
    setDraft({ ...draft, replyTo });
    focus();
  };
  const startEdit = (message: Row) => {
    setEdit({ id: message.id, before: message.text ?? '', text: message.text ?? '' });
    focus();
  };
  const cancel = () => {
    if (!edit && !draft.replyTo) return false;
    if (edit) setEdit(null);
    else setDraft({ ...draft, replyTo: null });
    return true;
  };
  const submit = () => {
    const trimmed = text.trim();
    if (trimmed === '' || lengthOf(trimmed) > server.limits.messageMaxLength) return false;
    if (edit) {
      if (trimmed !== edit.before) onRefusal(room.edit(edit.id, trimmed), onRefused);
      setEdit(null);
      return false;
    }
    room.send(trimmed, draft.replyTo ? { replyTo: draft.replyTo.id } : {});
    setDraft(emptyDraft);
    return true;
  };
  return { text, about: aboutOf(edit, draft), field, set, insert, reply, edit: startEdit, cancel, submit };
}

function aboutOf(edit: Edit | null, { replyTo }: Draft): ComposerAbout | null {
  if (edit) return { type: 'edit', text: edit.before };
  return replyTo && { type: 'reply', author: replyTo.author, text: replyTo.text };
}

/** Keeps a draft a moment after each change, and when the page or the room is left. */
function useKeptDraft(draft: Draft, userId: string, roomId: string): void {
  const newest = useRef(draft);
  const isKept = useRef(true);
  const save = useRef(() => {});
  save.current = () => {
    if (!isKept.current) keepDraft(userId, roomId, newest.current);
    isKept.current = true;
  };
  useEffect(() => {
    if (newest.current === draft) return;
    newest.current = draft;
    isKept.current = false;
    const timer = setTimeout(() => save.current(), keepAfterMs);
    return () => clearTimeout(timer);
  }, [draft]);
  useEffect(() => {
    const now = () => save.current();
    addEventListener('pagehide', now);
    return () => {
      removeEventListener('pagehide', now);
      now();
    };
  }, []);
}
