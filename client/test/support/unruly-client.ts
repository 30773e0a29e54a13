import { WebSocket } from 'ws';
import { ask, type Person } from '../../../test/support/person.ts';
import { TcpProxy } from '../../../test/support/proxy.ts';
import type { Random } from '../../../test/support/random.ts';
import type { Fault, Parley, TokenReason, WebSocketConstructor } from '../../src/api.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createParleyIn } from '../../src/client.ts';

interface UnrulyClient {
  /** Its network, which the test cuts. */
  readonly proxy: TcpProxy;
  readonly parley: Parley;
  readonly faults: Fault[];
}

interface UnrulyOptions {
  readonly person: Person;
  readonly port: number;
  readonly random: Random;
  /** The faults that its connections ask the server for. */
  readonly chaos: object;
}

/** Returns a client with a network of its own, faults on its connections, and tokens that end. */
export async function unrulyClient({ person, port, random, chaos }: UnrulyOptions): Promise<UnrulyClient> {
  const proxy = await TcpProxy.to(port);
  // Short pauses before it reconnects: the test has many cuts.
  const environment = { clock: systemClock, random: () => Math.random() / 100 };
  const parley = createParleyIn(environment, {
    url: `http://127.0.0.1:${proxy.port}/graphql`,
    token: tokensOf(person, random),
    webSocket: asking(chaos, random),
  });
  const faults: Fault[] = [];
  parley.onFault((fault) => faults.push(fault));
  return { proxy, parley, faults };
}

/** Returns a function for `token`, which is sometimes late, so that the present token does end. */
function tokensOf(person: Person, random: Random) {
  let token = person.token;
  return async (why: TokenReason) => {
    if (why === 'start' || (why === 'expiring' && random.isTrue(0.5))) return token;
    const before = token;
    while (token === before) {
      token = await renewed(person, before);
      if (token === before) await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return token;
  };
}

/** Returns another token of the same session; the same one within a second. */
async function renewed({ url }: Person, token: string): Promise<string> {
  const { data } = await ask<Renewed, object>(url, 'mutation { renewSession { accessToken } }', {}, token);
  return data.renewSession.accessToken;
}

interface Renewed {
  readonly renewSession: { readonly accessToken: string };
}

/** Returns a class of WebSocket that asks the server for faults: on each connection with another seed. */
function asking(chaos: object, random: Random): WebSocketConstructor {
  return class extends WebSocket {
    override send(text: string): void {
      const message = JSON.parse(text) as { type: string; payload: object };
      const payload = { ...message.payload, chaos: { ...chaos, seed: random.below(1_000_000) } };
      super.send(message.type === 'connection_init' ? JSON.stringify({ ...message, payload }) : text);
    }
  };
}
