import { globalId, innerId } from '../base/ids.ts';
import type { ApiKey } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { createApiKey } from './create-key.ts';
import { ApiKeyNode } from './node.ts';
import { requireAdminUntilCommit } from './require-admin.ts';
import { revokeApiKey } from './revoke-key.ts';

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'The API key to create.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'What the key is for, 1 to 80 characters; also the display name of its user.',
    }),
  }),
});

const CreateApiKeyPayload = payloadType<{ apiKey: ApiKey; key: string }>(
  'CreateApiKeyPayload',
  'The result of `createApiKey`.',
  (t) => ({
    apiKey: t.field({
      type: ApiKeyNode,
      nullable: true,
      description: 'The API key; null if the mutation failed.',
      resolve: ({ apiKey }) => apiKey,
    }),
    key: t.string({
      nullable: true,
      description:
        'The key itself, for `Authorization: Bearer …` over HTTP and `connectionParams.token` over WebSocket. It is shown only here: the server stores a hash. Null if the mutation failed.',
      resolve: ({ key }) => key,
    }),
  }),
);

mutation('createApiKey', {
  description:
    'Creates an API key for the backend of a host application, with the rights of an administrator. Only for administrators and API keys.',
  input: CreateApiKeyInput,
  payload: CreateApiKeyPayload,
  run: (context, input) =>
    context.services.prisma.$transaction(async (tx) => {
      await requireAdminUntilCommit(context, tx);
      return createApiKey(tx, input);
    }),
});

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'The API key to end.',
  fields: (t) => ({ apiKeyId: t.id({ required: true, description: 'Global id of the API key.' }) }),
});

const RevokeApiKeyPayload = payloadType<{ revokedApiKeyId: string }>(
  'RevokeApiKeyPayload',
  'The result of `revokeApiKey`.',
  (t) => ({
    revokedApiKeyId: t.id({
      nullable: true,
      description: 'Global id of the API key that ended; null if the mutation failed.',
      resolve: ({ revokedApiKeyId }) => revokedApiKeyId && globalId('ApiKey', revokedApiKeyId),
    }),
  }),
);

mutation('revokeApiKey', {
  description:
    'Ends an API key on every node, with its connections and the sessions of its user. Only for administrators and other API keys: a key cannot end itself.',
  input: RevokeApiKeyInput,
  payload: RevokeApiKeyPayload,
  run: async (context, { apiKeyId }) => ({
    revokedApiKeyId: await revokeApiKey(context, innerId('ApiKey', apiKeyId, ['apiKeyId'])),
  }),
});
