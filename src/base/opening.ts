import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Metrics } from './metrics.ts';

/** What whoever starts a server may set beside its configuration; times are in milliseconds. */
export interface AppOptions {
  log: Logger;
  /** Called with the text of every SQL statement. */
  onStatement?: (sql: string) => void;
  /** The longest silence on a live subscription; 20 s. PROTOCOL.md "Heartbeats" promises at most 25. */
  heartbeatMs?: number;
  /** How long a user stays online after the last connection closed; 4 s, as PROTOCOL.md "Presence" promises. */
  graceMs?: number;
}

/** What every `open…` function receives first: the options, and where to register what it opened. */
export interface Opening extends AppOptions {
  config: Config;
  heartbeatMs: number;
  metrics: Metrics;
  /** Registers what closes a part; the parts are closed in the reverse order. */
  onClose: (close: () => unknown) => void;
}
