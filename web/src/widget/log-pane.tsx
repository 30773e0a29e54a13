import type { MessageItem, Room } from 'parley-client';
import type { Messages } from 'parley-client/react';
import { type MouseEvent, useCallback, useMemo, useState } from 'react';
import { useNow } from '../app/use-now.ts';
import type { Writing } from '../composer/use-writing.ts';
import { hiding } from '../log/hiding.ts';
import { itemsOf, type NewFrom } from '../log/items.ts';
import { JumpButton } from '../log/jump-button.tsx';
import { focusBeside } from '../log/log-keys.ts';
import { LogView } from '../log/log-view.tsx';
import type { OwnState } from '../log/message.ts';
import { MessageMenu } from '../log/message-menu.tsx';
import type { RoomRole } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';
import { EmojiGrid } from './emoji-grid.tsx';
import type { Tell } from './host-events.ts';
import { type RowEvent, useLogKeys } from './use-log-keys.ts';
import type { LogPlace } from './use-log-place.ts';
import { useMarked } from './use-marked.ts';
import type { WidgetRights } from './use-rights.ts';
import { useRowActs } from './use-row-acts.ts';

const quickEmoji = ['👍', '❤️'];

export interface LogPaneProps {
  room: Room;
  name: string;
  viewerId: string | null;
  messages: Messages;
  /** The part of the messages that has rows. */
  shown: readonly MessageItem[];
  newFrom: NewFrom | null;
  newBelow: number;
  place: LogPlace;
  toEnd: () => void;
  roles: ReadonlyMap<string, RoomRole>;
  states: ReadonlyMap<string, OwnState>;
  rights: WidgetRights;
  /** Users whom the viewer has blocked; null before they are known. */
  blocked: ReadonlySet<string> | null;
  writing: Writing;
  refused: (code: string) => void;
  say: (text: string) => void;
  tell: Tell;
}

interface Open {
  what: 'menu' | 'pick';
  message: MessageItem;
  at: HTMLElement;
}

/** The messages, with what can be done about each. */
export function LogPane(props: LogPaneProps) {
  const { place, shown, blocked, messages, viewerId } = props;
  const { may } = props.rights;
  const { words } = useLanguage();
  const [open, setOpen] = useState<Open | null>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [markedId, jumpTo] = useMarked(props);
  const items = useMemo(() => {
    const visible = shown.map((message) => hiding(message, blocked));
    return itemsOf(visible, props.newFrom);
  }, [shown, props.newFrom, blocked]);
  const acts = useRowActs(props);
  const onAct = ({ act, messageId, at, emoji, to }: RowEvent) => {
    const message = shown.find(({ id }) => id === messageId);
    if (!message) return;
    if (act === 'pick' && !may.has('REACT')) return;
    if (act === 'menu' || act === 'pick') setOpen({ what: act, message, at });
    else if (act === 'unfold') setUnfolded(new Set([...unfolded, messageId]));
    else if (act === 'jump') jumpTo(to, message.replyTo?.sequence);
    else acts(act, message, emoji);
  };
  const keys = useLogKeys({ shown, onAct, onTyped: props.writing.insert });
  const now = useNow(60_000);
  const close = useCallback(() => setOpen(null), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the clicks are those of the links inside
    // biome-ignore lint/a11y/useKeyWithClickEvents: links turn Enter into a click
    <div className="log-pane" onClick={(event) => askHost(event, props.tell)}>
      <LogView
        ref={place.ref}
        onKeyDown={keys.onKeyDown}
        room={props.name}
        items={items}
        viewerId={viewerId}
        now={now}
        quickEmoji={quickEmoji}
        mayReact={may.has('REACT')}
        mayReply={may.has('SEND_MESSAGE')}
        roles={props.roles}
        states={props.states}
        stopId={keys.stopId}
        activeId={open?.message.id ?? null}
        markedId={markedId}
        unfolded={unfolded}
        top={<Top messages={messages} />}
        onAct={onAct}
      />
      {(!place.isAtEnd || messages.hasNewer) && <JumpButton count={props.newBelow} onPress={props.toEnd} />}
      {open?.what === 'menu' && (
        <MessageMenu
          message={open.message}
          anchor={open.at}
          may={props.rights.actsOn(open.message)}
          onAct={(act) => {
            if (act === 'delete') focusBeside(open.at.closest('article'));
            acts(act, open.message);
          }}
          onClose={close}
        />
      )}
      {open?.what === 'pick' && (
        <EmojiGrid
          label={words.log.addReaction}
          anchor={open.at}
          onPick={(emoji) => {
            acts('toggle', open.message, emoji);
            close();
          }}
          onClose={close}
        />
      )}
    </div>
  );
}

function Top({ messages }: { messages: Messages }) {
  const { words } = useLanguage();
  if (!messages.hasOlder) return null;
  return (
    <div className="older">
      {messages.error ? (
        <>
          {words.log.olderFailed}
          <button type="button" onClick={() => void messages.loadOlder()}>
            {words.tryAgain}
          </button>
        </>
      ) : (
        messages.isLoading && words.loading
      )}
    </div>
  );
}

/** The host page may open links itself. */
function askHost(event: MouseEvent, tell: Tell): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[href]');
  if (link && !tell('parley-link', { href: link.href })) event.preventDefault();
}
