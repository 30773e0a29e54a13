import { existsSync } from 'node:fs';
import { startServer } from './server-process.js';

export const path = '/graphql';

/** Matches the address of its WebSocket, which it prints when it listens. */
const ready = /ws:\/\/[^\s:]+:(\d+)\/graphql/;

const createGuestSession = `mutation ($input: CreateGuestSessionInput!) {
  createGuestSession(input: $input) { accessToken userErrors { message } }
}`;
const createRoom = `mutation ($input: CreateRoomInput!) {
  createRoom(input: $input) { room { id } userErrors { message } }
}`;
const joinRoom = `mutation ($input: RoomIdInput!) { joinRoom(input: $input) { userErrors { message } } }`;

/**
 * Starts Parley's compiled server. The benchmark uses it over the API, like any client.
 * @param {object} options
 * @param {number | null | undefined} [options.core]
 * @param {string} options.parley path of its compiled `main.js`
 * @param {string} options.dataDir an empty folder
 * @param {string} [options.databaseUrl] replaces its embedded PostgreSQL
 * @param {string} [options.jwtSecret] replaces the secret that it creates
 */
export async function openParley({ core, parley, dataDir, databaseUrl = '', jwtSecret = '' }) {
  if (!existsSync(parley)) throw new Error(`${parley} is missing: build Parley first (npm run build).`);
  const { match, ...server } = await startServer({
    args: [parley],
    core,
    ready,
    // An empty value counts as absent, so the benchmark never fills a database that the shell's environment names.
    env: {
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      REDIS_URL: '',
      AUTH_JWT_SECRET: jwtSecret,
      LOG_LEVEL: 'warn',
    },
  });
  const port = Number(match[1]);
  return { ...server, port, api: new Api(port) };
}

/** Calls of the API over HTTP that prepare a benchmark. */
export class Api {
  #origin;

  /** @param {number} port */
  constructor(port) {
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** @param {string} displayName @returns {Promise<string>} the token */
  async signIn(displayName) {
    return (await this.#mutate(null, createGuestSession, { displayName })).accessToken;
  }

  /** @param {string} token @param {string} name @returns {Promise<string>} the room's id */
  async createRoom(token, name) {
    return (await this.#mutate(token, createRoom, { kind: 'CHANNEL', name })).room.id;
  }

  /** @param {string} token @param {string} roomId */
  async joinRoom(token, roomId) {
    await this.#mutate(token, joinRoom, { roomId });
  }

  /** Returns the sum of a metric over all labels; null if there is no such metric. @param {string} name @returns {Promise<number | null>} */
  async metric(name) {
    const response = await fetch(`${this.#origin}/metrics`);
    const samples = [...(await response.text()).matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))];
    return samples.length === 0 ? null : samples.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  /** @param {string | null} token @param {string} query @param {object} input */
  async #mutate(token, query, input) {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const body = JSON.stringify({ query, variables: { input } });
    const response = await fetch(`${this.#origin}${path}`, { method: 'POST', headers, body });
    const { data, errors } = await response.json();
    const [payload] = Object.values(data ?? {});
    const [error] = errors ?? payload?.userErrors ?? [];
    if (error || !payload) throw new Error(`Parley refused ${JSON.stringify(input)}: ${error?.message}`);
    return payload;
  }
}
