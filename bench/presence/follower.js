/** Whom somebody knows to be in a room, by what `presenceChanged` told them. */
export class Follower {
  /** Ids of users. @type {Set<string>} */
  known = new Set();
  frames = 0;
  /** Comings and goings that were told one by one. */
  changes = 0;
  snapshots = 0;
  /** What was told and cannot be, the first few. @type {string[]} */
  faults = [];

  #onCame;

  /** @param {(userId: string) => void} onCame called for each who is told to have come */
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
    // Nobody changes their status meanwhile: whoever is told of has come.
    if (this.known.has(id)) this.#fault(`${id} came twice`);
    this.known.add(id);
    this.#onCame(id);
  }

  #fault(/** @type {string} */ what) {
    if (this.faults.length < 3) this.faults.push(what);
  }
}
