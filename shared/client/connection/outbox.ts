import { refuse, type ClientId, type Refusal } from '@fynlo/domain';
import { limits, type WireCommand } from '@fynlo/protocol/wire';
import { v7 as newId } from 'uuid';
import type { Dispatched, Outcome } from './client.ts';
import { QueueTakenError, type ClientStorage, type QueuedCommand } from './ports.ts';

interface Entry extends QueuedCommand {
  no: number;
  /** The command as JSON, for sending. */
  readonly json: string;
  stored: boolean;
  /** When it went out on this connection. */
  sentAt: number | null;
  outcome: Outcome | null;
  /** Its events came back, so the confirmed state shows what it did. */
  shown: boolean;
  readonly keep: () => void;
  readonly settle: (outcome: Outcome) => void;
}

export interface OutboxOptions {
  readonly storage: ClientStorage;
  readonly now: () => number;
  /** Milliseconds that only ever rise. */
  readonly elapsed: () => number;
  /** Something can be sent now, or the number of unanswered commands changed. */
  readonly onChange: () => void;
  /** Another tab took the queue over: nothing more may be numbered here. */
  readonly onTaken: (error: QueueTakenError) => void;
}

const answerWithinMs = 8_000;
const resyncPauseMs = 50;
const retryAfterMsMax = 30_000;
const nothing = () => undefined;
const cannotKeep =
  'This device cannot keep changes while the hub is away. Free some space, or use a normal window instead of a private one.';

/**
 * A device's commands on their way to the hub.
 *
 * 1. Numbered without gaps and stored; only then sent, in order, at most 64 without an answer.
 * 2. After anything uncertain (a lost connection, a late answer) all that is unanswered is sent
 *    again on the next connection. The hub answers a number it knows with what it recorded, so
 *    every command gets its one outcome.
 * 3. An answered command stays stored until a stored view shows its effect.
 *
 * When the hub's last number and ours cannot both be right (the hub was restored from a backup, or
 * this device was), old numbers may stand for other commands. Then the device takes a new client
 * id and offers all that is unanswered under it, from 1. Nothing is lost; what the hub already has
 * it refuses by the ids of orders and lines, which the device made.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #clientId: ClientId;
  #nextNo: number;
  #entries: Entry[];
  #unstored: Entry[] = [];
  #unanswered: number;
  #inFlight = 0;
  /** Everything before this number was sent or answered. */
  #sendFrom = 0;
  #holdUntil = 0;
  #renumbering = false;
  #problem: string | null;
  #turns: Promise<void> = Promise.resolve();

  /** Reads what an earlier page left behind. */
  static async load(options: OutboxOptions): Promise<Outbox> {
    const clientId = await options.storage.clientId();
    const { queue, nextNo } = await options.storage.loadQueue();
    return new Outbox(options, clientId, queue, nextNo);
  }

  private constructor(
    options: OutboxOptions,
    clientId: ClientId,
    queue: readonly QueuedCommand[],
    nextNo: number,
  ) {
    this.#options = options;
    this.#clientId = clientId;
    this.#nextNo = nextNo;
    this.#problem = options.storage.problem;
    this.#entries = queue.map((queued) => newEntry(queued, true));
    this.#unanswered = this.#entries.length;
  }

  get clientId(): ClientId {
    return this.#clientId;
  }
  get unanswered(): number {
    return this.#unanswered;
  }
  get problem(): string | null {
    return this.#problem;
  }
  /** False while a new client id is being stored: there is nobody to say hello as. */
  get isReady(): boolean {
    return !this.#renumbering;
  }

  /** Refuses a command that no message can hold; else numbers it and starts to store it. */
  add(command: WireCommand): (Dispatched & { readonly queued: QueuedCommand }) | Refusal {
    const queued = { no: this.#nextNo, command, at: this.#options.now() };
    const kept = Promise.withResolvers<void>();
    const outcome = Promise.withResolvers<Outcome>();
    const entry = newEntry(queued, false, kept.resolve, outcome.resolve);
    if (isTooLarge(messageText(entry))) {
      const problem = `it is larger than ${limits.messageSizeBytesMax} bytes`;
      return refuse('malformed-command', { problem });
    }
    this.#nextNo++;
    this.#unanswered++;
    this.#entries.push(entry);
    this.#unstored.push(entry);
    if (this.#unstored.length === 1) void this.inTurn(() => this.#store());
    return { kept: kept.promise, outcome: outcome.promise, queued: entry };
  }

  /** Commands whose effect a state at `seq` does not show, in order. */
  *pending(seq: number): Iterable<QueuedCommand> {
    for (const entry of this.#entries) {
      const { shown, outcome } = entry;
      if (shown || (outcome && (!outcome.accepted || outcome.seq <= seq))) continue;
      yield entry;
    }
  }

  *unansweredCommands(): Iterable<QueuedCommand> {
    for (const entry of this.#entries) if (!entry.outcome) yield entry;
  }

  /** Sends what may be sent now. */
  send(sendText: (text: string) => void): void {
    const now = this.#options.elapsed();
    if (now < this.#holdUntil) return;
    for (let i = this.#indexOf(this.#sendFrom); i < this.#entries.length; i++) {
      const entry = this.#entries[i] as Entry;
      if (!entry.stored || this.#inFlight >= limits.unansweredCommandsMax) return;
      this.#sendFrom = entry.no + 1;
      if (entry.outcome || entry.sentAt !== null) continue;
      entry.sentAt = now;
      this.#inFlight++;
      sendText(messageText(entry));
    }
  }

  /** Takes the hub's answer. Returns the command, or nothing when it had its answer before. */
  answered(no: number, outcome: Outcome): QueuedCommand | undefined {
    const entry = this.#entryOf(no);
    if (!entry || entry.outcome) return undefined;
    if (entry.sentAt !== null) this.#inFlight--;
    entry.outcome = outcome;
    this.#unanswered--;
    entry.keep();
    entry.settle(outcome);
    return entry;
  }

  /** The events of this command have been applied. */
  markShown(no: number): void {
    const entry = this.#entryOf(no);
    if (entry) entry.shown = true;
  }

  /** The hub cannot take this one now, and therefore none after it. */
  cannotNow(no: number, retryAfterMs: number): void {
    this.#rewind(no);
    this.#hold(Math.min(retryAfterMs, retryAfterMsMax));
  }

  /** The hub missed a number. Returns false when only a new connection can tell what it has. */
  resync(last: number): boolean {
    const first = this.#firstUnanswered();
    if (first && first.no > last + 1) return false;
    this.#rewind(last + 1);
    // What is still in flight will be answered with the same: let it pass.
    this.#hold(resyncPauseMs);
    return true;
  }

  /** The connection is gone: what was sent and not answered is uncertain. */
  disconnected(): void {
    this.#rewind(0);
    this.#holdUntil = 0;
  }

  /** Whether the hub's last number for this client leaves our numbers as they are. */
  agreesWith(last: number): boolean {
    const first = this.#firstUnanswered();
    return last < this.#nextNo && last >= (first?.no ?? this.#nextNo) - 1;
  }

  /** Goes on under a new client id, from number 1. */
  renumber(): void {
    this.#rewind(0);
    this.#entries = this.#entries.filter(({ outcome }) => !outcome);
    this.#entries.forEach((entry, i) => (entry.no = i + 1));
    this.#nextNo = this.#entries.length + 1;
    this.#sendFrom = 0;
    this.#unstored = [];
    this.#renumbering = true;
    const moved = [...this.#entries];
    void this.inTurn(() => this.#storeRenumbered(moved));
  }

  /** The numbers of another history mean nothing for this one. */
  historyChanged(): void {
    for (const entry of this.#entries) {
      if (entry.outcome?.accepted) entry.outcome = { accepted: true, seq: 0 };
    }
  }

  /** The end of the answered commands whose effect a state at `seq` shows. */
  answeredUpTo(seq: number): number {
    let end = (this.#entries[0]?.no ?? this.#nextNo) - 1;
    for (const { no, outcome } of this.#entries) {
      if (!outcome || (outcome.accepted && outcome.seq > seq)) break;
      end = no;
    }
    return end;
  }

  forgetUpTo(no: number): void {
    let count = 0;
    while (this.#entries[count]?.outcome && (this.#entries[count]?.no ?? 0) <= no) count++;
    this.#entries.splice(0, count);
  }

  /** When `send` or a look at `isAnswerLate` is due next. */
  dueAt(): number | null {
    if (this.#unanswered === 0) return null;
    if (this.#holdUntil > this.#options.elapsed()) return this.#holdUntil;
    const sentAt = this.#firstUnanswered()?.sentAt ?? null;
    return sentAt === null ? null : sentAt + answerWithinMs;
  }

  /** An answer that should be here long since was lost on the way. */
  isAnswerLate(): boolean {
    const sentAt = this.#firstUnanswered()?.sentAt ?? null;
    return sentAt !== null && this.#options.elapsed() - sentAt >= answerWithinMs;
  }

  /** Writes to the storage one after another. Never rejects. */
  inTurn(write: () => Promise<void>): Promise<void> {
    this.#turns = this.#turns.then(write).catch((error: unknown) => this.#failed(error));
    return this.#turns;
  }

  async #store(): Promise<void> {
    const entries = this.#unstored;
    this.#unstored = [];
    if (entries.length === 0) return;
    try {
      await this.#options.storage.addToQueue(entries.map(plain));
      for (const entry of entries) entry.keep();
    } catch (error) {
      if (error instanceof QueueTakenError) throw error;
      // Better sent from memory than not at all; it counts as kept once the hub has it.
      this.#failed(error);
    }
    for (const entry of entries) entry.stored = true;
    this.#options.onChange();
  }

  async #storeRenumbered(entries: readonly Entry[]): Promise<void> {
    try {
      this.#clientId = await this.#options.storage.takeNewClientId(entries.map(plain));
      for (const entry of entries) entry.keep();
    } catch (error) {
      if (error instanceof QueueTakenError) throw error;
      this.#failed(error);
      this.#clientId = newId() as ClientId;
    }
    for (const entry of entries) entry.stored = true;
    this.#renumbering = false;
    this.#options.onChange();
  }

  #failed(error: unknown): void {
    if (error instanceof QueueTakenError) this.#options.onTaken(error);
    this.#problem = error instanceof QueueTakenError ? error.message : cannotKeep;
    this.#options.onChange();
  }

  #hold(ms: number): void {
    this.#holdUntil = Math.max(this.#holdUntil, this.#options.elapsed() + Math.max(ms, 1));
  }

  #rewind(from: number): void {
    for (let i = this.#indexOf(from); i < this.#entries.length; i++) {
      const entry = this.#entries[i] as Entry;
      if (entry.sentAt === null) continue;
      entry.sentAt = null;
      if (!entry.outcome) this.#inFlight--;
    }
    this.#sendFrom = Math.min(this.#sendFrom, from);
  }

  #firstUnanswered(): Entry | undefined {
    return this.#entries.find(({ outcome }) => !outcome);
  }

  #entryOf(no: number): Entry | undefined {
    const first = this.#entries[0]?.no;
    return first === undefined ? undefined : this.#entries[no - first];
  }

  #indexOf(no: number): number {
    return Math.max(0, no - (this.#entries[0]?.no ?? 0));
  }
}

function newEntry(
  { no, command, at }: QueuedCommand,
  stored: boolean,
  keep: () => void = nothing,
  settle: (outcome: Outcome) => void = nothing,
): Entry {
  const json = JSON.stringify(command);
  const fresh = { sentAt: null, outcome: null, shown: false };
  return { no, command, at, json, stored, ...fresh, keep, settle };
}

function plain({ no, command, at }: Entry): QueuedCommand {
  return { no, command, at };
}

function messageText({ no, at, json }: Entry): string {
  return `{"type":"command","no":${no},"at":${at},"command":${json}}`;
}

function isTooLarge(text: string): boolean {
  const bytesPerCharacterMax = 3;
  if (text.length * bytesPerCharacterMax <= limits.messageSizeBytesMax) return false;
  return new TextEncoder().encode(text).length > limits.messageSizeBytesMax;
}
