import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';
import type { ReactionGroup } from './message.ts';

/** More kinds than this hide behind a number. */
const shownKinds = 8;

/** Shows the reactions to a message, and the button that adds one. */
export function Reactions({ groups, mayReact }: { groups: readonly ReactionGroup[]; mayReact: boolean }) {
  const { words, formats } = useLanguage();
  const hidden = groups.length - shownKinds;
  return (
    <div className="reactions">
      {groups.slice(0, shownKinds).map(({ emoji, count, viewerHasReacted }) => (
        <button
          key={emoji}
          type="button"
          className="reaction"
          data-act="toggle"
          data-emoji={emoji}
          tabIndex={-1}
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
          data-act="allReactions"
          tabIndex={-1}
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
          tabIndex={-1}
          aria-label={words.log.addReaction}
          title={words.log.addReaction}
        >
          <Icon name="react" size={14} />
        </button>
      )}
    </div>
  );
}
