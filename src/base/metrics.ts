import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The server's own metrics, in the format of Prometheus. Labels are few and bounded: never a room or a user. */
export interface Metrics {
  readonly contentType: string;
  /** GraphQL executions for live readers: one for each audience and result, however many readers it has. */
  readonly executions: Counter;
  /** Messages from the bus and from this node's own writes. */
  readonly publications: Counter;
  /** Statements that read events from the log, for readers who resume and for gaps. */
  readonly replayStatements: Counter;
  /** Bytes in this process that peers have not read yet. */
  readonly unreadBytes: Gauge;
  /** Connections that were cut because too many bytes were unread. */
  readonly unreadCuts: Counter;
  /** Faults that were made because a client asked for them; see CHAOS. */
  readonly chaosFaults: Counter<'fault'>;
  /**
   * From the end of a reader's access to their last frame. `reader`: `live` if the reader was waiting for events when the
   * access ended, `behind` if they had not read earlier events yet.
   */
  readonly accessEnds: Histogram<'reader'>;
  /** Adds a gauge whose value is read when the metrics are printed. */
  gauge(name: string, help: string, read: () => number): void;
  print(): Promise<string>;
}

/** Opens a registry with the metrics of Node.js and those above. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  return {
    contentType: registry.contentType,
    executions: counter('parley_live_executions_total', 'GraphQL executions for live readers'),
    publications: counter('parley_publications_total', 'Publications of room events'),
    replayStatements: counter('parley_replay_statements_total', 'SQL statements that read events from the log'),
    unreadBytes: new Gauge({ name: 'parley_unread_bytes', help: 'Bytes that clients have not read yet', registers }),
    unreadCuts: counter('parley_unread_cuts_total', 'Connections cut because too many bytes were unread'),
    chaosFaults: new Counter({
      name: 'parley_chaos_faults_total',
      help: 'Faults made on connections whose clients asked for them (CHAOS=on)',
      labelNames: ['fault'],
      registers,
    }),
    accessEnds: new Histogram({
      name: 'parley_access_end_seconds',
      help: 'From the end of the access of a reader to the last frame that is written for them',
      labelNames: ['reader'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
      registers,
    }),
    gauge: (name, help, read) => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    print: () => registry.metrics(),
  };
}
