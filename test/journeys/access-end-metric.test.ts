import { test } from '@jest/globals';
import { causes } from '../support/ends-of-access.ts';
import { makeGroup } from '../support/rooms.ts';
import { bySocket, byStream } from '../support/transcript.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server: node, ada: owner, grace: reader } = await withServer('Ada', 'Grace');
const query = 'subscription ($roomId: ID!) { roomEvents(roomId: $roomId) { status } }';

async function measured(): Promise<number> {
  const metrics = await (await fetch(new URL('/metrics', node.url))).text();
  return Number(/^parley_access_end_seconds_count\{reader="live"\} (.*)$/m.exec(metrics)?.[1] ?? 0);
}

test.each(['leave', 'revoked session'])('/metrics measures when readers get their last frames: %s', async (cause) => {
  const roomId = await makeGroup(owner, 'Group', [reader]);
  const asked = { url: node.url, token: reader.token, query, variables: { roomId } };
  const transcripts = [await bySocket(asked), await byStream(asked)];
  await until(() => transcripts.every(({ hasBegun }) => hasBegun));
  const before = await measured();

  await causes[cause]!.end({ roomId, reader, owner, node });
  await until(() => transcripts.every(({ isOver }) => isOver));

  await until(async () => (await measured()) === before + 2);
  for (const transcript of transcripts) transcript.hangUp();
});
