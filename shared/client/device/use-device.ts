import { useEffect, useState } from 'react';
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
  | OpenDevice;

export interface OpenDevice {
  readonly is: 'open';
  readonly client: Client;
  readonly session: Session;
  /**
   * For a device the hub does not know any more: joins with the code the hub shows, in place. Until
   * that succeeds nothing is forgotten, and the queue stays and goes out under the new token.
   * Resolves with why not, or with null.
   */
  readonly joinAgain: (code: string) => Promise<string | null>;
  /** Whether the browser promised never to clear what is kept here; null where it cannot say. */
  readonly isStorageSafe: Promise<boolean | null>;
}

/** Joins by the code in the address, by hand, or not at all when this browser has joined before. */
export function useDevice({ app, build, suggestedName, subscribe }: DeviceOptions): DeviceState {
  const [state, setState] = useState<DeviceState>({ is: 'opening' });
  const topics = subscribe?.join();
  useEffect(
    () =>
      walkIn(
        { app, build, suggestedName, ...(topics && { subscribe: topics.split(',') }) },
        setState,
      ),
    [app, build, suggestedName, topics],
  );
  return state;
}

/** The whole way in, told step by step. Returns the way to leave, which closes what is open. */
function walkIn(
  { app, build, suggestedName, subscribe }: DeviceOptions,
  tell: (state: DeviceState) => void,
): () => void {
  let isGone = false;
  let client: Client | undefined;
  const tellIfHere = (state: DeviceState) => {
    if (!isGone) tell(state);
  };

  const open = async (session: Session, takeOver: boolean): Promise<void> => {
    const opened = await openBrowserStorage(app, { takeOver });
    const useHere = () => void takeOverAs(session);
    if (opened.state === 'open-in-another-tab') return tellIfHere({ is: 'elsewhere', useHere });
    const { storage, isSafe } = opened;
    const here = await openBrowserClient({
      session,
      build,
      storage,
      ...(subscribe && { subscribe }),
    });
    client = here;
    if (isGone) return here.close();
    const joinAgain = async (code: string): Promise<string | null> => {
      const answer = await join({ code, name: session.name, kind: app });
      if (!answer.joined) return answer.because;
      await rememberSession(app, answer.session);
      here.renewToken(answer.session);
      tellOpen(answer.session);
      return null;
    };
    const tellOpen = (as: Session) =>
      tellIfHere({ is: 'open', client: here, session: as, joinAgain, isStorageSafe: isSafe });
    tellOpen(session);
    if (code !== null) whenRefused(here, () => void joinAgain(code));
    await opened.taken;
    await here.close();
    tellIfHere({ is: 'elsewhere', useHere });
  };
  const takeOverAs = async (session: Session): Promise<void> => {
    // The other tab may have joined again meanwhile.
    await open((await recallSession(app)) ?? session, true);
  };
  const askForCode = (because: string | null, joining: boolean) =>
    tellIfHere({
      is: 'stranger',
      because,
      joining,
      join: (code, name) => void joinWith(code, name),
    });
  const joinWith = async (code: string, name: string): Promise<void> => {
    askForCode(null, true);
    const answer = await join({ code, name, kind: app });
    if (!answer.joined) return askForCode(answer.because, false);
    await rememberSession(app, answer.session);
    await open(answer.session, false);
  };

  const code = takeJoinCode();
  const start = async (): Promise<void> => {
    const session = await recallSession(app);
    if (session) return open(session, false);
    if (code !== null) return joinWith(code, suggestedName);
    askForCode(null, false);
  };
  void start();
  return () => {
    isGone = true;
    void client?.close();
  };
}

/** A refused device that came by a fresh QR code has what it needs to join again, once. */
function whenRefused(client: Client, joinAgain: () => void): void {
  const stop = client.onChange(() => {
    const { problem, connection } = client.status();
    if (problem?.code !== 'authentication-failed' && connection !== 'CONNECTED') return;
    stop();
    if (problem) joinAgain();
  });
}
