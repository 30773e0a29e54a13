import { useState } from 'react';
import { Dialog } from '../overlays/dialog.tsx';
import { Menu, type MenuEntry } from '../overlays/menu.tsx';
import { Icon } from '../style/icon.tsx';
import { IconButton } from '../style/icon-button.tsx';
import type { IconName } from '../style/icons.ts';
import { useLanguage } from '../words/language.tsx';
import type { Message } from './message.ts';
import { plainText } from './plain-text.ts';

export type MessageAct = 'reply' | 'edit' | 'copyText' | 'copyLink' | 'markRead' | 'about' | 'delete';

interface MessageMenuProps {
  message: Message;
  /** Whether the question before deleting is asked at once. */
  asksToDelete?: boolean;
  may: ReadonlySet<MessageAct>;
  onAct: (act: MessageAct) => void;
  onClose: () => void;
}

const icons: Record<MessageAct, IconName> = {
  reply: 'reply',
  edit: 'pencil',
  copyText: 'copy',
  copyLink: 'link',
  markRead: 'check',
  about: 'person',
  delete: 'trash',
};
interface Entries {
  question: string | null;
  entries: MenuEntry[];
}

const parts: MessageAct[][] = [['reply', 'edit', 'copyText', 'copyLink', 'markRead'], ['about'], ['delete']];

/** Returns the entries. Deleting a message asks once, in their place: then there is a question too. */
function useEntries({ message, asksToDelete = false, may, onAct, onClose }: MessageMenuProps): Entries {
  const { words } = useLanguage();
  const [isAsking, setAsking] = useState(asksToDelete);
  const [offered] = useState(may); // entries do not move under the pointer when something is read meanwhile
  const textOf = (act: MessageAct) =>
    act === 'about' ? words.message.about(message.author?.displayName ?? '') : words.message[act];
  const choose = (act: MessageAct) => {
    if (act === 'delete' && !isAsking) return setAsking(true);
    onAct(act);
    onClose();
  };
  const shown = parts.map((part) => part.filter((act) => offered.has(act))).filter((part) => part.length > 0);
  if (isAsking) {
    const item = { type: 'item', staysOpen: true } as const;
    return {
      question: words.message.deleteAsk,
      entries: [
        { ...item, icon: 'trash', text: words.message.deleteYes, isDestroying: true, onChoose: () => choose('delete') },
        { ...item, icon: 'close', text: words.cancel, onChoose: onClose },
      ],
    };
  }
  const entries = shown.flatMap((part, index) => [
    ...(index > 0 ? [{ type: 'line' as const }] : []),
    ...part.map(
      (act): MenuEntry => ({
        type: 'item',
        icon: icons[act],
        text: textOf(act),
        isDestroying: act === 'delete',
        staysOpen: true,
        onChoose: () => choose(act),
      }),
    ),
  ]);
  return { question: null, entries };
}

/** What can be done with a message, at its button. */
export function MessageMenu(props: MessageMenuProps & { anchor: HTMLElement }) {
  const { words } = useLanguage();
  const { question, entries } = useEntries(props);
  return (
    <Menu
      key={question} // so that the focus goes to the answers
      label={question ?? words.log.menu}
      head={question && <p className="menu-question">{question}</p>}
      anchor={props.anchor}
      entries={entries}
      onClose={props.onClose}
    />
  );
}

interface MessageSheetProps extends MessageMenuProps {
  emoji: readonly string[];
  mayReact: boolean;
  onReact: (emoji: string) => void;
  onPick: (at: HTMLElement) => void;
}

/** The same as a sheet at the bottom of a phone, with the emoji that were used last. */
export function MessageSheet(props: MessageSheetProps) {
  const { words } = useLanguage();
  const { message, emoji } = props;
  const { question, entries } = useEntries(props);
  return (
    <Dialog label={words.log.menu} className="sheet" onClose={props.onClose}>
      <div className="grab" />
      <div className="sheet-preview cut">
        <b>
          <bdi>{message.author?.displayName}</bdi>
        </b>{' '}
        <bdi>{plainText(message.text ?? '')}</bdi>
      </div>
      {props.mayReact && !question && (
        <div className="sheet-emoji">
          {emoji.slice(0, 5).map((one) => (
            <button
              key={one}
              type="button"
              onClick={() => props.onReact(one)}
              aria-label={`${words.log.react}: ${one}`}
            >
              {one}
            </button>
          ))}
          <IconButton
            icon="react"
            size={24}
            label={words.log.addReaction}
            onClick={({ currentTarget }) => props.onPick(currentTarget)}
          />
        </div>
      )}
      {question && <p className="menu-question">{question}</p>}
      {entries.map((entry, index) =>
        entry.type === 'item' ? (
          <button
            key={entry.icon}
            type="button"
            className={entry.isDestroying ? 'menu-item destroys' : 'menu-item'}
            onClick={entry.onChoose}
          >
            <Icon name={entry.icon} size={16} />
            <span className="cut">{entry.text}</span>
          </button>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          <hr key={index} className="menu-line" />
        ),
      )}
    </Dialog>
  );
}
