import type { ErrorCode, JoinRequest, JoinResponse, WireError } from '@fynlo/protocol/wire';
import type { Session } from './session.ts';

export type Joined =
  | { readonly joined: true; readonly session: Session }
  | {
      readonly joined: false;
      /** `unreachable` when no hub answered. */
      readonly code: ErrorCode | 'unreachable';
      /** A sentence with what to do next. */
      readonly because: string;
    };

const unreachable = {
  joined: false,
  code: 'unreachable',
  because: 'The hub did not answer. Check that this device is on the restaurant’s Wi-Fi.',
} as const;
const answerWithinMs = 10_000;

/** Joins the restaurant whose hub this page came from, with the code shown on the hub. */
export async function join(request: JoinRequest): Promise<Joined> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch('/api/v1/join', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    body = await response.json();
  } catch {
    return unreachable;
  }
  if (!response.ok) {
    const { code, because } = body as WireError;
    return because ? { joined: false, code, because } : unreachable;
  }
  const { token, deviceId, role, restaurant } = body as JoinResponse;
  const { name, kind } = request;
  const session = { token, deviceId, name, kind, role, restaurant: restaurant.name };
  return { joined: true, session };
}
