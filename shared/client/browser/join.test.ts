import type { DeviceId } from '@fynlo/domain';
import { wireError } from '@fynlo/protocol/wire';
import { afterEach, expect, test, vi } from 'vitest';
import { browserSurroundings, hubUrl } from './browser-surroundings.ts';
import { join } from './join.ts';
import { recallSession, rememberSession } from './session.ts';

const request = { code: '123456', name: 'Phone 2', kind: 'phone' } as const;
const deviceId = '0193a5b0-0000-7000-8000-000000000001' as DeviceId;

afterEach(() => vi.unstubAllGlobals());

test('[H10] joining gives the session that this device keeps', async () => {
  const fetch = stubFetch(200, {
    token: 'secret',
    deviceId,
    role: 'waiter',
    restaurant: { historyId: 'h', name: 'The Copper Kettle' },
  });
  expect(await join(request)).toEqual({
    joined: true,
    session: {
      token: 'secret',
      deviceId,
      name: 'Phone 2',
      kind: 'phone',
      role: 'waiter',
      restaurant: 'The Copper Kettle',
    },
  });
  expect(fetch).toHaveBeenCalledWith('/api/v1/join', expect.objectContaining({ method: 'POST' }));
});

test('[H10] a wrong code is answered with the hub’s sentence', async () => {
  const error = wireError('wrong-join-code');
  stubFetch(403, error);
  expect(await join(request)).toEqual({ joined: false, ...error });
});

test('[H10] no answer, or one that is not the hub’s, says what to do', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  expect(await join(request)).toMatchObject({ joined: false, code: 'unreachable' });
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>Log in to the hotel Wi-Fi')));
  expect(await join(request)).toMatchObject({ joined: false, code: 'unreachable' });
});

test('[H10] a browser without a database remembers the session for each screen by itself', async () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  const session = { token: 't', deviceId, name: 'Pass', kind: 'kitchen', role: 'kitchen' } as const;
  await rememberSession('kitchen', { ...session, restaurant: 'The Copper Kettle' });
  expect(await recallSession('kitchen')).toMatchObject(session);
  expect(await recallSession('till')).toBeUndefined();
  kept.set('fynlo-session-till', '{"half');
  expect(await recallSession('till')).toBeUndefined();
});

test('[H10] a browser that refuses to keep a session does not break the screen', async () => {
  vi.stubGlobal('localStorage', { getItem: refusing, setItem: refusing });
  const session = { token: 't', deviceId, name: 'Pass', kind: 'till', role: 'manager' } as const;
  await rememberSession('till', { ...session, restaurant: '' });
  expect(await recallSession('till')).toBeUndefined();
});

test('[D3] the hub is where the page came from', () => {
  expect(hubUrl({ protocol: 'http:', host: '192.168.1.20:4747' })).toBe(
    'ws://192.168.1.20:4747/api/v1/live',
  );
  expect(hubUrl({ protocol: 'https:', host: 'kettle.local' })).toMatch(/^wss:/);
});

test('[H12] the browser’s word that network or person is back is heard until the client stops', () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  const frame = new EventTarget();
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', frame.addEventListener.bind(frame));
  vi.stubGlobal('removeEventListener', frame.removeEventListener.bind(frame));
  let nudges = 0;
  const stop = browserSurroundings().onNudge?.(() => nudges++);
  frame.dispatchEvent(new Event('online'));
  page.dispatchEvent(new Event('visibilitychange'));
  expect(nudges).toBe(1);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  frame.dispatchEvent(new Event('pageshow'));
  expect(nudges).toBe(3);
  stop?.();
  for (const name of ['online', 'pageshow']) frame.dispatchEvent(new Event(name));
  page.dispatchEvent(new Event('visibilitychange'));
  expect(nudges).toBe(3);
});

function refusing(): never {
  throw new DOMException('denied', 'SecurityError');
}

function stubFetch(status: number, body: unknown) {
  const fetch = vi.fn(() => Promise.resolve(Response.json(body, { status })));
  vi.stubGlobal('fetch', fetch);
  return fetch;
}
