import { useLanguage } from '../words/language.tsx';

interface FrameProps {
  inbox: React.ReactNode;
  /** The room, the directory, or the profile. */
  pane: React.ReactNode;
  members?: React.ReactNode;
  bottomBar?: React.ReactNode;
  /** What a phone shows: it has room for one of them. */
  shows: 'inbox' | 'pane' | 'members';
  /** The pane has a log to skip to. */
  hasLog?: boolean;
}

/** Arranges the parts of the page; style/frame.css has its four widths. */
export function Frame({ inbox, pane, members, bottomBar, shows, hasLog = false }: FrameProps) {
  const { words } = useLanguage();
  return (
    <div className={members ? 'frame with-members' : 'frame'} data-shows={shows}>
      {hasLog && (
        <button type="button" className="skip-link" onClick={skipToLog}>
          {words.skipToLog}
        </button>
      )}
      {inbox}
      {pane}
      {members}
      {bottomBar}
    </div>
  );
}

/** An empty room has no log, nor has one that has ended. */
function skipToLog(): void {
  (document.querySelector<HTMLElement>('#log') ?? document.querySelector('main'))?.focus();
}
