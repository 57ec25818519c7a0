import type { EventId } from '@fynlo/domain';

const poolSize = 16 * 256;

/** Makes UUIDv7s (RFC 9562) whose time is the event's own. Random bytes are drawn 256 ids at a time. */
export class EventIds {
  readonly #fillRandom: (bytes: Buffer) => void;
  readonly #pool = Buffer.alloc(poolSize);
  #used = poolSize;

  constructor(fillRandom: (bytes: Buffer) => void) {
    this.#fillRandom = fillRandom;
  }

  next(timeMs: number): EventId {
    if (this.#used === poolSize) {
      this.#fillRandom(this.#pool);
      this.#used = 0;
    }
    return uuidV7(timeMs, this.#pool.subarray(this.#used, (this.#used += 16))) as EventId;
  }
}

/** Turns 16 random bytes, in place, into an id that sorts by its time. */
export function uuidV7(timeMs: number, bytes: Buffer): string {
  bytes.writeUIntBE(timeMs, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
