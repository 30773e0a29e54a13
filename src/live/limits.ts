/** Bytes that a peer may leave unread before events stop being sent to it; a batch should not take more either. */
export const unreadBytes = 64 * 1024;
/** The same for the values of states, which are dropped for a slow peer and sent anew. */
export const unreadStateBytes = 16 * 1024;

/** Events in one batch at most. */
export const batchEvents = 128;
/** Events read from the log at a time. */
export const pageEvents = 500;

/**
 * Events that are kept while they cannot be passed on yet, and their bytes. Further events are read from the log later.
 */
export const earlyEvents = 1000;
export const earlyBytes = 2 * 1024 * 1024;

/** Bytes that an event is assumed to keep in memory if its log does not say. */
export const usualEventBytes = 1000;

/** After a failure of the log: how long to wait before the first retry. */
export const logRetryMs = 250;
