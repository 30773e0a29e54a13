/** The users in a room, as one follower knows them from `presenceChanged`. */
export class Follower {
  /** Ids of users. @type {Set<string>} */
  known = new Set();
  frames = 0;
  /** Number of arrivals and departures received one by one. */
  changes = 0;
  snapshots = 0;
  /** The first few impossible updates. @type {string[]} */
  faults = [];

  #onCame;

  /** @param {(userId: string) => void} onCame called for each user who has arrived */
  constructor(onCame) {
    this.#onCame = onCame;
  }

  /** @param {{ isSnapshot: boolean, onlineCount: number, changed: { user: { id: string } }[], wentOffline: string[] }} update */
  take({ isSnapshot, onlineCount, changed, wentOffline }) {
    this.frames += 1;
    const came = changed.map(({ user }) => user.id);
    if (isSnapshot) {
      this.snapshots += 1;
      this.known = new Set(came);
    } else {
      this.changes += came.length + wentOffline.length;
      for (const id of came) this.#come(id);
      for (const id of wentOffline) if (!this.known.delete(id)) this.#fault(`${id} left twice`);
    }
    if (onlineCount !== this.known.size) this.#fault(`${onlineCount} counted, ${this.known.size} known`);
  }

  #come(/** @type {string} */ id) {
    // No user changes their status during the benchmark, so each user in `changed` has arrived.
    if (this.known.has(id)) this.#fault(`${id} arrived twice`);
    this.known.add(id);
    this.#onCame(id);
  }

  #fault(/** @type {string} */ what) {
    if (this.faults.length < 3) this.faults.push(what);
  }
}
