import { type KeyboardEvent, useEffect, useRef } from 'react';
import { firstEmoji, oftenUsed } from '../emoji/first-emoji.ts';
import { Floating } from '../overlays/floating.tsx';

const columns = 6;
const few = [...oftenUsed, ...firstEmoji].slice(0, 24);
const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };

interface EmojiGridProps {
  label: string;
  anchor: HTMLElement;
  onPick: (emoji: string) => void;
  onClose: () => void;
}

/** The emoji that the widget has. Arrows move, Enter picks. */
export function EmojiGrid({ label, anchor, onPick, onClose }: EmojiGridProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector('button')?.focus({ preventScroll: true }), []);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = steps[event.key];
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    if (event.key === 'Tab') onClose();
    if (step === undefined) return;
    event.preventDefault();
    buttons[at + step]?.focus();
  };
  return (
    <Floating anchor={anchor} onClose={onClose} className="floating emoji-grid">
      {/* biome-ignore lint/a11y/useSemanticElements: buttons, not fields */}
      <div ref={box} role="group" aria-label={label} onKeyDown={onKeyDown}>
        {few.map((emoji, index) => (
          <button key={emoji} type="button" tabIndex={index === 0 ? 0 : -1} onClick={() => onPick(emoji)}>
            {emoji}
          </button>
        ))}
      </div>
    </Floating>
  );
}
