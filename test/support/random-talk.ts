import { UpdateRoomDocument } from '../generated/graphql.ts';
import { edit, react, remove, unreact } from './messages.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';
import { join, leave, say } from './rooms.ts';

/** Users who do something at random in a room; the first one owns it. */
export class RandomTalk {
  readonly #room: string;
  readonly #people: Person[];
  /** Messages, the newest first. */
  readonly #messages: { id: string; author: Person }[] = [];
  /** Functions that remove the reactions that were added, the newest first. */
  readonly #reactions: (() => Promise<unknown>)[] = [];

  constructor(room: string, people: Person[]) {
    this.#room = room;
    this.#people = people;
  }

  async speak(person: Person, text: string, more: { replyToId?: string } = {}): Promise<void> {
    const { id } = await say(person, this.#room, text, more);
    this.#messages.unshift({ id, author: person });
  }

  /** Changes the room, or one of its newest messages. The server refuses some of these changes. */
  act(random: Random): Promise<unknown> {
    const [room, [owner, ...others]] = [this.#room, this.#people as [Person, ...Person[]]];
    const person = random.of(this.#people);
    const { id, author } = random.of(this.#messages.slice(0, 4));
    const emoji = random.of(['👍', '❤', ':tada:']);
    const reactTo = () => this.#react(person, id, emoji);
    const toggle = () => random.of([reactTo, ...this.#reactions.slice(0, 3)])();
    const update = (input: { topic: string } | { name: string }) =>
      owner.ask(UpdateRoomDocument, { input: { roomId: room, ...input } });
    const actions = [
      () => this.speak(person, `${person.name} says ${random.below(1000)}`),
      () => this.speak(person, `${person.name} answers ${random.below(1000)}`, { replyToId: id }),
      () => edit(random.of([person, author]), id, `${person.name} meant ${random.below(1000)}`),
      () => remove(person, id),
      reactTo,
      reactTo,
      toggle,
      toggle,
      () => join(random.of(others), room),
      () => leave(random.of(others), room).catch(() => {}), // fails for a person who has not joined
      () => update({ topic: `Topic ${random.below(1000)}` }),
      () => update({ name: `Name ${random.below(1000)}` }),
    ];
    return random.of(actions)();
  }

  async #react(person: Person, id: string, emoji: string): Promise<void> {
    const { message } = await react(person, id, emoji);
    if (message) this.#reactions.unshift(() => unreact(person, id, emoji));
  }
}
