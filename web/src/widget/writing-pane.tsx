import { useState } from 'react';
import { Composer } from '../composer/composer.tsx';
import { ComposerInstead, type WhyNoComposer } from '../composer/composer-instead.tsx';
import type { Person } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';
import { EmojiGrid } from './emoji-grid.tsx';
import type { Writing } from './use-writing.ts';

interface WritingPaneProps {
  name: string;
  writing: Writing;
  why: WhyNoComposer | null;
  typists: readonly Person[];
  slowModeSeconds: number;
  waitSeconds: number;
  maxLength: number;
  onJoin: () => void;
}

/** Where one writes, or why one cannot. */
export function WritingPane(props: WritingPaneProps) {
  const { words } = useLanguage();
  const { writing, why } = props;
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (why) {
    return (
      <div part="composer">
        <ComposerInstead why={why} onJoin={props.onJoin} />
      </div>
    );
  }
  return (
    <div part="composer">
      <Composer
        ref={writing.field}
        room={props.name}
        isPhone
        text={writing.text}
        about={writing.about}
        typists={props.typists}
        slowModeSeconds={props.slowModeSeconds}
        waitSeconds={props.waitSeconds}
        maxLength={props.maxLength}
        onText={writing.setText}
        onSend={writing.send}
        onEmoji={setAnchor}
        onEndAbout={writing.endAbout}
        onKeyDown={writing.onKeyDown}
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
