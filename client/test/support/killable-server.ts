import { freshDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { build, type ParleyProcess, runParley } from '../../../test/support/process.ts';
import { freePort } from '../../../test/support/redis.ts';

/** A server process that tests kill and start again: at the same address, on the same data. */
export class KillableServer {
  readonly port: number;
  readonly #database: TestDatabase;
  readonly #environment: Record<string, string>;
  readonly #faults: Record<string, number> = {};
  #process: ParleyProcess;

  private constructor(port: number, database: TestDatabase) {
    this.port = port;
    this.#database = database;
    this.#environment = { DATABASE_URL: database.url, PORT: `${port}`, CHAOS: 'on', LOG_LEVEL: 'fatal' };
    this.#process = runParley(this.#environment);
  }

  static async start(): Promise<KillableServer> {
    build();
    const server = new KillableServer(await freePort(), await freshDatabase());
    await server.#process.ready;
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/graphql`;
  }

  /** Kills the process, and resolves when another one is ready. */
  async restart(): Promise<void> {
    await this.faults();
    await this.#process.end('SIGKILL');
    this.#process = runParley(this.#environment);
    await this.#process.ready;
  }

  /**
   * Returns how many faults all processes so far have made because clients asked for them, by kind. Adds the counters at
   * each call: call it once per process.
   */
  async faults(): Promise<Readonly<Record<string, number>>> {
    const metrics = await (await fetch(this.url.replace('/graphql', '/metrics'))).text();
    for (const [, fault = '', count] of metrics.matchAll(/^parley_chaos_faults_total\{fault="(\w+)"\} (\d+)/gm))
      this.#faults[fault] = (this.#faults[fault] ?? 0) + Number(count);
    return this.#faults;
  }

  async close(): Promise<void> {
    await this.#process.end('SIGKILL');
    await this.#database.drop();
  }
}
