import { type Ref, useState } from 'react';
import { useIsTouch } from '../app/screen.ts';
import { Composer } from '../composer/composer.tsx';
import { ComposerInstead, type WhyNoComposer } from '../composer/composer-instead.tsx';
import { onComposerKey } from '../composer/composer-keys.ts';
import type { Writing } from '../composer/use-writing.ts';
import type { Person } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';
import { EmojiGrid } from './emoji-grid.tsx';

interface WritingPaneProps {
  name: string;
  writing: Writing;
  why: WhyNoComposer | null;
  instead: Ref<HTMLDivElement>;
  typists: readonly Person[];
  slowModeSeconds: number;
  waitSeconds: number;
  maxLength: number;
  onJoin: () => void;
  onSent: () => void;
  onEditLast: () => void;
  onEscape: () => void;
  say: (text: string) => void;
}

/** Where one writes, or why one cannot. */
export function WritingPane(props: WritingPaneProps) {
  const { words } = useLanguage();
  const { writing, why } = props;
  const isTouch = useIsTouch();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (why) {
    return (
      <div part="composer">
        <ComposerInstead ref={props.instead} why={why} onJoin={props.onJoin} />
      </div>
    );
  }
  return (
    <div part="composer">
      <Composer
        ref={writing.field}
        room={props.name}
        isPhone
        isTouch={isTouch}
        text={writing.text}
        about={writing.about}
        typists={props.typists}
        slowModeSeconds={props.slowModeSeconds}
        waitSeconds={props.waitSeconds}
        maxLength={props.maxLength}
        onText={writing.set}
        onSend={() => writing.submit() && props.onSent()}
        onEmoji={setAnchor}
        onEndAbout={writing.cancel}
        onKeyDown={(event) => onComposerKey(event, { isTouch, ...props })}
        onFiles={() => props.say(words.composer.noFiles)}
      />
      {anchor && (
        <EmojiGrid
          label={words.composer.emoji}
          anchor={anchor}
          onPick={(emoji) => {
            setAnchor(null);
            writing.insert(emoji);
          }}
          onClose={() => setAnchor(null)}
        />
      )}
    </div>
  );
}
