import type { ClientId, DeviceId } from '@fynlo/domain';
import type { Outcome } from '@fynlo/client/connection';
import type { WireCommand } from '@fynlo/protocol/wire';

/** A number a command went out under. A client that took a new id gave its commands new ones. */
export interface CommandName {
  readonly device: DeviceId;
  readonly clientId: ClientId;
  readonly no: number;
}

/** One command and what its client was told of it: a client's own record, for the judge. */
export interface Said {
  readonly command: WireCommand;
  /** Every name it ever had; at most one of them may have had an effect. */
  readonly names: CommandName[];
  /** What the hub answered; undefined while it has not. */
  outcome: Outcome | undefined;
  readonly askedAt: number;
  answeredAt: number | undefined;
}

export function nameKey({ device, clientId, no }: CommandName): string {
  return `${device}/${clientId}/${no}`;
}
