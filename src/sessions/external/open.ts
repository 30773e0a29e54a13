import type { Opening } from '../../base/opening.ts';
import { throttledWarning } from '../../base/throttled-warning.ts';
import type { ProviderConfig } from '../../config.ts';
import type { Pool } from '../../storage/pool.ts';
import type { Users } from '../../users/open.ts';
import { deviceOpener } from './open-devices.ts';
import { ProviderKeys } from './provider-keys.ts';
import type { ExternalSignIns } from './sign-in.ts';
import { externalVerifier } from './verify.ts';

/** Opens what signs in users of the identity provider and of the host, as the configuration says. */
export function openExternalSignIns(
  opening: Opening,
  { pool, users }: { pool: Pick<Pool, 'transaction'>; users: Users },
): ExternalSignIns {
  const { config, log } = opening;
  const onFault = throttledWarning(log, { message: 'a token could not be verified', everyMs: 1000 });
  const provider = config.provider && { ...config.provider, keys: openKeys(opening, config.provider) };
  return {
    verify: externalVerifier({ hostSecret: config.jwtSecret, provider, onFault }),
    open: deviceOpener(pool.transaction, users.announce),
  };
}

function openKeys({ log, onClose }: Opening, provider: ProviderConfig): ProviderKeys {
  const addresses = [provider.issuer, provider.jwksUrl].filter((address) => address !== null);
  for (const address of addresses) if (address.startsWith('http:')) log.warn(unencrypted(address));
  const onFailure = throttledWarning(log, {
    message: 'the keys of the identity provider are not known',
    everyMs: 1000,
  });
  log.info(provider, 'tokens of the identity provider are accepted');
  const keys = new ProviderKeys({ provider, onFailure });
  onClose(() => keys.close());
  return keys;
}

const unencrypted = (address: string) =>
  `${address} is read without encryption: whoever can change the answer can sign in as any user`;
