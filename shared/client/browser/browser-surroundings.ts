import { livePath } from '@fynlo/protocol/wire';
import { systemSurroundings, type OpenSocket, type Surroundings } from '../connection/index.ts';

/** The machine's own, and the browser's word that the network or the person is back. */
export function browserSurroundings(): Surroundings {
  return { ...systemSurroundings(), onNudge: listenForReturn, knock };
}

export const openBrowserSocket: OpenSocket = (url) =>
  // The browser gives its handlers an event and a `this` that the port promises nothing about.
  new WebSocket(url) as unknown as ReturnType<OpenSocket>;

/** The hub that this page came from. */
export function hubUrl({ protocol, host }: Pick<Location, 'protocol' | 'host'> = location): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${livePath}`;
}

const answerWithinMs = 2_000;

async function knock(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    const { ok } = await fetch('/api/v1/health', { cache: 'no-store', signal });
    return ok;
  } catch {
    return false;
  }
}

function listenForReturn(listener: () => void): () => void {
  const onVisible = () => {
    if (document.visibilityState === 'visible') listener();
  };
  globalThis.addEventListener('online', listener);
  globalThis.addEventListener('pageshow', listener);
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    globalThis.removeEventListener('online', listener);
    globalThis.removeEventListener('pageshow', listener);
    document.removeEventListener('visibilitychange', onVisible);
  };
}
