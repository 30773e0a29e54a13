import type { Logger } from 'pino';
import { RegularCheck, retryMs } from '../base/regular-check.ts';
import { throttledWarning } from '../base/throttled-warning.ts';
import type { HandOver, PrismaClient } from '../generated/prisma/client.ts';
import type { RoomWriter } from '../log/writer/room-writer.ts';
import { handOverRooms } from './hand-over.ts';

/** Users whose rooms are handed over together. */
const atOnce = 20;

interface HandOversOptions {
  prisma: PrismaClient;
  writer: Pick<RoomWriter, 'write'>;
  log: Pick<Logger, 'debug' | 'warn'>;
  /** The longest time between two checks. A node finds what others, or `npm run admin`, have left to do by them. */
  checkMs: number;
}

/**
 * Gives the private rooms of deactivated users to other members. A deactivation stores that this is to be done, in its own
 * transaction, and any node does it: also after a crash, and while the room was too busy. Of two nodes that do, the second one
 * changes nothing.
 */
export class HandOvers {
  readonly #options: HandOversOptions;
  readonly #regularly: RegularCheck;
  readonly #warn: (error: unknown) => void;

  constructor(options: HandOversOptions) {
    this.#options = options;
    const message = 'rooms of a deactivated user were not handed over yet';
    this.#warn = throttledWarning(options.log, { message, everyMs: 60_000 });
    this.#regularly = new RegularCheck({
      check: () => this.#check(),
      everyMs: options.checkMs,
      onError: (err) => options.log.debug({ err }, 'rooms to hand over were not looked up'),
    });
  }

  /** Hands over the rooms of a user. Does not reject: if it fails, it is done again later. */
  async complete(handOver: HandOver): Promise<void> {
    const { prisma } = this.#options;
    try {
      const isDone = await handOverRooms(this.#options, handOver.userId);
      // A user who was deactivated again meanwhile has a new time.
      if (isDone) await prisma.handOver.deleteMany({ where: handOver });
      else this.#regularly.wakeIn(retryMs);
    } catch (error) {
      this.#warn(error);
      this.#regularly.wakeIn(retryMs);
    }
  }

  close(): Promise<void> {
    return this.#regularly.close();
  }

  async #check(): Promise<number> {
    const { prisma, checkMs } = this.#options;
    let due: HandOver[] = [];
    do {
      const userId = { gt: due.at(-1)?.userId };
      due = await prisma.handOver.findMany({ where: { userId }, orderBy: { userId: 'asc' }, take: atOnce });
      await Promise.all(due.map((handOver) => this.complete(handOver)));
    } while (due.length === atOnce);
    return checkMs;
  }
}
