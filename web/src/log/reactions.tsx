import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';
import type { ReactionGroup } from './message.ts';

/** More kinds than this hide behind a number. */
const shownKinds = 8;

interface ReactionsProps {
  groups: readonly ReactionGroup[];
  mayReact: boolean;
  isUnfolded: boolean;
  tabIndex: number;
}

/** Shows the reactions to a message, and the button that adds one. */
export function Reactions({ groups, mayReact, isUnfolded, tabIndex }: ReactionsProps) {
  const { words, formats } = useLanguage();
  const shown = isUnfolded ? groups : groups.slice(0, shownKinds);
  const hidden = groups.length - shown.length;
  return (
    <div className="reactions">
      {shown.map(({ emoji, count, viewerHasReacted }) => (
        <button
          key={emoji}
          type="button"
          className="reaction"
          data-act="toggle"
          data-emoji={emoji}
          tabIndex={tabIndex}
          disabled={!mayReact}
          aria-pressed={viewerHasReacted}
          aria-label={words.log.reaction(emoji, formats.number(count))}
        >
          <span>{emoji}</span>
          {formats.number(count)}
        </button>
      ))}
      {hidden > 0 && (
        <button
          type="button"
          className="reaction"
          data-act="unfold"
          tabIndex={tabIndex}
          aria-label={words.log.moreReactions(formats.number(hidden), hidden)}
        >
          +{formats.number(hidden)}
        </button>
      )}
      {mayReact && (
        <button
          type="button"
          className="reaction add"
          data-act="pick"
          tabIndex={tabIndex}
          aria-label={words.log.addReaction}
          title={words.log.addReaction}
        >
          <Icon name="react" size={14} />
        </button>
      )}
    </div>
  );
}
