import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { createApiKey } from '../../src/admin/create-key.ts';
import { globalId } from '../../src/base/ids.ts';
import { CreateSessionForDocument, type CreateSessionForInput, UpsertUserDocument } from '../generated/graphql.ts';
import { ask } from './person.ts';
import type { TestServer } from './server.ts';

/** The backend of a host application, with an API key. */
export class Backend {
  readonly key: string;
  readonly keyId: string;
  readonly userId: string;
  readonly #url: string;

  private constructor(url: string, { key, apiKey }: Awaited<ReturnType<typeof createApiKey>>) {
    this.#url = url;
    this.key = key;
    this.keyId = globalId('ApiKey', apiKey.id);
    this.userId = globalId('User', apiKey.userId);
  }

  /** Creates the key as the command line does: in the database. */
  static async of({ url, app }: TestServer, name = 'Backend'): Promise<Backend> {
    return new Backend(url, await createApiKey(app.services.prisma, { name }));
  }

  tryAsk<Data, Variables>(document: TypedDocumentNode<Data, Variables> | string, variables?: Variables) {
    return ask(this.#url, document, variables, this.key);
  }

  async ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables?: Variables): Promise<Data> {
    const { data, errors } = await this.tryAsk(document, variables);
    if (errors) throw new Error(`The backend got: ${errors.map(({ message }) => message).join('; ')}`);
    return data;
  }

  /** Creates or updates a user, and returns the payload. */
  async upsert(externalId: string, displayName: string, username?: string) {
    const input = { externalId, displayName, username };
    return (await this.ask(UpsertUserDocument, { input })).upsertUser;
  }

  /** Signs a user in, and returns the payload. */
  async signIn(userId: string, device: Partial<CreateSessionForInput> = {}) {
    return (await this.ask(CreateSessionForDocument, { input: { userId, ...device } })).createSessionFor;
  }
}
