import { expect, test } from '@jest/globals';
import { MessageAddedDocument } from '../generated/graphql.ts';
import { TcpProxy } from '../support/proxy.ts';
import { makeChannel, say } from '../support/rooms.ts';
import type { TestServer } from '../support/server.ts';
import type { Connect } from './chat-client.ts';

type Interruption = 'was cut' | 'went dead';
const interruptions: Interruption[] = ['was cut', 'went dead'];

/** What a client must do by itself when its connection is cut, set up as docs/clients.md shows it. */
export function resumingContract(server: TestServer, connect: Connect, ways = interruptions): void {
  test.each(ways)('receives the messages that were sent after its connection %s, once', async (way) => {
    const { ada, grace } = await server.people('Ada', 'Grace');
    const roomId = await makeChannel(ada, 'Cuts');
    const proxy = await TcpProxy.to(Number(new URL(server.url).port));
    const client = connect(`http://127.0.0.1:${proxy.port}/graphql`, grace.token);
    const heard = client.follow(MessageAddedDocument, { roomId });
    const nextText = async () => (await heard.next()).value.messageAdded.message.text;
    const before = nextText();
    await server.untilFollowed(roomId);
    await say(ada, roomId, 'before');
    expect(await before).toBe('before');

    if (way === 'was cut') proxy.cut();
    else proxy.swallow();
    await say(ada, roomId, 'meanwhile');
    proxy.heal();
    expect(await nextText()).toBe('meanwhile');
    await say(ada, roomId, 'after');

    expect(await nextText()).toBe('after');
    await heard.return(undefined);
    await client.close();
    await proxy.close();
  });
}
