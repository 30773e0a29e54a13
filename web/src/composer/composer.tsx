import { type KeyboardEvent, type Ref, useId } from 'react';
import { plainText } from '../log/plain-text.ts';
import type { Person } from '../people/person.ts';
import { Typing } from '../people/typing.tsx';
import { Icon } from '../style/icon.tsx';
import { IconButton } from '../style/icon-button.tsx';
import { useLanguage } from '../words/language.tsx';
import { lengthOf } from './length.ts';

/** What the text in the composer is about, besides the room. */
export type ComposerAbout = { type: 'reply'; author: string; text: string } | { type: 'edit'; text: string };

export interface ComposerProps {
  /** Such as "#general", or the other one's name. */
  room: string;
  isPhone: boolean;
  /** Enter breaks the line. */
  isTouch: boolean;
  text: string;
  about: ComposerAbout | null;
  /** Who is typing. */
  typists: readonly Person[];
  /** Between two messages; 0 for none. */
  slowModeSeconds: number;
  /** Seconds until the viewer can write again. */
  waitSeconds: number;
  maxLength: number;
  onText?: (text: string) => void;
  onSend?: () => void;
  onEmoji?: (at: HTMLElement) => void;
  onEndAbout?: () => void;
  onKeyDown?: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
  /** Files alone were pasted: not a text, of which spreadsheets paste a picture too. */
  onFiles?: () => void;
  ref?: Ref<HTMLTextAreaElement>;
}

/** Takes the text of a message. It keeps nothing itself: what it shows is what it is given. */
export function Composer(props: ComposerProps) {
  const { words } = useLanguage();
  const { text, about } = props;
  const label = words.composer.label(props.room);
  const isTooLong = lengthOf(text) > props.maxLength;
  const canSend = text.trim() !== '' && !isTooLong;
  const id = useId();
  return (
    <div className="composer">
      <div className="composer-box">
        {about && <About about={about} onEnd={props.onEndAbout} />}
        <div className="composer-line">
          <IconButton
            icon="smile"
            size={20}
            label={words.composer.emoji}
            onClick={({ currentTarget }) => props.onEmoji?.(currentTarget)}
          />
          <textarea
            ref={props.ref}
            rows={1}
            value={text}
            placeholder={props.isPhone ? words.composer.short : label}
            aria-label={label}
            aria-invalid={isTooLong}
            aria-describedby={id}
            dir="auto"
            enterKeyHint={props.isTouch ? 'enter' : 'send'}
            autoCapitalize="sentences"
            spellCheck
            onChange={({ currentTarget }) => props.onText?.(currentTarget.value)}
            onKeyDown={props.onKeyDown}
            onPaste={({ clipboardData }) => {
              if (clipboardData.files.length > 0 && clipboardData.getData('text/plain') === '') props.onFiles?.();
            }}
          />
          <IconButton
            icon="send"
            size={20}
            className="send"
            label={words.composer.send}
            aria-disabled={!canSend}
            onMouseDown={(event) => event.preventDefault()} // the field keeps the focus, and a phone its keyboard
            onClick={() => canSend && props.onSend?.()}
          />
        </div>
      </div>
      <Under {...props} id={id} />
    </div>
  );
}

function About({ about, onEnd }: { about: ComposerAbout; onEnd: (() => void) | undefined }) {
  const { words } = useLanguage();
  const isReply = about.type === 'reply';
  return (
    <div className="composer-about">
      <Icon name={isReply ? 'reply' : 'pencil'} size={16} />
      <span className="grow cut">
        {isReply ? `${words.composer.replyTo} ` : null}
        <b>{isReply ? <bdi>{about.author}</bdi> : words.composer.editing}</b>
        &nbsp; <bdi>{plainText(about.text)}</bdi>
      </span>
      <IconButton
        icon="close"
        size={16}
        label={isReply ? words.composer.endReply : words.composer.endEdit}
        onClick={onEnd}
      />
    </div>
  );
}

/** From this share of the most characters on, they are counted. */
const countedFrom = 0.875;

function Under({ typists, text, maxLength, slowModeSeconds, waitSeconds, id }: ComposerProps & { id: string }) {
  const { words, formats } = useLanguage();
  const length = text.length > maxLength / 2 ? lengthOf(text) : 0;
  const slow = waitSeconds > 0 ? words.composer.slowWait : words.composer.slowMode;
  const counted = words.composer.length(formats.number(length), formats.number(maxLength));
  return (
    <div className="composer-under">
      <span className="grow cut typing">{typists.length > 0 && <Typing people={typists} />}</span>
      {length >= maxLength * countedFrom && (
        <span id={id} className={length > maxLength ? 'num over' : 'num'}>
          {counted}
        </span>
      )}
      {slowModeSeconds > 0 && <span className="num">{slow(formats.number(waitSeconds || slowModeSeconds))}</span>}
    </div>
  );
}
