import { useCallback, useEffect, useRef, useState } from 'react';
import {
  join,
  openBrowserClient,
  openBrowserStorage,
  recallSession,
  rememberSession,
  type AppName,
  type Session,
} from '../browser/index.ts';
import type { Client } from '../connection/index.ts';
import { takeJoinCode } from './join-code.ts';

export interface DeviceOptions {
  readonly app: AppName;
  readonly build: string;
  readonly suggestedName: string;
  readonly subscribe?: readonly string[];
}

/** Where a browser is on its way to being a till, a phone or a kitchen screen. */
export type DeviceState =
  | { readonly is: 'opening' }
  | {
      readonly is: 'stranger';
      readonly because: string | null;
      readonly joining: boolean;
      readonly join: (code: string, name: string) => void;
    }
  /** Another tab of this browser is this device at the moment. */
  | { readonly is: 'elsewhere'; readonly useHere: () => void }
  | { readonly is: 'open'; readonly client: Client; readonly session: Session };

/** Joins by the code in the address, by hand, or not at all when this browser has joined before. */
export function useDevice({ app, build, suggestedName, subscribe }: DeviceOptions): DeviceState {
  const [state, setState] = useState<DeviceState>({ is: 'opening' });
  const isGone = useRef(false);
  const topics = subscribe?.join();

  const open = useCallback(
    async (session: Session, takeOver: boolean): Promise<void> => {
      const opened = await openBrowserStorage(app, { takeOver });
      const useHere = () => void open(session, true);
      if (opened.state === 'open-in-another-tab') return setState({ is: 'elsewhere', useHere });
      const client = await openBrowserClient({
        session,
        build,
        storage: opened.storage,
        ...(topics !== undefined && { subscribe: topics.split(',') }),
      });
      if (isGone.current) return void client.close();
      setState({ is: 'open', client, session });
      await opened.taken;
      await client.close();
      setState({ is: 'elsewhere', useHere });
    },
    [app, build, topics],
  );

  const joinWith = useCallback(
    async (code: string, name: string): Promise<void> => {
      const again = (because: string | null, joining: boolean) =>
        setState({
          is: 'stranger',
          because,
          joining,
          join: (nextCode, nextName) => void joinWith(nextCode, nextName),
        });
      if (code === '') return again(null, false);
      again(null, true);
      const answer = await join({ code, name, kind: app });
      if (!answer.joined) return again(answer.because, false);
      rememberSession(app, answer.session);
      await open(answer.session, false);
    },
    [app, open],
  );

  useEffect(() => {
    isGone.current = false;
    const code = takeJoinCode();
    const session = recallSession(app);
    if (session) void open(session, false);
    else void joinWith(code ?? '', suggestedName);
    return () => {
      isGone.current = true;
    };
  }, [app, open, joinWith, suggestedName]);

  return state;
}
