import { useCallback, useEffect, useState } from 'react';
import type { BackupsInfo } from '@fynlo/protocol/wire';
import { useClient, useStatus } from '@fynlo/client/react';
import { callHub } from '../app/call-hub.ts';

const refreshMs = 20_000;

export interface BackupsSeen {
  /** `undefined` until the hub has answered once. */
  readonly info: BackupsInfo | undefined;
  readonly problem: string | null;
  readonly isBusy: boolean;
  readonly backUp: () => Promise<void>;
  readonly checkAll: () => Promise<void>;
  /** @returns why the folder was not taken, or null. */
  readonly chooseFolder: (folder: string | null) => Promise<string | null>;
}

/** What the hub knows of its backups, asked again now and then and after every restore. */
export function useBackups(token: string): BackupsSeen {
  const [info, setInfo] = useState<BackupsInfo>();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const client = useClient();
  const isConnected = useStatus().connection === 'CONNECTED';
  const historyId = client.position()?.historyId;

  const ask = useCallback(
    async (path: string, body?: object): Promise<string | null> => {
      const answer = await callHub<BackupsInfo>(token, `/api/v1/backups${path}`, body);
      if ('because' in answer) return answer.because;
      setInfo(answer);
      return null;
    },
    [token],
  );
  const doing = async (path: string): Promise<void> => {
    setBusy(true);
    setProblem(await ask(path, {}));
    setBusy(false);
  };

  useEffect(() => {
    if (!isConnected || historyId === undefined) return;
    const look = () => void ask('');
    look();
    const timer = setInterval(look, refreshMs);
    return () => clearInterval(timer);
  }, [ask, isConnected, historyId]);

  return {
    info,
    problem,
    isBusy,
    backUp: () => doing(''),
    checkAll: () => doing('/checks'),
    chooseFolder: (folder) => ask('/folder', { folder }),
  };
}
