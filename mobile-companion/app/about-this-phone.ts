import { t } from '@fynlo/ui/words';
import type { Keeping, OpensWithoutHub } from './kept-app.ts';

const short: Record<OpensWithoutHub, string> = {
  yes: t('withoutHubYes'),
  'not-yet': t('withoutHubNotYet'),
  'connection-not-secure': t('withoutHubNo'),
  'browser-does-not-keep': t('withoutHubNo'),
};

/** What the connection's details tell of this phone: before the service, not in the middle of it. */
export function aboutThisPhone({
  version,
  keeping: { opensWithoutHub },
  isStorageSafe,
}: {
  version: string;
  keeping: Keeping;
  isStorageSafe: boolean | null;
}) {
  return {
    details: [
      [t('withoutHub'), short[opensWithoutHub]],
      ['Version', version],
    ] as const,
    notes: [
      ...(opensWithoutHub === 'connection-not-secure' ? [t('connectionNotSecure')] : []),
      ...(opensWithoutHub === 'browser-does-not-keep' ? [t('browserDoesNotKeep')] : []),
      ...(isStorageSafe === false ? [t('storageNotSafe')] : []),
    ],
  };
}
