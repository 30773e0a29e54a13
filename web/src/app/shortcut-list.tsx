import { Dialog } from '../overlays/dialog.tsx';
import { useLanguage } from '../words/language.tsx';

/**
 * The keys of each line of `words.shortcuts.lines`, in its order. The last line has no keys, but what is read in a text:
 * nothing else of Markdown is, and there are no commands.
 */
export const keys = [
  'Ctrl K',
  '?  ·  Ctrl /',
  'F6',
  'Alt ↑ ↓',
  'Alt Shift ↑ ↓',
  'Esc',
  'Enter  ·  Ctrl Enter',
  '↑',
  '↑ ↓ Home End',
  'R',
  'E',
  '+',
  'C',
  'Del',
  'Enter',
  '`code`  ·  ```code```',
];

/** Shows what can be done by keys. */
export function ShortcutList({ onClose }: { onClose: () => void }) {
  const { words } = useLanguage();
  return (
    <Dialog label={words.shortcuts.title} onClose={onClose}>
      <div className="shortcut-list">
        <h2>{words.shortcuts.title}</h2>
        <dl className="shortcuts">
          {words.shortcuts.lines.map((line, index) => (
            <div key={line}>
              <dt>{line}</dt>
              <dd>
                <kbd>{keys[index]}</kbd>
              </dd>
            </div>
          ))}
        </dl>
        <div className="dialog-buttons">
          <button type="button" className="button outlined" onClick={onClose}>
            {words.close}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
