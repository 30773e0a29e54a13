import type { Socket } from 'node:net';
import { innerId } from '../../src/base/ids.ts';
import { expel, expelling } from '../../src/log/changes/expel.ts';
import { UpdateRoomDocument } from '../generated/graphql.ts';
import { lastEventNumber } from './head.ts';
import { holdBack } from './held-back.ts';
import { edit, react, remove } from './messages.ts';
import { type Person, people } from './person.ts';
import { add, done, leave, say } from './rooms.ts';
import type { TestServer } from './server.ts';
import { until } from './until.ts';

/** More than a connection's budget, so that later events wait in the log. */
const bulk = '🐌'.repeat(3900);

interface Leaving {
  roomId: string;
  /** The reader's connection. */
  tcp: Socket;
  /** Ends Grace's access. If it is omitted, she leaves the room. */
  go?: () => Promise<unknown>;
  /** Whether the feed has dropped the events of the room before the reader continues. */
  isForgotten?: boolean;
}

/** Users who write in a room while Grace, a member, does not read, and who continue after her access has ended. */
export class LeavingParty {
  readonly here: TestServer;
  /** Where Grace reads. */
  readonly there: TestServer;
  ada!: Person;
  grace!: Person;
  edsger!: Person;
  latecomer!: Person;

  private constructor(here: TestServer, there: TestServer) {
    this.here = here;
    this.there = there;
  }

  static async at(here: TestServer, there = here): Promise<LeavingParty> {
    const party = new LeavingParty(here, there);
    const [local, distant] = await Promise.all([
      people(here.url, 'Ada', 'Edsger', 'Latecomer'),
      people(there.url, 'Grace'),
    ]);
    return Object.assign(party, local, distant);
  }

  /** Holds a reader back while Grace leaves; returns the number of the event that ended her access. */
  async leaveUnread({ roomId, tcp, go, isForgotten = false }: Leaving): Promise<number> {
    const release = holdBack(tcp);
    const messages = await this.#talk(roomId);
    await (go ? go() : leave(this.grace, roomId));
    const end = await this.lastChange(roomId);
    await this.#goOn(roomId, messages);
    await this.#untilKnown(roomId, isForgotten);
    release();
    return end;
  }

  /** Holds a device back while it is signed out. */
  async signOutUnread({ roomId, tcp, go }: Leaving & { go: () => Promise<unknown> }): Promise<void> {
    const release = holdBack(tcp);
    await this.#fill(roomId);
    await say(this.ada, roomId, 'Last before the end');
    await go();
    await say(this.ada, roomId, 'Said later');
    await this.#untilKnown(roomId, false);
    release();
  }

  /** Ends Grace's membership by other means than `leaveRoom`. */
  async expel(roomId: string, state: 'REMOVED' | 'BANNED'): Promise<void> {
    const [room, actorId, userId] = [
      innerId('Room', roomId),
      innerId('User', this.ada.id),
      innerId('User', this.grace.id),
    ];
    const { writer } = this.here.app.services.log;
    const { verdict } = await writer.write(expel, expelling({ roomId: room, actorId }, { userId, state }));
    if (verdict !== 'WRITTEN') throw new Error(`Grace was not expelled: ${verdict}`);
  }

  /** The number of the newest change of a membership, which a system message follows. */
  async lastChange(roomId: string): Promise<number> {
    return (await lastEventNumber(this.here, roomId)) - 1;
  }

  async close(): Promise<void> {
    await Promise.all([this.ada, this.grace, this.edsger, this.latecomer].map((person) => person.close()));
  }

  async #fill(roomId: string): Promise<void> {
    for (let said = 0; said < 12; said += 1) await say(this.ada, roomId, bulk);
  }

  /** Makes changes that Grace may see. Returns the messages that `#goOn` changes. */
  async #talk(roomId: string) {
    const { ada, grace, edsger } = this;
    await this.#fill(roomId);
    const changed = await say(ada, roomId, 'Before the end, then edited');
    const deleted = await say(ada, roomId, 'Before the end, then deleted');
    const answer = await say(grace, roomId, 'Hers', { replyToId: changed.id, clientMessageId: 'hers' });
    done(await react(grace, answer.id, '👍'));
    done(await edit(grace, answer.id, 'Hers, edited'));
    done(await remove(ada, (await say(ada, roomId, 'Oops')).id));
    done(await add(ada, roomId, [edsger]));
    done((await ada.ask(UpdateRoomDocument, { input: { roomId, name: 'Before the end' } })).updateRoom);
    await say(edsger, roomId, 'Last before the end');
    return { changed, deleted, answer };
  }

  /** Makes changes after the end of Grace's access. Each contains “later” in a text or a name. */
  async #goOn(roomId: string, messages: Record<'changed' | 'deleted' | 'answer', { id: string }>): Promise<void> {
    const { ada, edsger, latecomer } = this;
    done(await edit(ada, messages.changed.id, 'Edited later'));
    done(await remove(ada, messages.deleted.id));
    done(await react(ada, messages.answer.id, ':later:'));
    done(await add(ada, roomId, [latecomer]));
    const changes = { roomId, name: 'Renamed later', topic: 'later' };
    done((await ada.ask(UpdateRoomDocument, { input: changes })).updateRoom);
    await leave(edsger, roomId);
    await say(latecomer, roomId, 'Said later');
  }

  /** Resolves once Grace's server knows all events. If `isForgotten`, it then drops them from memory. */
  async #untilKnown(roomId: string, isForgotten: boolean): Promise<void> {
    const { feeds } = this.there.app.services.log;
    const [id, last] = [innerId('Room', roomId), await lastEventNumber(this.here, roomId)];
    const lease = feeds.acquire(id);
    const feed = await lease.value;
    await until(() => feed?.eventNumber === last);
    if (isForgotten) feed?.ring.tidy(Number.POSITIVE_INFINITY);
    lease.release();
  }
}
