/** Limits that clients can reach. `Query.server.limits` shows some of them. */
export const limits = {
  /** Characters (Unicode code points) of a message after trimming. */
  messageMaxLength: 4000,
  /** How many events a resumed subscription may be behind; if it is further behind, it receives RESET. */
  replayMaxEvents: 5000,
  subscriptionsPerConnection: 200,
  /** Where unread counts stop. */
  unreadCountCap: 100,
  /** For how many seconds a message can be edited; null: for ever. */
  editWindowSeconds: null as number | null,
  /** A room with fewer members than this gets a system message when a user joins, and with at most this many when one leaves. */
  welcomeMaxMembers: 200,
  /** Different emojis with which users can react to one message; any number of users may choose the same. */
  emojisPerMessage: 50,
  /** Users whom one user can block. */
  blockedUsers: 1000,
  /** Users whom one user, unless an administrator, can add to rooms within an hour. */
  additionsPerHour: 20,
  /** Rooms that one user, unless an administrator, can create within an hour. */
  roomsPerHour: 60,
  /** New conversations that one user, unless an administrator, can open within an hour. */
  conversationsPerHour: 20,
  /** How often one user, unless an administrator, can ban, unban, mute or unmute former members within an hour. */
  formerMembersPerHour: 60,
  /** The largest `first` and `last` of a connection, and its page size without them. */
  maxPageSize: 100,
  defaultPageSize: 20,
  /** Bytes of an HTTP body and of a WebSocket message. */
  requestBytes: 256 * 1024,
  /** Bytes of an HTTP request's first line and headers. */
  headerBytes: 16 * 1024,
  /** Levels of nested selections in an operation; the deepest one in docs/tour.md has 8. */
  depth: 15,
  /** Levels of nested brackets of any kind. */
  nesting: 100,
  /** Characters of a name in an operation, such as that of a field or a variable. */
  nameLength: 200,
  aliases: 30,
  tokens: 2000,
  /** Fields of a document that stand beside one with the same name in the result. Applications merge them. */
  repeatedFields: 100,
  /** Fields that an operation may resolve, if every list is as long as it can be: about 0.3 s of CPU. */
  cost: 50_000,
  /** The same for one result of a subscription. It is twice as high: `roomEvents` sends up to 128 events in one result. */
  resultCost: 100_000,
  /** Bytes of texts by users that an operation may load and return. */
  textBytes: 8 * 1024 * 1024,
  /** The same for one result of a subscription: one message may cause hundreds of results at once. */
  resultTextBytes: 1024 * 1024,
  /** The same for each event in such a result: 128 events may have as much text as a query. */
  eventTextBytes: 64 * 1024,
};
