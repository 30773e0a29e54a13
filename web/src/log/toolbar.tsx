import { memo } from 'react';
import { IconButton } from '../style/icon-button.tsx';
import { useLanguage } from '../words/language.tsx';

interface ToolbarProps {
  mayReact: boolean;
  mayReply: boolean;
  /** The two emoji that were used last. */
  quickEmoji: readonly string[];
}

/** The buttons of a row that the mouse or the keyboard is at. */
export const Toolbar = memo(function Toolbar({ mayReact, mayReply, quickEmoji }: ToolbarProps) {
  const { words } = useLanguage();
  return (
    <div className="toolbar">
      {mayReact &&
        quickEmoji.slice(0, 2).map((emoji) => (
          <button
            key={emoji}
            type="button"
            className="icon-button emoji"
            data-act="toggle"
            data-emoji={emoji}
            tabIndex={-1}
            aria-label={`${words.log.react}: ${emoji}`}
          >
            {emoji}
          </button>
        ))}
      {mayReact && <IconButton icon="react" label={words.log.addReaction} data-act="pick" tabIndex={-1} />}
      {mayReply && <IconButton icon="reply" label={words.log.reply} data-act="reply" tabIndex={-1} />}
      <IconButton icon="more" label={words.log.menu} data-act="menu" tabIndex={-1} />
    </div>
  );
});
