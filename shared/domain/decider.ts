import type { DeviceId } from './ids.ts';
import type { Refusal } from './refusal.ts';

/** A moment on the restaurant's own wall clock. */
export interface LocalTime {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  /** Minutes since local midnight. */
  readonly minute: number;
  /** `YYYY-MM-DD` */
  readonly date: string;
}

/**
 * What a rule may know besides the state: given with the command, because rules read no clock and
 * make no numbers. On the hub these are the truth; on a device they are a forecast.
 */
export interface Facts {
  /** Milliseconds since 1970, from the hub's clock when it received the command. */
  readonly now: number;
  readonly local: LocalTime;
  /** `YYYY-MM-DD`; the day before until the restaurant's day ends in the small hours. */
  readonly businessDay: string;
  /** The number an order opened now gets; on a device a provisional one. */
  readonly orderNumber: string;
  readonly device: DeviceId;
}

/** Events to append, in order; none when the wish was already so. Or the rule that said no. */
export type Decision<Event> = readonly Event[] | Refusal;
