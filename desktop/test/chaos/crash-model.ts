import type { DiskRecord } from './disk-shim.ts';

type FileOp =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly size: number };

/** A file's content as it is safe, and what was done to it since and may be there or not. */
interface Inode {
  safe: Image;
  unsynced: FileOp[];
}

interface NameOp {
  readonly name: string;
  readonly inode: Inode | undefined;
}

const sectorSize = 512;
const oldAfterAll = 0.5;

/**
 * What a disk may hold after the power was cut. Everything synced is there. Of the rest each write
 * may be there, missing, torn at a sector, or have reached the disk before an earlier one. A file's
 * name is as safe as its folder: a new file, or the end of an old one, counts once that was synced.
 */
export class CrashModel {
  #names = new Map<string, Inode>();
  #safeNames = new Map<string, Inode>();
  #nameOps: NameOp[] = [];

  /** Takes the next thing the process did to its files. */
  take({ kind, file, at, bytes }: DiskRecord): void {
    switch (kind) {
      case 'created':
        return this.#rename(file, { safe: new Image(), unsynced: [] });
      case 'unlinked':
        return this.#rename(file, undefined);
      case 'wrote':
        this.#inode(file).unsynced.push({ kind: 'write', at, bytes });
        return;
      case 'truncated':
        this.#inode(file).unsynced.push({ kind: 'truncate', size: at });
        return;
      case 'synced': {
        const inode = this.#inode(file);
        for (const op of inode.unsynced) inode.safe.apply(op);
        inode.unsynced = [];
        return;
      }
      case 'folder-synced':
        for (const op of this.#nameOps) applyName(this.#safeNames, op);
        this.#nameOps = [];
        return;
      default:
        return;
    }
  }

  /** How many things would be uncertain if the power went now. */
  unsynced(): number {
    const inodes = new Set([...this.#names.values(), ...this.#safeNames.values()]);
    const ops = [...inodes].reduce((sum, { unsynced }) => sum + unsynced.length, 0);
    return ops + this.#nameOps.length;
  }

  /**
   * The files after a crash at this moment.
   * @param luck `none` loses all that is unsynced, `all` keeps it; a random source chooses.
   */
  crash(luck: 'none' | 'all' | (() => number)): Map<string, Buffer> {
    const names = new Map(this.#safeNames);
    for (const op of this.#nameOps) {
      if (luck === 'all' || (luck !== 'none' && luck() < oldAfterAll)) applyName(names, op);
    }
    const files = new Map<string, Buffer>();
    for (const [name, inode] of names) files.set(name, afterCrash(inode, luck));
    return files;
  }

  #rename(name: string, inode: Inode | undefined): void {
    const op = { name, inode };
    applyName(this.#names, op);
    this.#nameOps.push(op);
  }

  #inode(name: string): Inode {
    const inode = this.#names.get(name);
    if (!inode) throw new Error(`${name} was written before it was there.`);
    return inode;
  }
}

function applyName(names: Map<string, Inode>, { name, inode }: NameOp): void {
  if (inode) names.set(name, inode);
  else names.delete(name);
}

function afterCrash({ safe, unsynced }: Inode, luck: 'none' | 'all' | (() => number)): Buffer {
  const image = safe.copy();
  if (luck === 'none') return image.bytes();
  if (luck === 'all') {
    for (const op of unsynced) image.apply(op);
    return image.bytes();
  }
  // Some crashes come early and some late in what the disk was doing, so chances differ by crash.
  const present = luck();
  const torn = luck() * 0.5;
  let reached = unsynced.flatMap((op): FileOp[] => {
    if (luck() >= present) return [];
    return op.kind === 'write' && luck() < torn ? tear(op, luck) : [op];
  });
  if (luck() < 0.3) reached = shuffled(reached, luck);
  for (const op of reached) image.apply(op);
  return image.bytes();
}

/** Of a torn write some sectors are there, either the first ones or any. */
function tear({ at, bytes }: FileOp & { kind: 'write' }, luck: () => number): FileOp[] {
  const first = sectorSize - (at % sectorSize);
  const starts = [0];
  for (let start = first; start < bytes.length; start += sectorSize) starts.push(start);
  const kept = Math.floor(luck() * starts.length);
  const isPrefix = luck() < oldAfterAll;
  return starts.flatMap((start, i): FileOp[] => {
    const isThere = isPrefix ? i < kept : luck() < oldAfterAll;
    const end = starts[i + 1] ?? bytes.length;
    return isThere ? [{ kind: 'write', at: at + start, bytes: bytes.subarray(start, end) }] : [];
  });
}

function shuffled<T>(items: readonly T[], luck: () => number): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(luck() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
  }
  return mixed;
}

/** A file's bytes; what was never written between two writes is zero, as on a disk. */
class Image {
  #buffer: Buffer;
  #size: number;

  constructor(buffer: Buffer = Buffer.alloc(0), size = 0) {
    this.#buffer = buffer;
    this.#size = size;
  }

  apply(op: FileOp): void {
    if (op.kind === 'truncate') {
      this.#grow(op.size);
      if (op.size < this.#size) this.#buffer.fill(0, op.size, this.#size);
      this.#size = op.size;
      return;
    }
    const end = op.at + op.bytes.length;
    this.#grow(end);
    op.bytes.copy(this.#buffer, op.at);
    this.#size = Math.max(this.#size, end);
  }

  copy(): Image {
    return new Image(Buffer.from(this.#buffer), this.#size);
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#size);
  }

  #grow(size: number): void {
    if (size <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.max(size, this.#buffer.length * 2));
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}
