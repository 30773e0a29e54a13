import type { DocumentNode } from 'graphql';
import type { Parley } from '../api.ts';
import type { ParleyError } from '../base/errors.ts';
import { newClientMessageId } from '../base/ids.ts';
import type { SendOperation } from './graphql-send.ts';

export interface SendResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string }[];
}

interface SendOptions {
  readonly send: SendOperation;
  readonly print: (document: DocumentNode) => string;
  /** Gets the answer; once more if the message failed and a later retry ends in another way. */
  readonly answered: (result: SendResult) => void;
}

/** Sends a message by the outbox, with the app's own mutation. */
export function sendByOutbox(parley: Parley, { send, print, answered }: SendOptions): void {
  const { roomId, text, replyToId, clientMessageId } = send.input;
  const id = clientMessageId ?? newClientMessageId();
  const input = { ...send.input, clientMessageId: id };
  const query = print(send.document);
  let data: SendResult['data'];
  const outgoing = parley.room(roomId).send(text, {
    clientMessageId: id,
    ...(replyToId && { replyTo: replyToId }),
    request: {
      payload: (now) => ({ query, variables: send.variables({ ...input, ...now }) }),
      answered: (answer) => {
        data = answer as typeof data;
      },
    },
  });
  /** Another mutation has sent it already, or nobody is signed in: the server has the answer. */
  const ask = () =>
    parley.request<SendResult['data'], object>({ query }, send.variables(input)).then(
      (answer) => answered({ data: answer ?? null }),
      (error) => answered({ errors: errorsOf(error) }),
    );
  let unsubscribe: (() => void)[] | undefined;
  // Not at once, although it may have failed already: whoever is answered does not listen before this returns.
  queueMicrotask(() => {
    unsubscribe = [outgoing.state.subscribe(onState), parley.session.subscribe(onSession)];
    onState();
    onSession();
  });

  function end(): void {
    for (const stop of unsubscribe ?? []) stop();
    unsubscribe = undefined;
  }

  function onState(): void {
    const state = outgoing.state.get();
    if (state.status === 'sent') {
      end();
      if (data) answered({ data });
      else void ask();
    } else if (!parley.outbox.get().includes(outgoing)) {
      // It is given up, or its user is gone.
      end();
      outgoing.done.catch((why) => answered({ errors: errorsOf(why) }));
    } else if (state.status === 'failed') {
      answered(data ? { data } : { errors: errorsOf(state.why) });
      data = undefined;
    }
  }

  function onSession(): void {
    if (!unsubscribe || parley.session.get().status !== 'anonymous') return;
    end();
    outgoing.discard();
    void ask();
  }
}

function errorsOf(error: ParleyError): NonNullable<SendResult['errors']> {
  const { cause, message, code, retryable } = error;
  return Array.isArray(cause) ? cause : [{ message, ...{ extensions: { code, retryable } } }];
}
