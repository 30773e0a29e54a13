/**
 * Where the results of one subscription go. The transport implements it; the engine knows neither its protocol nor its
 * frames.
 */
export interface Sink {
  /** False from the moment at which the peer is gone or leaves; what is sent then is dropped. */
  readonly isOpen: boolean;
  /** The connection, which other sinks may share: results for one connection are made one at a time. */
  readonly connection: object;
  /** Returns whether the payloads fit into what the peer may leave unread. They always fit if it has read everything. */
  hasRoomFor(payloads: readonly Buffer[]): boolean;
  /**
   * Sends one message for each payload, which is the UTF-8 of a JSON value. A caller that gives many sinks the same results
   * passes the very same array, so that the transport frames them once.
   */
  send(payloads: readonly Buffer[]): void;
  /** Resolves once the peer has read what was sent before this call, or is gone; never in the same turn. */
  drained(): Promise<void>;
}

/** Passed to `hasRoomFor` to ask whether there is room for anything at all. */
export const noPayloads: readonly Buffer[] = [];
