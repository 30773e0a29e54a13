/**
 * Does something with each of many peers. The fault of one keeps none of the others from it, and does not leave the timer
 * that calls this, which would end the process.
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
