import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { waitForOtherNodes } from '../storage/retry-locked.ts';

interface SecretSources {
  config: Pick<Config, 'jwtSecret' | 'dataDir'>;
  prisma: PrismaClient;
  log: Logger;
}

const key = 'jwtSecret';

/**
 * Returns the secret that signs access tokens: from the configuration, or else from the database. The first start creates
 * the one in the database, so that all nodes share it and tokens stay valid on a new machine. Anyone who has the secret can
 * sign in as any user.
 */
export async function signingSecret({ config, prisma, log }: SecretSources): Promise<string> {
  if (config.jwtSecret) {
    log.info('access tokens are signed with AUTH_JWT_SECRET');
    return config.jwtSecret;
  }
  const secret = (await readSecret(prisma)) ?? (await keepSecret(prisma, await firstSecret(config.dataDir, log)));
  log.info('access tokens are signed with the secret in the database (table ServerSetting)');
  return secret;
}

async function readSecret(prisma: PrismaClient): Promise<string | null> {
  const row = await prisma.serverSetting.findUnique({ where: { key } });
  if (row && row.value.length < 32) throw new Error(unusable('The row jwtSecret of the table ServerSetting'));
  return row?.value ?? null;
}

/** Stores the secret unless another node has stored one, and returns the stored one. */
async function keepSecret(prisma: PrismaClient, secret: string): Promise<string> {
  const data = [{ key, value: secret }];
  await waitForOtherNodes(() => prisma.serverSetting.createMany({ data, skipDuplicates: true }));
  return (await readSecret(prisma)) ?? secret;
}

/**
 * Returns the secret that versions until 0.1 stored in `dataDir`, so that its tokens stay valid. If there is none,
 * returns a new secret.
 */
async function firstSecret(dataDir: string, log: Logger): Promise<string> {
  const file = join(dataDir, 'jwt-secret');
  const earlier = await readFile(file, 'utf8').catch(nullIfAbsent);
  if (earlier === null) return randomBytes(48).toString('base64url');
  if (earlier.length < 32) throw new Error(unusable(file));
  log.info(`the secret in ${file} is now kept in the database; the file is no longer needed`);
  return earlier;
}

const unusable = (place: string) =>
  `${place} has fewer than 32 characters. Delete it; all users must then sign in again.`;

function nullIfAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
