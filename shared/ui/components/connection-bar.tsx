import type { Settings } from '@fynlo/domain/settings';
import { formatClock } from '../format/index.ts';
import { t } from '../words/index.ts';
import { StatusBar } from './status-bar.tsx';

/** What a screen knows of its connection to the hub. */
export interface ConnectionSeen {
  readonly connection:
    'DISCONNECTED' | 'CONNECTING' | 'AUTHENTICATING' | 'CONNECTED' | 'RECONNECTING';
  readonly since: number;
  readonly lastHeardAt: number | null;
  readonly current: boolean;
  readonly unsent: number;
  readonly problem: { readonly code: string; readonly because: string } | null;
  readonly storageProblem: string | null;
}

export function ConnectionBar({
  seen,
  settings,
  deviceName,
  onTryNow,
  onJoinAgain,
}: {
  seen: ConnectionSeen;
  settings: Settings | undefined;
  deviceName: string;
  onTryNow: () => void;
  onJoinAgain: () => void;
}) {
  const clock = (at: number) =>
    formatClock(at, settings ?? { locale: 'en-GB', timeZone: 'Europe/London' });
  const state = stateOf(seen);
  const isStranger = seen.problem?.code === 'authentication-failed';
  return (
    <StatusBar
      state={state}
      unsent={seen.unsent}
      awaySince={clock(seen.lastHeardAt ?? seen.since)}
      problem={seen.problem?.because ?? seen.storageProblem}
      action={isStranger ? t('joinAgain') : t('syncNow')}
      onAct={isStranger ? onJoinAgain : onTryNow}
      details={[
        ['This device', deviceName],
        ['Restaurant', settings?.name ?? '–'],
        [
          'Last heard from the hub',
          seen.lastHeardAt === null ? 'not yet' : clock(seen.lastHeardAt),
        ],
        ['Kept here and not yet answered', String(seen.unsent)],
      ]}
    />
  );
}

/** `away` only once it has been away: the first connection is simply not there yet. */
export function stateOf(seen: ConnectionSeen): 'online' | 'connecting' | 'catching-up' | 'away' {
  if (seen.connection === 'CONNECTED') return seen.current ? 'online' : 'catching-up';
  const isFirst = seen.lastHeardAt === null && seen.connection !== 'RECONNECTING';
  return isFirst && seen.connection !== 'DISCONNECTED' ? 'connecting' : 'away';
}
