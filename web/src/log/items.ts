import type { Person } from '../people/person.ts';
import { daysBetween } from '../words/formats.ts';
import type { Message, SystemEvent } from './message.ts';

const minute = 60_000;
/**
 * A message continues a group if it came within 5 minutes of the previous one and in the same quarter of an hour. By the clock,
 * not since the group's first message: a page of older messages above would begin all groups below it elsewhere, and move what
 * the viewer reads.
 */
const sinceLast = 5 * minute;
const quarter = 15 * minute;
/** Joins and leaves of this time are told in one line. */
const systemSpan = 60 * minute;

export type LogItem =
  /** `newCount`: how many new messages begin on the same place. */
  | { type: 'day'; key: string; at: string; newCount: number | null; isCapped: boolean }
  | { type: 'new'; key: string; count: number; isCapped: boolean }
  | { type: 'system'; key: string; event: SystemEvent['type']; text: string | null; people: Person[]; at: string }
  | { type: 'message'; key: string; message: Message; isFirst: boolean; isLast: boolean };

/** Where the line above the new messages stands. */
export interface NewFrom {
  messageId: string;
  count: number;
  /** There are more: the server does not count them all. */
  isCapped?: boolean;
}

/** Returns what the log shows for messages in their order: rows in groups, and the lines between them. */
export function itemsOf(messages: readonly Message[], newFrom: NewFrom | null = null): LogItem[] {
  const items: LogItem[] = [];
  let previous: Message | null = null;
  for (const message of messages) {
    const lines = linesAbove(message, previous, newFrom);
    items.push(...lines);
    if (message.kind === 'SYSTEM') {
      if (lines.length > 0 || !mergeSystem(items.at(-1), message)) items.push(systemItem(message));
    } else {
      const continues = lines.length === 0 && previous !== null && continuesGroup(message, previous);
      if (continues) markContinued(items.at(-1));
      items.push({ type: 'message', key: message.id, message, isFirst: !continues, isLast: true });
    }
    previous = message;
  }
  return items;
}

function linesAbove(message: Message, previous: Message | null, newFrom: NewFrom | null): LogItem[] {
  const isNewDay = previous === null || daysBetween(previous.createdAt, Date.parse(message.createdAt)) !== 0;
  const isCapped = newFrom?.isCapped === true;
  const newCount = newFrom?.messageId === message.id ? newFrom.count : null;
  if (isNewDay) return [{ type: 'day', key: `day ${message.id}`, at: message.createdAt, newCount, isCapped }];
  if (newCount !== null) return [{ type: 'new', key: 'new', count: newCount, isCapped }];
  return [];
}

/** Returns whether a message follows another one without a header of its own. No line stands between them. */
function continuesGroup(message: Message, previous: Message): boolean {
  const [before, at] = [Date.parse(previous.createdAt), Date.parse(message.createdAt)];
  return (
    message.author !== null &&
    message.author.id === previous.author?.id &&
    message.kind === 'USER' &&
    previous.kind === 'USER' &&
    message.replyTo === null &&
    at - before <= sinceLast &&
    Math.floor(at / quarter) === Math.floor(before / quarter)
  );
}

function markContinued(item: LogItem | undefined): void {
  if (item?.type === 'message') item.isLast = false;
}

/** What is told of several people in one line. The server's text of any other system message is shown as it is. */
const merged = new Set<string>(['MEMBER_JOINED', 'MEMBER_LEFT', 'MEMBER_REMOVED'] satisfies SystemEvent['type'][]);

/** Adds a join or leave to the line before if that tells of the same. Returns whether it did. */
function mergeSystem(item: LogItem | undefined, { systemEvent, createdAt }: Message): boolean {
  if (item?.type !== 'system' || !merged.has(item.event) || item.event !== systemEvent?.type) return false;
  if (Date.parse(createdAt) - Date.parse(item.at) >= systemSpan) return false;
  const { subject } = systemEvent;
  if (subject && !item.people.some(({ id }) => id === subject.id)) item.people.push(subject);
  return true;
}

function systemItem({ id, systemEvent, text, createdAt }: Message): LogItem {
  const { type, subject } = systemEvent ?? { type: 'ROOM_CREATED' as const, subject: null };
  return { type: 'system', key: id, event: type, text, people: subject ? [subject] : [], at: createdAt };
}
