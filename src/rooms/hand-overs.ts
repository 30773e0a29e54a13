import type { Logger } from 'pino';
import { RegularCheck, retryMs } from '../base/regular-check.ts';
import type { HandOver, PrismaClient } from '../generated/prisma/client.ts';
import type { RoomWriter } from '../log/writer/room-writer.ts';
import { handOverRooms } from './hand-over.ts';

/** Users whose rooms are handed over together. */
const atOnce = 20;

interface HandOversOptions {
  prisma: PrismaClient;
  writer: Pick<RoomWriter, 'write'>;
  log: Pick<Logger, 'warn'>;
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

  constructor(options: HandOversOptions) {
    this.#options = options;
    this.#regularly = new RegularCheck({
      check: () => this.#check(),
      everyMs: options.checkMs,
      onError: (err) => this.#warn(err),
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
    const due = await this.#options.prisma.handOver.findMany({ orderBy: { wantedAt: 'asc' }, take: atOnce });
    await Promise.all(due.map((handOver) => this.complete(handOver)));
    return due.length === atOnce ? retryMs : this.#options.checkMs;
  }

  #warn(err: unknown): void {
    this.#options.log.warn({ err }, 'rooms of a deactivated user were not handed over yet');
  }
}
