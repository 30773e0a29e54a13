/**
 * Calls `act` with each peer. If it throws for one of them, calls `onFault` and continues with the others. Timers call
 * this function, and an uncaught error in a timer would end the process.
 */
export function eachApart<Peer>(
  peers: Iterable<Peer>,
  act: (peer: Peer) => void,
  onFault: (error: unknown, peer: Peer) => void,
): void {
  for (const peer of peers) {
    try {
      act(peer);
    } catch (error) {
      onFault(error, peer);
    }
  }
}
