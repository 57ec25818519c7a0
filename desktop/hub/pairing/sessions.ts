import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ClientId, DeviceId } from '@fynlo/domain';
import { roleOf, type DeviceKind } from '@fynlo/domain/device';
import { wireError, type WireError } from '@fynlo/protocol/wire';
import type { CommandRoad } from '../commands/command-road.ts';
import type { WritableDb } from '../db/open-database.ts';
import { uuidV7 } from '../event-log/event-id.ts';
import { Attempts } from './attempts.ts';
import { isSameCode, openJoinCode } from './join-code.ts';
import type { Session } from './session.ts';

export interface JoinRequested {
  readonly code: string;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly address: string;
}

export interface JoinedDevice {
  readonly token: string;
  readonly session: Session;
}

/** The hub itself, when it does what nobody asked a device to do. */
export const hubSession: Session = {
  deviceId: '00000000-0000-7000-8000-000000000000' as DeviceId,
  kind: 'till',
  role: 'manager',
};

/**
 * Decides who may join and who is who. The one place that pairing with keys and PINs will change:
 * everything else asks for a `Session` and never for a token or a code.
 */
export class Sessions {
  readonly joinCode: string;
  readonly #road: CommandRoad;
  readonly #now: () => number;
  readonly #attempts = new Attempts();
  readonly #devices = new Map<string, DeviceId>();
  readonly #insertToken;

  constructor(db: WritableDb, road: CommandRoad, now: () => number) {
    this.#road = road;
    this.#now = now;
    this.joinCode = openJoinCode(db);
    this.#insertToken = db.prepare(
      'INSERT INTO device_token (token_hash, device_id, created_at) VALUES (?, ?, ?)',
    );
    const rows = db.prepare('SELECT token_hash, device_id FROM device_token').all();
    for (const row of rows as { token_hash: Buffer; device_id: DeviceId }[]) {
      this.#devices.set(row.token_hash.toString('hex'), row.device_id);
    }
  }

  /** The device a token belongs to. Only the token's hash is kept, so a copied disk opens nothing. */
  authenticate(token: string): Session | undefined {
    const deviceId = this.#devices.get(hashOf(token).toString('hex'));
    const device = deviceId && this.#road.state.device(deviceId);
    if (!device) return undefined;
    return { deviceId: device.id, kind: device.kind, role: roleOf(device.kind) };
  }

  async join({ code, name, kind, address }: JoinRequested): Promise<JoinedDevice | WireError> {
    const now = this.#now();
    const seconds = this.#attempts.waitSeconds(address, now);
    if (seconds > 0) return wireError('too-many-attempts', { seconds });
    if (!isSameCode(code, this.joinCode)) {
      this.#attempts.addWrong(address, now);
      return wireError('wrong-join-code');
    }
    const deviceId = uuidV7(now, randomBytes(16)) as DeviceId;
    const answer = await this.#road.submit({
      clientId: randomUUID() as ClientId,
      no: 1,
      command: { type: 'device.join', deviceId, name, kind },
      session: hubSession,
    });
    if (answer.kind === 'cannot-now') return answer.error;
    if (answer.kind !== 'accepted') return wireError('internal');
    const token = randomBytes(32).toString('base64url');
    const tokenHash = hashOf(token);
    this.#insertToken.run(tokenHash, deviceId, now);
    this.#devices.set(tokenHash.toString('hex'), deviceId);
    return { token, session: { deviceId, kind, role: roleOf(kind) } };
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
