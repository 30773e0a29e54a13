import { useState } from 'react';
import { Later } from '../app/later.tsx';
import { showNotice } from '../app/notice.tsx';
import { useIsPhone, useIsTouch } from '../app/screen.ts';
import { useTalk } from '../app/talk.tsx';
import { noteEmoji } from '../emoji/last-emoji.ts';
import type { Person } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';
import { Composer } from './composer.tsx';
import { onComposerKey } from './composer-keys.ts';
import type { Writing } from './use-writing.ts';

const loadPicker = async () => (await import('../log/log-overlays.tsx')).Picker;

interface RoomComposerProps {
  /** As in "Message #general". */
  label: string;
  writing: Writing;
  typists: readonly Person[];
  slowModeSeconds: number;
  waitSeconds: number;
  onSent: () => void;
  onEditLast: () => void;
  onEscape: () => void;
}

/** Where the viewer writes. */
export function RoomComposer(props: RoomComposerProps) {
  const { writing } = props;
  const { server } = useTalk();
  const { words } = useLanguage();
  const isTouch = useIsTouch();
  const [pickerAt, setPickerAt] = useState<HTMLElement | null>(null);
  const send = () => {
    if (writing.submit()) props.onSent();
  };
  return (
    <>
      <Composer
        ref={writing.field}
        room={props.label}
        isPhone={useIsPhone()}
        isTouch={isTouch}
        text={writing.text}
        about={writing.about}
        typists={props.typists}
        slowModeSeconds={props.slowModeSeconds}
        waitSeconds={props.waitSeconds}
        maxLength={server.limits.messageMaxLength}
        onText={writing.set}
        onSend={send}
        onEmoji={setPickerAt}
        onEndAbout={writing.cancel}
        onKeyDown={(event) => onComposerKey(event, { isTouch, ...props })}
        onFiles={() => showNotice(words.composer.noFiles)}
      />
      {pickerAt && (
        <Later
          load={loadPicker}
          props={{
            at: pickerAt,
            onPick: (emoji) => {
              noteEmoji(emoji);
              writing.insert(emoji);
              setPickerAt(null);
            },
            onClose: () => setPickerAt(null),
          }}
        />
      )}
    </>
  );
}
