import { AccessTrial, type Stage } from './access-trial.ts';
import { makeAdmin } from './administrators.ts';
import { ConstantTalk } from './constant-talk.ts';
import { cursorOf } from './cursor-of.ts';
import { Person } from './person.ts';
import { Random } from './random.ts';
import { makeChannel, makeGroup } from './rooms.ts';
import type { TestServer } from './server.ts';

export interface Outcome {
  name: string;
  faults: string[];
  delayMs: number | null;
}

interface Staging extends Pick<Stage, 'nodes'> {
  seed: number;
  readers: number;
}

/** Lets the access of many readers of one room end while others write there; returns what was wrong. */
export async function runRoomOfTrials({ nodes, seed, readers: count }: Staging): Promise<Outcome[]> {
  const random = new Random(seed);
  const [one, two] = nodes as [TestServer, TestServer];
  const [owner, edsger, admin] = await Promise.all([
    Person.signIn(one.url, 'Ada'),
    Person.signIn(two.url, 'Edsger'),
    Person.signIn(one.url, 'Root'),
  ]);
  await makeAdmin(one, admin);
  const readers = await Promise.all(
    Array.from({ length: count }, (_, index) => Person.signIn(nodes[index % 2]!.url, `Reader ${index}`)),
  );
  const visibility = random.of(['private', 'public'] as const);
  const make = visibility === 'private' ? makeGroup : makeChannel;
  // A public room may be read by everybody.
  const members = readers.filter(() => visibility === 'private' || random.isTrue(0.5));
  const roomId = await make(owner, 'The old name', [edsger, ...members]);
  const beginning = await cursorOf(owner, roomId);
  const talk = new ConstantTalk(roomId, [owner, edsger], random);
  await talk.fill(50);
  talk.begin();
  const trials = readers.map((reader, index) => {
    const stage = {
      nodes,
      visibility,
      talk,
      isMember: members.includes(reader),
      beginning,
      ending: { roomId, reader, owner, admin },
    };
    return new AccessTrial(stage, new Random(seed * 1000 + index), `seed ${seed}.${index}`);
  });
  const outcomes = await Promise.allSettled(trials.map((trial) => trial.run()));
  await talk.end();
  const laterThan = await talk.numbers(one);
  return Promise.all(
    trials.map(async (trial, index) => {
      const outcome = outcomes[index]!;
      const faults = outcome.status === 'rejected' ? [String(outcome.reason)] : await trial.faults(laterThan);
      return { name: trial.name, faults, delayMs: trial.delayMs };
    }),
  );
}
