import { isRefusal, type DeviceId } from '@fynlo/domain';
import { decide, RestaurantState, type RestaurantReader } from '@fynlo/domain/restaurant';
import { FactsForecast } from './facts.ts';
import { isSame } from './is-same.ts';
import type { QueuedCommand } from './ports.ts';

export interface ForecastSources {
  confirmed(): RestaurantState;
  /** This device's commands whose effect the confirmed state does not show yet, in order. */
  pending(): Iterable<QueuedCommand>;
  deviceId(): DeviceId;
  /** What to add to this device's clock to get the hub's. */
  clockOffsetMs(): number;
}

/**
 * What the hub will most likely make of the queue: its commands decided by the same rules upon the
 * confirmed state. One that the rules refuse here is not shown; the hub has the last word on it.
 *
 * Made again only when someone looks and something changed.
 */
export class Forecast {
  readonly #sources: ForecastSources;
  readonly #facts = new FactsForecast();
  #staged: RestaurantState | undefined;
  #isStale = true;

  constructor(sources: ForecastSources) {
    this.#sources = sources;
  }

  /** The confirmed state or the queue is not what it was. */
  invalidate(): void {
    this.#isStale = true;
  }

  /** One more command at the end of the queue, which changes nothing before it. */
  add(command: QueuedCommand): void {
    if (this.#isStale) return;
    this.#staged ??= new RestaurantState(this.#sources.confirmed());
    this.#apply(this.#staged, command);
  }

  view(): RestaurantReader {
    if (this.#isStale) this.#rebuild();
    return this.#staged ?? this.#sources.confirmed();
  }

  #rebuild(): void {
    this.#isStale = false;
    const before = this.#staged;
    this.#staged = undefined;
    for (const command of this.#sources.pending()) {
      this.#staged ??= new RestaurantState(this.#sources.confirmed());
      this.#apply(this.#staged, command);
    }
    if (before && this.#staged) keepKnownOrders(this.#staged, before);
  }

  #apply(staged: RestaurantState, { no, command, at }: QueuedCommand): void {
    const device = this.#sources.deviceId();
    const occurredAt = at + this.#sources.clockOffsetMs();
    const decided = decide(staged, command, this.#facts.at(staged, device, occurredAt, no));
    if (isRefusal(decided)) return;
    for (const { stream, event } of decided) {
      staged.apply({ ...event, stream, occurredAt, device });
    }
  }
}

/** An order that came out the same stays the same object, so that no screen draws it again. */
function keepKnownOrders(staged: RestaurantState, before: RestaurantReader): void {
  const known = [...staged.heldOrders()].flatMap((order) => {
    const last = before.order(order.id);
    return last && last !== order && isSame(last, order) ? [last] : [];
  });
  staged.restore({ orders: known });
}
