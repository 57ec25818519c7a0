import { existsSync } from 'node:fs';
import type { Position } from '@fynlo/protocol/wire';
import type { EventLog } from '../event-log/event-log.ts';

/** A backup that passed its check. */
export interface HeldCopy {
  readonly path: string;
  readonly position: Position;
}

export interface HeldCopies {
  readonly hub: HeldCopy | undefined;
  readonly second: HeldCopy | undefined;
}

/**
 * Up to where this history is held by a backup that is still there, rather in the second folder than
 * beside the database; 0 when none holds it.
 */
export function newestHeld({ hub, second }: HeldCopies, log: EventLog): number {
  return heldBy(second, log) || heldBy(hub, log);
}

function heldBy(copy: HeldCopy | undefined, log: EventLog): number {
  if (!copy || !existsSync(copy.path)) return 0;
  const { seq, hash } = copy.position;
  return log.hashAt(seq) === hash ? seq : 0;
}
