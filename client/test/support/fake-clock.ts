import type { Clock } from '../../src/base/clock.ts';

/** A clock that stands still until a test advances it. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #timers: { due: number; work: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, work: () => void): () => void {
    const timer = { due: this.#now + Math.max(0, ms), work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get timers(): number {
    return this.#timers.length;
  }

  /** Lets time pass, with every timer at its time, and the promises after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.due);
      this.#run(next);
      await settle();
    }
    this.#now = end;
  }

  /** Lets time pass in one jump, as in a device that sleeps: timers fire late. */
  async sleep(ms: number): Promise<void> {
    this.#now += ms;
    const late = this.#timers.filter(({ due }) => due <= this.#now);
    for (const timer of late) this.#run(timer);
    await settle();
  }

  #next(end: number) {
    return this.#timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
  }

  #run(timer: { work: () => void }): void {
    if (!this.#timers.some((other) => other === timer)) return;
    this.#timers = this.#timers.filter((other) => other !== timer);
    timer.work();
  }
}

/** Waits until the promises that can settle by themselves have settled. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
