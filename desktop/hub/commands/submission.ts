import type { ClientId, Command, Refusal } from '@fynlo/domain';
import type { WireError } from '@fynlo/protocol/wire';
import type { Session } from '../pairing/session.ts';

/** One numbered command on its way down the road, already parsed; or the refusal parsing gave. */
export interface Submission {
  readonly clientId: ClientId;
  /** Contiguous from 1 for each client. */
  readonly no: number;
  readonly command: Command | Refusal;
  readonly session: Session;
  readonly correlationId?: string;
}

export type Answer =
  /** On disk; its events, if any, end at `seq`. */
  | { readonly kind: 'accepted'; readonly seq: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'resync'; readonly last: number }
  | { readonly kind: 'cannot-now'; readonly error: WireError; readonly retryAfterMs: number };
