import '../style/overlays.css';
import { useCallback } from 'react';
import { useIsTouch } from '../app/screen.ts';
import { loadEmoji } from '../emoji/emoji-names.ts';
import { EmojiPicker } from '../emoji/emoji-picker.tsx';
import { lastEmoji } from '../emoji/last-emoji.ts';
import { OverPage } from '../overlays/over-page.tsx';
import { type LanguageName, useLanguage } from '../words/language.tsx';
import type { Message } from './message.ts';
import { type MessageAct, MessageMenu, MessageSheet } from './message-menu.tsx';

/** What is open over the log. `delete`: the menu with the question before deleting. */
export type LogOverlay = { type: 'menu' | 'delete' | 'picker'; message: Message; at: HTMLElement };

interface LogOverlaysProps {
  overlay: LogOverlay;
  may: ReadonlySet<MessageAct>;
  mayReact: boolean;
  onAct: (act: MessageAct) => void;
  onReact: (emoji: string) => void;
  onPicker: (at: HTMLElement) => void;
  onClose: () => void;
}

/** The menu of a message, as a sheet for fingers, and the picker for reactions. */
export default function LogOverlays({ overlay, onReact, onPicker, onClose, ...rest }: LogOverlaysProps) {
  const isTouch = useIsTouch();
  const { message, at } = overlay;
  const asksToDelete = overlay.type === 'delete';
  if (overlay.type === 'picker') return <Picker at={at} onPick={onReact} onClose={onClose} />;
  const menu = <MessageMenu message={message} anchor={at} asksToDelete={asksToDelete} {...rest} onClose={onClose} />;
  if (!isTouch) return <OverPage>{menu}</OverPage>;
  return (
    <MessageSheet
      message={message}
      asksToDelete={asksToDelete}
      emoji={lastEmoji()}
      {...rest}
      onReact={onReact}
      onPick={() => onPicker(at)}
      onClose={onClose}
    />
  );
}

interface PickerProps {
  at: HTMLElement;
  onPick: (emoji: string) => void;
  onClose: () => void;
}

export function Picker({ at, onPick, onClose }: PickerProps) {
  const { formats } = useLanguage();
  const language = formats.tag.split('-')[0] as LanguageName;
  const load = useCallback(() => loadEmoji(language), [language]);
  return (
    <OverPage>
      <EmojiPicker anchor={at} often={lastEmoji()} load={load} onPick={onPick} onClose={onClose} />
    </OverPage>
  );
}
