import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** What the server measures of itself, in Prometheus's format. Labels are few and bounded: never a room or a user. */
export interface Metrics {
  readonly contentType: string;
  /** GraphQL executions for live readers: one for each audience and result, whatever their number. */
  readonly executions: Counter;
  /** Messages from the bus and from this node's own writes. */
  readonly publications: Counter;
  /** Statements that read events from the log, for readers who come back or for gaps. */
  readonly replayStatements: Counter;
  /** Bytes that wait in this process for peers to read them. */
  readonly unreadBytes: Gauge;
  /** Connections that were cut as too many bytes were unread. */
  readonly unreadCuts: Counter;
  print(): Promise<string>;
}

/** Read when the metrics are asked for. */
interface Gauges {
  feeds: () => number;
  audiences: () => number;
  subscribers: () => number;
  onlineUsers: () => number;
  busConnected: () => boolean;
}

export function openMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('parley_live_feeds', 'Rooms with live readers, or with some a moment ago', gauges.feeds);
  gauge('parley_live_audiences', 'Groups of readers who asked the same of the same room', gauges.audiences);
  gauge('parley_live_subscribers', 'Live subscriptions in audiences', gauges.subscribers);
  gauge('parley_online_users', 'Users who are connected to this node, or were a moment ago', gauges.onlineUsers);
  gauge('parley_bus_connected', 'Whether other nodes can be heard (1) or not (0)', () =>
    gauges.busConnected() ? 1 : 0,
  );
  return {
    contentType: registry.contentType,
    executions: new Counter({
      name: 'parley_live_executions_total',
      help: 'GraphQL executions for live readers',
      registers,
    }),
    publications: new Counter({ name: 'parley_publications_total', help: 'Publications of room events', registers }),
    replayStatements: new Counter({
      name: 'parley_replay_statements_total',
      help: 'SQL statements that read events from the log',
      registers,
    }),
    unreadBytes: new Gauge({ name: 'parley_unread_bytes', help: 'Bytes that wait for peers to read them', registers }),
    unreadCuts: new Counter({
      name: 'parley_unread_cuts_total',
      help: 'Connections that were cut as too many bytes were unread',
      registers,
    }),
    print: () => registry.metrics(),
  };
}
