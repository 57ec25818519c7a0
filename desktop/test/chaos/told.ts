import { createHash } from 'node:crypto';
import type { DiskRecord } from './disk-shim.ts';
import { FrameReader, textOpcode } from './frames.ts';

/** What the world had been told by the hub at one moment, so what a crash then may not take back. */
export interface Told {
  /** The highest position anybody saw: every event up to it was answered for or shown. */
  readonly seq: number;
  /** For each client's port, the highest command number that got its final answer there. */
  readonly answeredNos: ReadonlyMap<number, number>;
  /** Hashes, in hex, of the tokens that were given to devices. */
  readonly tokenHashes: ReadonlySet<string>;
}

/**
 * Follows everything that left the hub's sockets. Bytes count as told from the moment the hub
 * handed them to the kernel, which is before anybody can have read them.
 */
export class ToldSoFar implements Told {
  seq = 0;
  readonly answeredNos = new Map<number, number>();
  readonly tokenHashes = new Set<string>();
  readonly #readers = new Map<number, FrameReader>();
  #saying: { readonly port: number; readonly bytes: Buffer } | undefined;

  /** Takes the next record. The attempt is read in full; the result says how much of it was new. */
  take({ kind, port, at, bytes }: DiskRecord): void {
    if (kind === 'says') this.#saying = { port, bytes };
    if (kind !== 'said' || this.#saying?.port !== port) return;
    this.#read(port, this.#saying.bytes.subarray(0, at));
    this.#saying = undefined;
  }

  /** A copy that stays as it is. */
  now(): Told {
    return {
      seq: this.seq,
      answeredNos: new Map(this.answeredNos),
      tokenHashes: new Set(this.tokenHashes),
    };
  }

  #read(port: number, bytes: Buffer): void {
    if (bytes.toString('latin1', 0, 12) === 'HTTP/1.1 101') {
      this.#readers.set(port, new FrameReader());
    }
    const reader = this.#readers.get(port);
    if (!reader) return this.#readHttp(bytes);
    for (const { opcode, payload } of reader.take(bytes)) {
      if (opcode === textOpcode) this.#readMessage(port, payload.toString());
    }
  }

  #readHttp(bytes: Buffer): void {
    const token = /"token":"([\w-]+)"/.exec(bytes.toString('latin1'))?.[1];
    if (token) this.tokenHashes.add(createHash('sha256').update(token).digest('hex'));
  }

  #readMessage(port: number, text: string): void {
    const message = JSON.parse(text) as {
      type: string;
      no?: number;
      seq?: number;
      position?: { seq: number };
    };
    if (message.position) this.seq = Math.max(this.seq, message.position.seq);
    if (message.type === 'ack' || message.type === 'refused') {
      const no = Math.max(this.answeredNos.get(port) ?? 0, message.no ?? 0);
      this.answeredNos.set(port, no);
      this.seq = Math.max(this.seq, message.seq ?? 0);
    }
  }
}
