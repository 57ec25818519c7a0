import type { Scheduler } from './scheduler.ts';

type Operation =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly size: number };

interface DiskFile {
  /** What a reader sees now. */
  seen: Bytes;
  /** What a power cut leaves for certain. */
  flushed: Bytes;
  /** Written since the last flush, in order: a power cut may keep any of it. */
  unflushed: Operation[];
}

export type DiskAnswer = 'done' | 'full' | 'failed';

/** What a disk did to its owner, for the proof that it happened. */
export interface DiskCounts {
  writes: number;
  flushes: number;
  dropped: number;
  torn: number;
  failed: number;
  full: number;
}

const sectorBytes = 512;

/**
 * A disk that tells written from flushed. A power cut keeps what was flushed and, of the rest, any
 * part in any order, also half a page. It can be full, and it can fail at the n-th operation.
 */
export class Disk {
  readonly counts: DiskCounts = { writes: 0, flushes: 0, dropped: 0, torn: 0, failed: 0, full: 0 };
  isFull = false;
  /** Every operation fails: its owner is gone or the cable is out. */
  isDead = false;
  /** Fails the operation after so many; `null` for none. */
  failIn: number | null = null;
  /** Asked at every operation; may cut the power there. */
  onOperation: () => void = () => undefined;
  /** A planted bug: says “flushed” and does not. */
  liesAboutFlush = false;
  #files = new Map<string, DiskFile>();

  /** A copy of what is flushed: a disk to begin an evening with. */
  static from(files: ReadonlyMap<string, Uint8Array>): Disk {
    const disk = new Disk();
    for (const [name, bytes] of files) {
      disk.#files.set(name, {
        seen: Bytes.from(bytes),
        flushed: Bytes.from(bytes),
        unflushed: [],
      });
    }
    return disk;
  }

  exists(name: string): boolean {
    return this.#files.has(name);
  }

  create(name: string): void {
    if (this.#files.has(name)) return;
    this.#files.set(name, { seen: new Bytes(), flushed: new Bytes(), unflushed: [] });
  }

  remove(name: string): void {
    this.#files.delete(name);
  }

  size(name: string): number {
    return this.#files.get(name)?.seen.size ?? 0;
  }

  /** Copies what there is into `target` and returns how much that was. */
  read(name: string, target: Uint8Array, at: number): number {
    return this.#must(name).seen.read(target, at);
  }

  write(name: string, at: number, bytes: Uint8Array): DiskAnswer {
    this.onOperation();
    const file = this.#must(name);
    if (this.#fails()) return 'failed';
    if (this.isFull && at + bytes.length > file.seen.size) {
      this.counts.full++;
      return 'full';
    }
    this.counts.writes++;
    const copy = bytes.slice();
    file.seen.write(at, copy);
    file.unflushed.push({ kind: 'write', at, bytes: copy });
    return 'done';
  }

  truncate(name: string, size: number): DiskAnswer {
    this.onOperation();
    if (this.#fails()) return 'failed';
    const file = this.#must(name);
    file.seen.truncate(size);
    file.unflushed.push({ kind: 'truncate', size });
    return 'done';
  }

  flush(name: string): DiskAnswer {
    this.onOperation();
    const file = this.#must(name);
    if (this.#fails()) return 'failed';
    this.counts.flushes++;
    if (this.liesAboutFlush) return 'done';
    for (const operation of file.unflushed) apply(file.flushed, operation);
    file.unflushed = [];
    return 'done';
  }

  /** The power goes: what is left is all there is from now on. */
  cutPower(scheduler: Scheduler): void {
    for (const file of this.#files.values()) {
      const style = scheduler.below(4);
      for (const operation of file.unflushed) {
        // Nothing, everything, or any part of it.
        if (style === 0 || (style > 1 && scheduler.chance(0.5))) {
          this.counts.dropped++;
        } else if (style === 3 && operation.kind === 'write' && scheduler.chance(0.5)) {
          this.counts.torn++;
          const sectors = Math.ceil(operation.bytes.length / sectorBytes);
          const kept = operation.bytes.subarray(0, scheduler.below(sectors) * sectorBytes);
          apply(file.flushed, { ...operation, bytes: kept });
        } else {
          apply(file.flushed, operation);
        }
      }
      file.unflushed = [];
      file.seen = file.flushed.copy();
    }
    this.failIn = null;
  }

  /** The process ends and the machine does not: what was written is there. */
  endProcess(): void {
    this.failIn = null;
  }

  /** What is there now, file by file. */
  copyAll(): Map<string, Uint8Array> {
    return new Map([...this.#files].map(([name, { seen }]) => [name, seen.bytes()]));
  }

  #fails(): boolean {
    if (this.isDead) return true;
    if (this.failIn === null || this.failIn-- > 0) return false;
    this.failIn = null;
    this.counts.failed++;
    // After one failure nothing more is believed of this disk until its owner starts anew.
    this.isDead = true;
    return true;
  }

  #must(name: string): DiskFile {
    const file = this.#files.get(name);
    if (!file) throw new Error(`${name} is not on the simulated disk.`);
    return file;
  }
}

/** Bytes that grow. */
class Bytes {
  size = 0;
  #data = new Uint8Array(0);

  static from(bytes: Uint8Array): Bytes {
    const made = new Bytes();
    made.write(0, bytes);
    return made;
  }

  read(target: Uint8Array, at: number): number {
    const length = Math.max(0, Math.min(target.length, this.size - at));
    target.set(this.#data.subarray(at, at + length));
    return length;
  }

  write(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length;
    if (end > this.#data.length) {
      const larger = new Uint8Array(Math.max(end, this.#data.length * 2, 16_384));
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data.set(bytes, at);
    this.size = Math.max(this.size, end);
  }

  truncate(size: number): void {
    if (size < this.size) this.#data.fill(0, size, this.size);
    this.size = size;
  }

  bytes(): Uint8Array {
    return this.#data.slice(0, this.size);
  }

  copy(): Bytes {
    return Bytes.from(this.#data.subarray(0, this.size));
  }
}

function apply(file: Bytes, operation: Operation): void {
  if (operation.kind === 'write') file.write(operation.at, operation.bytes);
  else file.truncate(operation.size);
}
