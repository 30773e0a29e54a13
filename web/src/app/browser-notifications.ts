import type { NotificationFields, Parley } from 'parley-client';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { plainText } from '../log/plain-text.ts';
import { nameOfRoom } from '../people/room-name.ts';
import { useLanguage } from '../words/language.tsx';
import { isAttentive } from './attentive.ts';
import { keep, kept } from './keep.ts';
import { navigate, roomPath } from './router.ts';

export type NotificationState = 'unsupported' | 'denied' | 'off' | 'on';
const textMaxLength = 150;
/** Chrome on Android has notifications, but refuses to make them. */
let isRefused = false;
const listeners = new Set<() => void>();

function currentState(): NotificationState {
  if (isRefused || typeof Notification === 'undefined') return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && kept('notifications') === 'on' ? 'on' : 'off';
}

function changed(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns whether this browser tells about new messages, and functions that ask the browser for it, and end it. */
export function useNotificationState(): { state: NotificationState; ask: () => void; turnOff: () => void } {
  const state = useSyncExternalStore(subscribe, currentState);
  const ask = () => {
    keep('notifications', 'on');
    void Notification.requestPermission().then(changed, changed);
  };
  const turnOff = () => {
    keep('notifications', 'off');
    changed();
  };
  return { state, ask, turnOff };
}

/** How long the question stays if nobody answers it. Settings have the same switch. */
const askForMs = 30_000;

/**
 * Returns whether to ask the viewer about notifications: after their first own message, once in each visit, never at the
 * start.
 */
export function useNotificationQuestion(parley: Parley): [boolean, (answer: 'on' | 'notNow') => void] {
  const { state, ask } = useNotificationState();
  const [isDue, setDue] = useState<boolean | null>(null);
  useEffect(() => {
    const before = new Set(parley.outbox.get());
    return parley.outbox.subscribe(() => {
      if (parley.outbox.get().some((outgoing) => !before.has(outgoing))) setDue((due) => due ?? true);
    });
  }, [parley]);
  useEffect(() => {
    if (!isDue) return;
    const timer = setTimeout(setDue, askForMs, false);
    return () => clearTimeout(timer);
  }, [isDue]);
  const answer = (given: 'on' | 'notNow') => {
    if (given === 'on') ask();
    else keep('notifications', 'not now');
    setDue(false);
  };
  return [isDue === true && state === 'off' && kept('notifications') === null, answer];
}

/** Tells about new messages by the browser while the page is in the background. */
export function useBrowserNotifications(parley: Parley, blocked: ReadonlySet<string> | null): void {
  const { state } = useNotificationState();
  const language = useLanguage();
  const latest = useRef({ blocked, language });
  latest.current = { blocked, language };
  useEffect(() => {
    if (state !== 'on') return;
    return parley.onNotification((notification) => {
      if (!isAttentive() && !latest.current.blocked?.has(notification.actor?.id ?? ''))
        tell(notification, latest.current.language);
    });
  }, [parley, state]);
}

function tell({ room, actor, message }: NotificationFields, language: ReturnType<typeof useLanguage>): void {
  const people = actor ? [actor] : [];
  const title = nameOfRoom(room.name, people, language);
  const text = plainText(message.text ?? '', textMaxLength);
  const body = actor && room.name !== null ? `${actor.displayName}: ${text}` : text;
  const shown = make(title, { body, tag: room.id });
  if (!shown) return;
  shown.onclick = () => {
    focus();
    navigate(roomPath(room));
    shown.close();
  };
}

function make(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch {
    isRefused = true;
    changed();
    return null;
  }
}
