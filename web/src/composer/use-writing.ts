import type { Room } from 'parley-client';
import { type RefObject, useRef } from 'react';
import type { Message } from '../log/message.ts';
import type { ComposerAbout } from './composer.tsx';
import { type Draft, type DraftReply, emptyDraft } from './drafts.ts';
import { lengthOf } from './length.ts';
import { useGrowing } from './use-growing.ts';
import { useKeptDraft } from './use-kept-draft.ts';

type Written = Pick<Message, 'id' | 'author' | 'text'>;
type Refused = Pick<Message, 'text' | 'replyTo'>;

export interface Writing {
  text: string;
  about: ComposerAbout | null;
  field: RefObject<HTMLTextAreaElement | null>;
  set: (text: string) => void;
  /** Writes at the caret, if there is a composer. */
  insert: (text: string) => void;
  reply: (message: Written) => void;
  edit: (message: Written) => void;
  /** Puts a refused message above what is written. Returns whether it did: not while another message is being edited. */
  rewrite: (message: Refused) => boolean;
  /** Ends the edit or the reply. Returns whether there was one. */
  cancel: () => boolean;
  /** Sends the text, or changes the message that is being edited. Returns whether it was sent. */
  submit: () => boolean;
}

export interface WritingOptions {
  /** Under which name this browser keeps the draft. */
  draftKey: string;
  maxLength: number;
  /** The draft has been kept. */
  onKept?: () => void;
}

const onNothing = () => {};

/** Keeps what the viewer writes in a room, and what they edit, in this browser. */
export function useWriting(room: Room, options: WritingOptions): Writing {
  const { maxLength, onKept = onNothing } = options;
  const [draft, setDraft] = useKeptDraft(options.draftKey, onKept);
  const { edit } = draft;
  const field = useRef<HTMLTextAreaElement>(null);
  const text = edit ? edit.text : draft.text;
  useGrowing(field, text);
  const focus = (caret?: number) =>
    requestAnimationFrame(() => {
      field.current?.focus({ preventScroll: true });
      if (caret !== undefined) field.current?.setSelectionRange(caret, caret);
    });

  const set = (next: string) => {
    if (edit) return setDraft({ ...draft, edit: { ...edit, text: next } });
    if (next === '') room.typing(false);
    else if (next.length > draft.text.length) room.typing(true);
    setDraft({ ...draft, text: next });
  };
  const insert = (added: string) => {
    if (!field.current) return;
    const { selectionStart: from, selectionEnd: to } = field.current;
    set(text.slice(0, from) + added + text.slice(to));
    focus(from + added.length);
  };
  const reply = (message: Written) => {
    setDraft({ ...draft, replyTo: replyOf(message), edit: null });
    focus();
  };
  const rewrite = ({ text, replyTo }: Refused) => {
    focus();
    if (edit) return false;
    const whole = [text, draft.text].filter((one) => one?.trim()).join('\n');
    setDraft({ text: whole, replyTo: draft.replyTo ?? (replyTo && replyOf(replyTo)), edit });
    return true;
  };
  const startEdit = (message: Written) => {
    const before = message.text ?? '';
    setDraft({ ...draft, edit: { id: message.id, before, text: before } });
    focus();
  };
  const cancel = () => {
    if (!edit && !draft.replyTo) return false;
    setDraft(edit ? { ...draft, edit: null } : { ...draft, replyTo: null });
    return true;
  };
  const submit = () => {
    const trimmed = text.trim();
    if (trimmed === '' || lengthOf(trimmed) > maxLength) return false;
    if (edit) {
      if (trimmed !== edit.before) room.edit(edit.id, trimmed);
      setDraft({ ...draft, edit: null });
      return false;
    }
    room.send(trimmed, draft.replyTo ? { replyTo: draft.replyTo.id } : {});
    setDraft(emptyDraft);
    return true;
  };
  return { text, about: aboutOf(draft), field, set, insert, reply, edit: startEdit, rewrite, cancel, submit };
}

function replyOf({ id, author, text }: Written): DraftReply {
  return { id, author: author?.displayName ?? '', text: text ?? '' };
}

function aboutOf({ edit, replyTo }: Draft): ComposerAbout | null {
  if (edit) return { type: 'edit', text: edit.before };
  return replyTo && { type: 'reply', author: replyTo.author, text: replyTo.text };
}
