/**
 * Number of users who send, each with one connection. A burst is spread over them: a connection of Parley may have 200
 * operations in progress.
 */
export const senderCount = 8;

/** Divides texts among a number of senders, in order. @param {string[]} texts @param {number} senders */
export function sharesOf(texts, senders) {
  const share = Math.ceil(texts.length / senders);
  return Array.from({ length: senders }, (_, index) => texts.slice(index * share, (index + 1) * share));
}

/**
 * Clients that send messages to a server that stores and acknowledges them. A single message goes out on one of the
 * connections in turn, several go out on all of them, with one write for each connection.
 */
export class Senders {
  /** Resolves with the reason when a message is refused. @type {Promise<string>} */
  failed;

  #single;
  #burst;
  #question;
  #refusalOf;
  #sent = 0;
  #underWay = 0;
  #settle = () => {};
  /** @type {(why: string) => void} */
  #fail = () => {};

  /**
   * @param {object} options
   * @param {import('../caller.js').Caller[]} options.single connections for single messages
   * @param {import('../caller.js').Caller[]} options.burst connections for several messages at once
   * @param {(room: string, text: string) => object} options.question returns the request of a message
   * @param {(answer: any) => string | undefined} [options.refusalOf] returns why the server refused, if it did
   */
  constructor({ single, burst, question, refusalOf = () => undefined }) {
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    this.#single = single;
    this.#burst = burst;
    this.#question = question;
    this.#refusalOf = refusalOf;
  }

  /** @param {string} room @param {string[]} texts */
  send(room, texts) {
    if (texts.length === 1) return this.#ask(this.#single[this.#sent % this.#single.length], room, texts);
    for (const [index, share] of sharesOf(texts, this.#burst.length).entries())
      this.#ask(this.#burst[index], room, share);
  }

  /** Resolves when every message is acknowledged. @returns {Promise<void>} */
  acknowledged() {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  close() {
    for (const caller of new Set([...this.#single, ...this.#burst])) caller.close();
  }

  #ask(/** @type {import('../caller.js').Caller} */ caller, /** @type {string} */ room, /** @type {string[]} */ texts) {
    this.#sent += texts.length;
    this.#underWay += texts.length;
    for (const answer of caller.askAll(texts.map((text) => this.#question(room, text)))) {
      answer.then(
        (value) => this.#acknowledge(this.#refusalOf(value)),
        (/** @type {Error} */ error) => this.#acknowledge(error.message),
      );
    }
  }

  #acknowledge(/** @type {string | undefined} */ refusal) {
    if (refusal !== undefined) return this.#fail(`a message was refused: ${refusal}`);
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#settle();
  }
}
