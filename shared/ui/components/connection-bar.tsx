import { useState } from 'react';
import type { Settings } from '@fynlo/domain/settings';
import { formatClock } from '../format/index.ts';
import { t } from '../words/index.ts';
import { JoinAgainSheet } from './join-again-sheet.tsx';
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

export interface ConnectionBarProps {
  readonly seen: ConnectionSeen;
  readonly settings: Settings | undefined;
  readonly deviceName: string;
  readonly onTryNow: () => void;
  /** Joins with the code the hub shows. Resolves with why not, or with null. */
  readonly onJoinAgain: (code: string) => Promise<string | null>;
  /** What this screen has to tell beside the connection. */
  readonly details?: readonly (readonly [string, string])[];
  readonly notes?: readonly string[];
}

export function ConnectionBar({
  seen,
  settings,
  deviceName,
  onTryNow,
  onJoinAgain,
  details = [],
  notes = [],
}: ConnectionBarProps) {
  const [isJoining, setJoining] = useState(false);
  const state = useConnectionState(seen);
  const clock = (at: number) =>
    formatClock(at, settings ?? { locale: 'en-GB', timeZone: 'Europe/London' });
  const heardAt = seen.lastHeardAt === null ? null : clock(seen.lastHeardAt);
  const isStranger = seen.problem?.code === 'authentication-failed';
  return (
    <>
      <StatusBar
        state={isStranger ? 'not-joined' : state}
        unsent={seen.unsent}
        awaySince={heardAt}
        problem={seen.problem?.because ?? seen.storageProblem}
        action={isStranger ? t('joinAgain') : t('syncNow')}
        onAct={isStranger ? () => setJoining(true) : onTryNow}
        details={[
          ['This device', deviceName],
          ['Restaurant', settings?.name ?? '–'],
          ['Last heard from the hub', heardAt ?? 'not since it was opened'],
          ['Kept here and not yet answered', String(seen.unsent)],
          ...details,
        ]}
        notes={notes}
      />
      {isJoining && (
        <JoinAgainSheet
          unsent={seen.unsent}
          onJoin={onJoinAgain}
          onClose={() => setJoining(false)}
        />
      )}
    </>
  );
}

/** Each try to connect is no news: once away, it is away until the hub is heard. */
export function useConnectionState(seen: ConnectionSeen): ReturnType<typeof stateOf> {
  const state = stateOf(seen);
  const [isAway, setAway] = useState(false);
  const isStillAway = state === 'away' || (isAway && state === 'connecting');
  if (isStillAway !== isAway) setAway(isStillAway);
  return isStillAway ? 'away' : state;
}

/** `away` only once it has been away: the first connection is simply not there yet. */
export function stateOf(seen: ConnectionSeen): 'online' | 'connecting' | 'catching-up' | 'away' {
  if (seen.connection === 'CONNECTED') return seen.current ? 'online' : 'catching-up';
  const isFirst = seen.lastHeardAt === null && seen.connection !== 'RECONNECTING';
  return isFirst && seen.connection !== 'DISCONNECTED' ? 'connecting' : 'away';
}
