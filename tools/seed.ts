/**
 * `npm run seed`: adds sample users, a public room, a group and a conversation with messages, over the API. It uses the
 * server that runs with this configuration, or starts one for the duration of the run. It skips messages that exist.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { openApp } from '../src/app.ts';
import { innerId } from '../src/base/ids.ts';
import { packageRoot } from '../src/base/package-root.ts';
import { type Config, readConfig } from '../src/config.ts';
import { findEmbeddedPostgres } from '../src/storage/embedded/find.ts';
import { DataDirInUseError } from '../src/storage/embedded/vacate.ts';
import { openPrisma } from '../src/storage/prisma.ts';
import { requireUsable } from '../src/storage/usable.ts';
import { type NewRoom, SamplePeople } from './sample-people.ts';

interface Line {
  by: string;
  text: string;
  /** Name of this line, for replies to it. */
  as?: string;
  /** Name of the line that this one replies to. */
  answers?: string;
}

type SampleRoom = NewRoom & { talk: Line[] };

interface Sample {
  people: { name: string; language: string }[];
  publicRoom: SampleRoom & { slug: string };
  privateRooms: SampleRoom[];
}

const sample: Sample = JSON.parse(readFileSync(join(packageRoot, 'tools', 'sample-talk.json'), 'utf8'));
/** The user who creates the public room and reads its messages. */
const [narrator] = sample.publicRoom.members;

async function main(): Promise<void> {
  const config = readConfig();
  const address = addressOf(config);
  const people = new SamplePeople(address, sample.people);
  const isRunning = await haveOurData(people, config);
  if (isRunning) await fill(people);
  else await fillAlone(config);
  console.log(`GraphiQL is at ${address}${isRunning ? '' : ' after npm start'}.`);
}

function addressOf({ host, port }: Config): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/graphql`;
}

/** Returns whether a server runs on the database of this configuration: a guest of the server must be in that database. */
async function haveOurData(people: SamplePeople, config: Config): Promise<boolean> {
  if (!(await people.isServed())) return false;
  const url = config.databaseUrl ?? (await findEmbeddedPostgres(config.dataDir));
  const { user } = await people.guest(narrator);
  return url !== null && (await isUserIn(url, innerId('User', user.id)));
}

/** Returns whether the database has this user; false if it is not usable, which `openApp` will report. */
async function isUserIn(url: string, id: string): Promise<boolean> {
  const usable = await requireUsable(url).catch(() => null);
  if (!usable) return false;
  const prisma = openPrisma(usable);
  const found = await prisma.user.findUnique({ where: { id } }).catch(() => null);
  await prisma.$disconnect();
  return found !== null;
}

async function fillAlone(config: Config): Promise<void> {
  const app = await openApp({ ...config, port: 0, guestsAllowed: true }, { log: pino({ level: 'error' }) });
  await fill(new SamplePeople(app.url, sample.people)).finally(() => app.close());
}

/** Sends all messages that do not exist yet, and prints how many. */
async function fill(people: SamplePeople): Promise<void> {
  const { publicRoom, privateRooms } = sample;
  const roomId = (await people.findRoom(narrator, publicRoom.slug)) ?? (await people.makeRoom(publicRoom));
  const said = new Map((await people.read(narrator, roomId)).map((line) => [keyOf(line), line.id]));
  // Only members can see private rooms. They exist if the public room has messages.
  const isFirstTime = said.size === 0;
  const hidden = isFirstTime ? privateRooms : [];
  for (const room of hidden) await tell(people, room, { roomId: await people.makeRoom(room), said });
  await tell(people, publicRoom, { roomId, said });
  const { accessToken } = await people.guest(narrator);
  if (isFirstTime)
    console.log(`To sign in as ${narrator}, put this into Headers: { "Authorization": "Bearer ${accessToken}" }`);
}

interface Telling {
  roomId: string;
  /** Ids of the existing messages, by `keyOf`. */
  said: Map<string, string>;
}

async function tell(people: SamplePeople, room: SampleRoom, { roomId, said }: Telling): Promise<void> {
  const missing = room.talk.filter((line) => !said.has(keyOf(line)));
  for (const { by, text, answers } of missing) {
    const question = room.talk.find((line) => answers && line.as === answers);
    const replyToId = question && said.get(keyOf(question));
    said.set(keyOf({ by, text }), await people.say(by, { roomId, text, replyToId }));
  }
  const found = room.talk.length - missing.length;
  const name = room.name ?? room.members.join(' and ');
  console.log(`${name} (${room.kind}): ${missing.length} messages sent, ${found} already existed.`);
}

const keyOf = ({ by, text }: { by: string; text: string }) => `${by}: ${text}`;

try {
  await main();
} catch (error) {
  const { message, cause } = error as Error;
  const advice = cause instanceof DataDirInUseError ? ' Or set HOST and PORT to where it listens.' : '';
  console.error(message + advice);
  process.exit(1);
}
