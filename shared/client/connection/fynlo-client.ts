import type { ClientId, DeviceId, Refusal, StreamId } from '@fynlo/domain';
import { isRefusal, refuse } from '@fynlo/domain';
import type { RestaurantReader } from '@fynlo/domain/restaurant';
import {
  closeCodes,
  protocolVersion,
  wireError,
  type Events,
  type HubMessage,
  type HubPing,
  type HubPong,
  type Position,
  type Reached,
  type Snapshot,
  type Welcome,
  type WireCommand,
  type WireError,
} from '@fynlo/protocol/wire';
import { BackOff } from './back-off.ts';
import { ChangeNotice } from './change-notice.ts';
import type {
  Client,
  ClientStatus,
  ConnectionState,
  Dispatched,
  Outcome,
  RollBack,
} from './client.ts';
import { Forecast } from './forecast.ts';
import { isSame } from './is-same.ts';
import { Link, type LinkEnd } from './link.ts';
import { Outbox } from './outbox.ts';
import type { ClientStorage, OpenSocket, QueuedCommand, Surroundings } from './ports.ts';
import { MissedFrameError, Replica } from './replica.ts';
import { ViewKeeper } from './view-keeper.ts';

export interface ClientSetup {
  readonly url: string;
  readonly token: string;
  readonly deviceId: DeviceId;
  readonly build: string;
  readonly storage: ClientStorage;
  readonly openSocket: OpenSocket;
  readonly surroundings: Surroundings;
  readonly subscribe: readonly string[];
  readonly pingIntervalMs: number;
}

/** Missed pings until the connection counts as lost. */
const silentIntervals = 3;
/** Less than this is no step of a clock but its drift. */
const clockStepMs = 2_000;
const beginAgainEveryMs = 1_000;
const knockEveryMs = 3_000;
const knockSpreadMs = 1_000;

/**
 * Joins the parts of a device's side of the wire: link, outbox, replica, forecast, keeper.
 *
 * The pump is level-triggered: a timer, a socket that opened, an answer, a tap, the network coming
 * back all ask the same question, “what is needed now?”, and asking once too often does nothing.
 */
export class FynloClient implements Client {
  readonly #setup: ClientSetup;
  readonly #outbox: Outbox;
  readonly #replica = new Replica();
  readonly #forecast: Forecast;
  readonly #keeper: ViewKeeper;
  readonly #backOff: BackOff;
  readonly #notice = new ChangeNotice();
  readonly #rollBackListeners = new Set<(rolledBack: RollBack) => void>();
  readonly #stopNudges: (() => void) | undefined;
  #token: string;
  #deviceId: DeviceId;
  #link: Link | undefined;
  #connection: ConnectionState = 'DISCONNECTED';
  #since: number;
  #lastHeardAt: number | null = null;
  #isCurrent = false;
  #clockOffsetMs = 0;
  /** The hub's clock less the one that only rises; `null` before the first welcome. */
  #hubClockMs: number | null = null;
  /** When to try next, by the clock that only rises; `null`: only when a person asks for it. */
  #retryAt: number | null;
  /** The same by the wall clock, for the screen. */
  #retryShown: number | null = null;
  /** When to knock next, while the wait is long; `null` while nobody is to knock. */
  #knockAt: number | null = null;
  #problem: WireError | null = null;
  #wake: { readonly at: number; readonly cancel: () => void } | undefined;
  #closing: Promise<void> | undefined;
  #stopped = false;
  #beganAgainAt = Number.NEGATIVE_INFINITY;
  #status: ClientStatus | undefined;
  #pendingOrders: { readonly revision: number; readonly ids: ReadonlySet<string> } | undefined;

  /** Reads what is stored and starts to connect. */
  static async open(setup: ClientSetup): Promise<FynloClient> {
    const parts: { client?: FynloClient } = {};
    const outbox = await Outbox.load({
      storage: setup.storage,
      now: () => setup.surroundings.now(),
      elapsed: () => setup.surroundings.elapsed(),
      onChange: () => parts.client?.outboxChanged(),
      onTaken: () => parts.client?.stop(),
    });
    const client = new FynloClient(setup, outbox);
    parts.client = client;
    await client.#restore();
    client.#pump();
    return client;
  }

  private constructor(setup: ClientSetup, outbox: Outbox) {
    const { surroundings, storage, subscribe, token, deviceId } = setup;
    this.#setup = setup;
    this.#outbox = outbox;
    this.#token = token;
    this.#deviceId = deviceId;
    this.#since = surroundings.now();
    this.#retryAt = surroundings.elapsed();
    this.#backOff = new BackOff(() => surroundings.random());
    this.#forecast = new Forecast({
      confirmed: () => this.#replica.state,
      pending: () => outbox.pending(this.#replica.position?.seq ?? 0),
      deviceId: () => this.#deviceId,
      clockOffsetMs: () => this.#clockOffsetMs,
    });
    const scope = scopeOf(subscribe);
    this.#keeper = new ViewKeeper({
      storage,
      surroundings,
      replica: this.#replica,
      outbox,
      scope,
    });
    this.#stopNudges = surroundings.onNudge?.(() => this.#onNudge());
  }

  get clientId(): ClientId {
    return this.#outbox.clientId;
  }
  get deviceId(): DeviceId {
    return this.#deviceId;
  }

  view(): RestaurantReader {
    return this.#forecast.view();
  }
  confirmed(): RestaurantReader {
    return this.#replica.state;
  }
  position(): Position | null {
    return this.#replica.position;
  }
  revision(): number {
    return this.#notice.revision;
  }

  status(): ClientStatus {
    const status: ClientStatus = {
      connection: this.#connection,
      since: this.#since,
      lastHeardAt: this.#lastHeardAt,
      current: this.#isCurrent,
      unsent: this.#outbox.unanswered,
      retryAt: this.#connection === 'RECONNECTING' ? this.#retryShown : null,
      problem: this.#problem ?? this.#whyTooOld(),
      storageProblem: this.#outbox.problem,
      clockOffsetMs: this.#clockOffsetMs,
    };
    const before = this.#status;
    // Being heard again is not news by itself, or every ping would draw the screen anew.
    const { lastHeardAt } = this.#connection === 'CONNECTED' && before ? before : status;
    if (!before || !isSame(before, { ...status, lastHeardAt })) this.#status = status;
    return this.#status as ClientStatus;
  }

  pendingOrders(): ReadonlySet<string> {
    const { revision } = this.#notice;
    if (this.#pendingOrders?.revision === revision) return this.#pendingOrders.ids;
    const ids = new Set<string>();
    for (const { command } of this.#outbox.unansweredCommands()) {
      if ('orderId' in command) ids.add(command.orderId);
    }
    const before = this.#pendingOrders?.ids;
    const isAsBefore = before?.size === ids.size && [...ids].every((id) => before.has(id));
    this.#pendingOrders = { revision, ids: isAsBefore && before ? before : ids };
    return this.#pendingOrders.ids;
  }

  onChange(listener: () => void): () => void {
    return this.#notice.listen(listener);
  }

  onRollBack(listener: (rolledBack: RollBack) => void): () => void {
    const own = (rolledBack: RollBack) => listener(rolledBack);
    this.#rollBackListeners.add(own);
    return () => this.#rollBackListeners.delete(own);
  }

  dispatch(command: WireCommand): Dispatched {
    if (this.#closing) throw new Error('A command was given to a client that is closed.');
    const tooOld = isOnAny(command, this.#replica.notUnderstood) && refuse('update-needed');
    const added = tooOld || this.#outbox.add(command);
    if (isRefusal(added)) {
      this.#tellRollBack(command, added);
      const outcome: Outcome = { accepted: false, ...added };
      return { kept: Promise.resolve(), outcome: Promise.resolve(outcome) };
    }
    this.#forecast.add(added.queued);
    this.#notice.changed();
    return added;
  }

  reconnectNow(): void {
    if (this.#stopped) return;
    this.#problem = null;
    this.#retryNow();
  }

  renewToken({ token, deviceId }: { readonly token: string; readonly deviceId: DeviceId }): void {
    this.#token = token;
    this.#deviceId = deviceId;
    this.#hangUp();
    this.reconnectNow();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Lets go of the network for good. What is stored stays. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stopNudges?.();
    this.#wake?.cancel();
    this.#wake = undefined;
    this.#keeper.stop();
    this.#hangUp();
    this.#enter('DISCONNECTED');
  }

  outboxChanged(): void {
    this.#notice.changed();
    this.#pump();
  }

  async #close(): Promise<void> {
    this.stop();
    await this.#keeper.saveNow();
    await this.#outbox.inTurn(() => this.#setup.storage.close());
    this.#notice.clear();
    this.#rollBackListeners.clear();
  }

  async #restore(): Promise<void> {
    const stored = await this.#setup.storage.loadView();
    if (stored?.scope === scopeOf(this.#setup.subscribe)) this.#replica.restore(stored);
  }

  /** What is needed now? */
  #pump(): void {
    if (this.#stopped) return;
    const now = this.#setup.surroundings.elapsed();
    if (!this.#link && this.#knockAt !== null && this.#knockAt <= now) void this.#knock();
    const mayTry = this.#retryAt !== null && this.#retryAt <= now;
    if (!this.#link && mayTry && this.#outbox.isReady) this.#connect();
    const link = this.#link;
    if (link?.welcomed) {
      if (this.#outbox.isAnswerLate()) return link.drop();
      this.#outbox.send((text) => link.sendText(text));
    }
    this.#wakeAt(this.#link ? this.#outbox.dueAt() : sooner(this.#retryAt, this.#knockAt));
  }

  #wakeAt(at: number | null): void {
    const { surroundings } = this.#setup;
    const now = surroundings.elapsed();
    if (at === null || !(this.#link?.welcomed || !this.#link)) return;
    if (!this.#link && at <= now) return;
    // A timer that fires early only asks the question once more.
    if (this.#wake && this.#wake.at > now && this.#wake.at <= at) return;
    this.#wake?.cancel();
    const cancel = surroundings.setTimer(
      () => {
        this.#wake = undefined;
        this.#pump();
      },
      Math.max(0, at - now),
    );
    this.#wake = { at, cancel };
  }

  #connect(): void {
    this.#knockAt = null;
    const { url, openSocket, surroundings, pingIntervalMs } = this.#setup;
    this.#replica.forgetPieces();
    this.#enter('CONNECTING');
    this.#link = new Link({
      url,
      openSocket,
      surroundings,
      pingIntervalMs,
      silenceMs: pingIntervalMs * silentIntervals,
      onOpen: () => this.#sayHello(),
      onMessage: (message) => this.#onMessage(message),
      onEnd: (end) => this.#onLinkEnd(end),
    });
  }

  #sayHello(): void {
    this.#enter('AUTHENTICATING');
    this.#link?.send({
      type: 'hello',
      protocol: protocolVersion,
      token: this.#token,
      clientId: this.clientId,
      build: this.#setup.build,
      position: this.#replica.resumeFrom,
      subscribe: this.#setup.subscribe,
    });
  }

  #onMessage(message: HubMessage): void {
    this.#lastHeardAt = this.#setup.surroundings.now();
    this.#followClock();
    switch (message.type) {
      case 'welcome':
        return this.#onWelcome(message);
      case 'snapshot':
      case 'events':
      case 'ping':
      case 'pong':
        return this.#take(message);
      case 'ack':
        return this.#onAnswer(message.no, { accepted: true, seq: message.seq });
      case 'refused': {
        const { no, refused, because, details } = message;
        const refusal = details ? { refused, because, details } : { refused, because };
        return this.#onAnswer(no, { accepted: false, ...refusal });
      }
      case 'cannot-now':
        this.#outbox.cannotNow(message.no, message.retryAfterMs);
        return this.#pump();
      case 'resync':
        // Only a new welcome can tell what the hub has.
        if (!this.#outbox.resync(message.last)) return this.#beginAgain();
        return this.#pump();
      case 'error':
        return;
      default:
        // A newer hub may say more than this build understands.
        message satisfies never;
    }
  }

  /** Somebody set this device's clock: times on the screen must stay right. */
  #followClock(): void {
    if (this.#hubClockMs === null) return;
    const { surroundings } = this.#setup;
    const offset = this.#hubClockMs + surroundings.elapsed() - surroundings.now();
    if (Math.abs(offset - this.#clockOffsetMs) < clockStepMs) return;
    this.#clockOffsetMs = offset;
    this.#notice.changed();
  }

  /** What brings the confirmed state forward. */
  #take(message: Snapshot | Events | HubPing | HubPong): void {
    try {
      switch (message.type) {
        case 'snapshot':
          if (this.#replica.takeSnapshot(message)) this.#confirmedChanged(true);
          return;
        case 'events':
          for (const { clientId, commandNo } of this.#replica.takeEvents(message)) {
            if (clientId === this.clientId) this.#outbox.markShown(commandNo);
          }
          return this.#confirmedChanged(!message.more);
        case 'ping':
        case 'pong':
          return this.#onReached(message);
      }
    } catch (error) {
      if (error instanceof MissedFrameError) this.#beginAgain();
      else this.#startAfresh();
    }
  }

  #onReached(reached: Reached): void {
    const before = this.#replica.position?.seq;
    if (!this.#replica.advance(reached)) return;
    if (this.#replica.position?.seq !== before || !this.#isCurrent) this.#confirmedChanged(true);
  }

  #onWelcome({ lastCommandNo, catchUp, position, serverTime }: Welcome): void {
    const known = this.#replica.position;
    // A hub that was replaced and does not know it yet must not be listened to.
    if (known?.historyId === position.historyId && position.epoch < known.epoch) {
      return this.#link?.drop();
    }
    const { surroundings } = this.#setup;
    this.#hubClockMs = serverTime - surroundings.elapsed();
    this.#clockOffsetMs = serverTime - surroundings.now();
    // Asked for a snapshot for a reason of our own, a hub with another history does not say reset.
    const isOther = known !== null && known.historyId !== position.historyId;
    if (catchUp === 'reset' || isOther) {
      this.#replica.forgetPosition();
      this.#outbox.historyChanged();
      void this.#keeper.drop();
    }
    this.#problem = null;
    if (!this.#outbox.agreesWith(lastCommandNo)) {
      this.#outbox.renumber();
      return this.#beginAgain();
    }
    this.#backOff.reset();
    this.#enter('CONNECTED');
    this.#pump();
  }

  #onAnswer(no: number, outcome: Outcome): void {
    const answered = this.#outbox.answered(no, outcome);
    if (!answered) return;
    this.#forecast.invalidate();
    this.#keeper.saveSoon();
    this.#notice.changed();
    if (!outcome.accepted) {
      const { refused, because, details } = outcome;
      this.#tellRollBack(
        answered.command,
        details ? { refused, because, details } : { refused, because },
        answered,
      );
    }
    this.#pump();
  }

  #confirmedChanged(isCurrent: boolean): void {
    this.#isCurrent = isCurrent;
    this.#forecast.invalidate();
    this.#keeper.saveSoon();
    this.#notice.changed();
  }

  /** What came does not fit what is here. The queue stays; the rest is asked for anew. */
  #startAfresh(): void {
    this.#replica.forgetPosition();
    void this.#keeper.drop();
    this.#beginAgain();
  }

  /** The hub is there and only the conversation is broken: no reason to wait, except in a circle. */
  #beginAgain(): void {
    const now = this.#setup.surroundings.elapsed();
    const isCircle = now - this.#beganAgainAt < beginAgainEveryMs;
    this.#beganAgainAt = now;
    this.#hangUp();
    this.#retryIn(isCircle ? beginAgainEveryMs * (1 + this.#setup.surroundings.random()) : 0);
    this.#enter('RECONNECTING');
    this.#pump();
  }

  #onLinkEnd({ code, error }: LinkEnd): void {
    this.#hangUp();
    if (code === closeCodes.authenticationFailed) {
      this.#problem = error ?? wireError('authentication-failed');
      this.#retryAt = null;
      this.#enter('DISCONNECTED');
    } else if (code === closeCodes.protocolNotSupported) {
      this.#problem = error ?? wireError('protocol-not-supported');
      // An update of the hub mends it, and nobody will come and tell this device.
      this.#retryIn(this.#backOff.longestMs());
      this.#enter('RECONNECTING');
    } else {
      const waitMs = this.#backOff.nextMs();
      this.#retryIn(waitMs);
      // A hub that says it is full must not be asked more often for having answered.
      if (code !== closeCodes.tryAgainLater) this.#knockLater(waitMs);
      this.#enter('RECONNECTING');
    }
    this.#pump();
  }

  #retryIn(ms: number): void {
    const { surroundings } = this.#setup;
    this.#retryAt = surroundings.elapsed() + ms;
    this.#retryShown = Math.round(surroundings.now() + ms);
  }

  /**
   * The longer the hub is away the rarer a device tries a socket; but once it is back everybody
   * should be with it within seconds. So during a long wait a device knocks, which costs little.
   */
  #knockLater(waitMs: number): void {
    const { surroundings } = this.#setup;
    if (!surroundings.knock || waitMs <= knockEveryMs) return;
    this.#knockAt = surroundings.elapsed() + knockEveryMs * (0.8 + 0.4 * surroundings.random());
  }

  async #knock(): Promise<void> {
    const { surroundings } = this.#setup;
    this.#knockAt = null;
    const isThere = await surroundings.knock?.();
    if (this.#stopped || this.#link || this.#retryAt === null) return;
    const waitMs = this.#retryAt - surroundings.elapsed();
    // Not all forty at the same moment.
    if (isThere) this.#retryIn(Math.min(waitMs, knockSpreadMs * surroundings.random()));
    else this.#knockLater(waitMs);
    this.#notice.changed();
    this.#pump();
  }

  #onNudge(): void {
    if (this.#retryAt === null && !this.#link) return;
    this.#retryNow();
  }

  #retryNow(): void {
    if (this.#link) return this.#link.probe();
    this.#retryIn(0);
    this.#pump();
  }

  #hangUp(): void {
    this.#link?.close();
    this.#link = undefined;
    this.#isCurrent = false;
    this.#outbox.disconnected();
  }

  #enter(state: ConnectionState): void {
    if (this.#connection !== state) {
      this.#connection = state;
      this.#since = this.#setup.surroundings.now();
    }
    this.#notice.changed();
  }

  /** The hub is newer and said something this build cannot read; the queue goes out all the same. */
  #whyTooOld(): WireError | null {
    return this.#replica.notUnderstood.size > 0 ? wireError('update-needed') : null;
  }

  #tellRollBack(command: WireCommand, refusal: Refusal, queued?: QueuedCommand): void {
    const at = queued?.at ?? this.#setup.surroundings.now();
    for (const listener of this.#rollBackListeners) listener({ command, refusal, at });
  }
}

function sooner(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** Whether a command is about one of these streams, or these are what every command stands on. */
function isOnAny(command: WireCommand, streams: ReadonlySet<StreamId>): boolean {
  if (streams.size === 0) return false;
  const isAboutAll = streams.has('menu') || streams.has('floor') || streams.has('settings');
  return (
    isAboutAll ||
    ('orderId' in command && streams.has(`order:${command.orderId}`)) ||
    ('tableId' in command && streams.has(`table:${command.tableId}`))
  );
}

function scopeOf(subscribe: readonly string[]): string {
  return subscribe.toSorted().join(' ');
}
