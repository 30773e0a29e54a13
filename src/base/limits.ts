/** Numbers that clients run into; those that they can ask for stand in `Query.server.limits`. */
export const limits = {
  /** Characters (Unicode code points) of a message after trimming. */
  messageMaxLength: 4000,
  /** Events that a resumed subscription may be behind before it is told to start over. */
  replayMaxEvents: 5000,
  subscriptionsPerConnection: 200,
  /** Unread counts stop here. */
  unreadCountCap: 100,
  /** Seconds after which a message cannot be edited any more; null for never. */
  editWindowSeconds: null as number | null,
  /** Different reactions to one message, each of any number of people. */
  emojisPerMessage: 50,
  /** The largest `first` and `last` of a connection, and what it brings without either. */
  maxPageSize: 100,
  defaultPageSize: 20,
  /** Bytes of an HTTP body and of a WebSocket message. */
  requestBytes: 256 * 1024,
  /** Bytes of an HTTP request's first line and headers. */
  headerBytes: 16 * 1024,
  /** Levels of nesting in an operation; the deepest of docs/tour.md has 8. */
  depth: 15,
  /** Brackets of any kind in each other; selections may only be nested as `depth` says. */
  nesting: 100,
  aliases: 30,
  tokens: 2000,
  /** Fields that an operation may make the server resolve, each list counted at its largest: 0.3 s of CPU. */
  cost: 50_000,
  /** And one result of a subscription: one of `roomEvents` has up to 128 events, few of which have 50 reactions. */
  resultCost: 100_000,
  /** Bytes of the texts that people wrote which an operation may load and show. */
  textBytes: 8 * 1024 * 1024,
  /** And one result of a subscription: one message may make hundreds of them at once. */
  resultTextBytes: 1024 * 1024,
  /** But so many for each event that it tells of: 128 of them may have as much as a query. */
  eventTextBytes: 64 * 1024,
};
