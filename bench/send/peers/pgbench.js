// The same statement, sent by PostgreSQL's own load program: no JavaScript at all.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { fill } from '../../fill.js';
import { descendantsCpuMs } from '../../process-usage.js';
import { poolSize, sendStatement } from '../../send-statement.js';
import { text } from '../../text.js';
import { requireStored } from '../stored.js';

const run = promisify(execFile);

/** @type {import('../contestants.js').Measure} */
export async function measureByPgbench({ databaseUrl, dataDir, databaseParent, rooms, people, size }) {
  await placePeople(databaseUrl, await fill(databaseUrl, { rooms, people }));
  const script = join(dataDir, 'send.sql');
  await writeFile(script, scriptOf(people));
  const clients = String(Math.min(people, poolSize));
  const seconds = String(Math.ceil(size.forMs / 1000));
  const before = descendantsCpuMs(databaseParent);
  const args = ['-n', '-M', 'prepared', '-c', clients, '-T', seconds, '-f', script, databaseUrl];
  const { stdout } = await run('pgbench', args);
  const databaseMs = descendantsCpuMs(databaseParent) - before;
  const messages = numberIn(stdout, /transactions actually processed: (\d+)/);
  await requireStored(databaseUrl, messages);
  return { perSecond: numberIn(stdout, /tps = ([\d.]+)/), databaseMicros: (databaseMs * 1000) / messages };
}

/** Creates a table that maps numbers to people and rooms, because pgbench has only numbers. @param {string} url @param {{ rooms: string[], people: string[] }} filled */
async function placePeople(url, { rooms, people }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CREATE TABLE place (number int PRIMARY KEY, room uuid, person uuid)');
    const roomOfEach = people.map((_, index) => rooms[index % rooms.length]);
    await client.query(
      'INSERT INTO place SELECT number, room, person FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS place(room, person, number)',
      [roomOfEach, people],
    );
    await client.query('VACUUM ANALYZE place');
  } finally {
    await client.end();
  }
}

/** Returns the statement with its parameters filled in. @param {number} people */
function scriptOf(people) {
  const placed = (/** @type {string} */ column) => `(SELECT ${column} FROM place WHERE number = :number)`;
  const parameters = ['gen_random_uuid()', placed('room'), placed('person'), `'${text}'`, 'gen_random_uuid()::text'];
  const statement = sendStatement.replace(/\$(\d)/g, (_, number) => parameters[number - 1]);
  return `\\set number random(1, ${people})\n${statement.replaceAll('\n', ' ')};\n`;
}

/** @param {string} output @param {RegExp} pattern */
function numberIn(output, pattern) {
  const [, number] = pattern.exec(output) ?? [];
  if (number === undefined) throw new Error(`unexpected output of pgbench: ${output}`);
  return Number(number);
}
