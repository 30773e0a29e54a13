import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Metrics } from './metrics.ts';

/** `AppOptions.roomCheckMs` unless given. */
export const usualRoomCheckMs = 30_000;

/** Options of a server besides its configuration. Tests set the times, which are in milliseconds. */
export interface AppOptions {
  log: Logger;
  /** Called with the text of every SQL statement, and with the statement itself if it is one of the prepared ones. */
  onStatement?: (sql: string, prepared?: { name: string; text: string; values: unknown[] }) => void;
  /** The longest silence on a live subscription; 20 s. PROTOCOL.md "Heartbeats" promises at most 25. */
  heartbeatMs?: number;
  /** How long a user stays online after the last connection closed; 4 s, as PROTOCOL.md "Presence" promises. */
  graceMs?: number;
  /** The shortest time between two updates of the users who are present in a room. */
  presenceFrameMs?: number;
  /** The same for the users who type there. */
  typingFrameMs?: number;
  /** The same for the read position of each member. */
  readsFrameMs?: number;
  /** How long a user counts as typing after the last `setTyping`. */
  typingMs?: number;
  /** How often a node probes its connection to Redis and renews its lease there. The lease lasts three times as long. */
  beatMs?: number;
  /** How often the feeds of rooms compare themselves with the log. */
  compareMs?: number;
  /** How long PostgreSQL may be silent until its connection is closed. */
  databaseAnswerMs?: number;
  /** Users whom one user can add to rooms within an hour; `limits.additionsPerHour`. */
  additionsPerHour?: number;
  /** Rooms that one user can create within an hour; `limits.roomsPerHour`. */
  roomsPerHour?: number;
  /** New conversations that one user can open within an hour; `limits.conversationsPerHour`. */
  conversationsPerHour?: number;
  /** Bans and mutes of former members, and their ends, by one user within an hour; `limits.formerMembersPerHour`. */
  formerMembersPerHour?: number;
  /** How often the sessions in use are looked up while the bus is connected. */
  sessionCheckMs?: number;
  /** The longest time between two checks for what is due in rooms: ends of bans and mutes, and rooms to hand over. */
  roomCheckMs?: number;
}

/** What every `open…` function receives first: the options, and where to register what it opened. */
export interface Opening extends AppOptions {
  config: Config;
  heartbeatMs: number;
  metrics: Metrics;
  /** Registers a function that closes a part; parts are closed in reverse order. */
  onClose: (close: () => unknown) => void;
}
