import type { Scheduler } from './scheduler.ts';

type Operation =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly size: number };

/** One thing a disk was asked for, as it was done. */
export type DiskOperation = { readonly name: string } & (
  Operation | { readonly kind: 'create' | 'remove' | 'flush' }
);

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
  /** Told of everything that was done: for a recording. */
  onDone: (operation: DiskOperation) => void = () => undefined;
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
    this.onDone({ name, kind: 'create' });
  }

  remove(name: string): void {
    this.#files.delete(name);
    this.onDone({ name, kind: 'remove' });
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
    this.onDone({ name, kind: 'write', at, bytes: copy });
    return 'done';
  }

  truncate(name: string, size: number): DiskAnswer {
    this.onOperation();
    if (this.#fails()) return 'failed';
    const file = this.#must(name);
    file.seen.truncate(size);
    file.unflushed.push({ kind: 'truncate', size });
    this.onDone({ name, kind: 'truncate', size });
    return 'done';
  }

  flush(name: string): DiskAnswer {
    this.onOperation();
    const file = this.#must(name);
    if (this.#fails()) return 'failed';
    this.counts.flushes++;
    for (const operation of file.unflushed) apply(file.flushed, operation);
    file.unflushed = [];
    this.onDone({ name, kind: 'flush' });
    return 'done';
  }

  /** Does again what another disk did. */
  redo(operation: DiskOperation): void {
    const { name } = operation;
    switch (operation.kind) {
      case 'create':
        return this.create(name);
      case 'remove':
        return this.remove(name);
      case 'flush':
        return void this.flush(name);
      case 'write':
        return void this.write(name, operation.at, operation.bytes);
      case 'truncate':
        return void this.truncate(name, operation.size);
    }
  }

  hasUnflushed(): boolean {
    return [...this.#files.values()].some(({ unflushed }) => unflushed.length > 0);
  }

  /** Another disk, as this one would be if the power went now. */
  afterPowerCut(scheduler: Scheduler): Disk {
    const left = new Disk();
    for (const [name, { flushed, unflushed }] of this.#files) {
      const file = { seen: new Bytes(), flushed: flushed.copy(), unflushed: [...unflushed] };
      left.#files.set(name, file);
    }
    left.cutPower(scheduler);
    return left;
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

const pageBytes = 4_096;

/** Bytes that grow, in pages that copies share until one of them writes. */
class Bytes {
  size = 0;
  #pages: (Uint8Array | undefined)[] = [];
  /** Pages that nobody else has. */
  #own = new Set<number>();

  static from(bytes: Uint8Array): Bytes {
    const made = new Bytes();
    made.write(0, bytes);
    return made;
  }

  read(target: Uint8Array, at: number): number {
    const length = Math.max(0, Math.min(target.length, this.size - at));
    for (let done = 0; done < length;) {
      const within = (at + done) % pageBytes;
      const part = Math.min(pageBytes - within, length - done);
      const page = this.#pages[Math.floor((at + done) / pageBytes)];
      if (page) target.set(page.subarray(within, within + part), done);
      else target.fill(0, done, done + part);
      done += part;
    }
    return length;
  }

  write(at: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const within = (at + done) % pageBytes;
      const part = Math.min(pageBytes - within, bytes.length - done);
      const page = this.#pageToWrite(Math.floor((at + done) / pageBytes));
      page.set(bytes.subarray(done, done + part), within);
      done += part;
    }
    this.size = Math.max(this.size, at + bytes.length);
  }

  truncate(size: number): void {
    this.size = size;
    this.#pages.length = Math.ceil(size / pageBytes);
    const within = size % pageBytes;
    if (within > 0) this.#pageToWrite(this.#pages.length - 1).fill(0, within);
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.size);
    this.read(whole, 0);
    return whole;
  }

  copy(): Bytes {
    const copy = new Bytes();
    copy.size = this.size;
    copy.#pages = this.#pages.slice();
    this.#own = new Set();
    return copy;
  }

  #pageToWrite(index: number): Uint8Array {
    const page = this.#pages[index];
    if (page && this.#own.has(index)) return page;
    const own = page ? page.slice() : new Uint8Array(pageBytes);
    this.#pages[index] = own;
    this.#own.add(index);
    return own;
  }
}

function apply(file: Bytes, operation: Operation): void {
  if (operation.kind === 'write') file.write(operation.at, operation.bytes);
  else file.truncate(operation.size);
}
