type Fields = Record<string, unknown>;

/**
 * Keeps an answer that was asked for before an event from undoing it: the messages of the answer take the fields of the
 * event. An answer that knows of a later event (`lastEventNumber`) stays as it is.
 */
export class Freshness {
  readonly #newest = new Map<string, { fields: Fields; at: number }>();
  #events = 0;
  #questions = 0;

  /** Call it when a question is asked, and the function that it returns once, with the data of the answer. */
  asked(): (data?: unknown) => void {
    const start = this.#events;
    let isOver = false;
    this.#questions++;
    return (data) => {
      if (isOver) return;
      isOver = true;
      forEachMessage(data, (message) => {
        const newest = this.#newest.get(message.id);
        if (newest && newest.at > start) refresh(message, newest.fields);
      });
      if (--this.#questions === 0) this.#newest.clear();
    };
  }

  event(data: unknown): void {
    if (this.#questions === 0) return;
    this.#events++;
    forEachMessage(data, (message) => {
      const fields = { ...this.#newest.get(message.id)?.fields, ...message };
      this.#newest.set(message.id, { fields, at: this.#events });
    });
  }
}

function forEachMessage(data: unknown, visit: (message: Fields & { id: string }) => void): void {
  if (typeof data !== 'object' || data === null) return;
  const { __typename, id } = data as Fields;
  if (__typename === 'Message' && typeof id === 'string') visit(data as Fields & { id: string });
  for (const value of Object.values(data)) forEachMessage(value, visit);
}

function refresh(message: Fields, newest: Fields): void {
  if ((message.lastEventNumber as number) > (newest.lastEventNumber as number)) return;
  for (const key of Object.keys(message)) {
    if (!(key in newest) || key === 'id') continue;
    message[key] = key === 'reactionGroups' ? groups(message[key], newest[key]) : newest[key];
  }
}

/** Events do not say how the viewer has reacted. */
function groups(read: unknown, newest: unknown): unknown {
  const known = new Map((read as Fields[]).map((group) => [group.emoji, group]));
  return (newest as Fields[]).map((group) => ({ viewerHasReacted: false, ...known.get(group.emoji), ...group }));
}
