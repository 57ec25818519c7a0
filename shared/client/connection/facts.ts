import type { DeviceId, Facts, LocalTime } from '@fynlo/domain';
import { businessDayOf, localClock, type RestaurantReader } from '@fynlo/domain/restaurant';

/** What the hub will know when it decides, as well as this device can tell. */
export class FactsForecast {
  #clock: { readonly timeZone: string; readonly local: (now: number) => LocalTime } | undefined;

  /** `no` is the command's number: it makes the provisional order number unique and stable. */
  at(state: RestaurantReader, device: DeviceId, now: number, no: number): Facts {
    const settings = state.settings()?.settings;
    const local = this.#localTime(settings?.timeZone ?? 'UTC', now);
    const businessDay = businessDayOf(local, settings?.dayEndsAtMinute ?? 0);
    const orderNumber = provisionalNumber(state.device(device)?.name, no);
    return { now, local, businessDay, orderNumber, device };
  }

  #localTime(timeZone: string, now: number): LocalTime {
    if (this.#clock?.timeZone !== timeZone) this.#clock = { timeZone, local: localClock(timeZone) };
    return this.#clock.local(now);
  }
}

/**
 * Shown until the hub has given the real number: the device's initials and a number of its own.
 * The fourth change made on “Phone 2” opens order `P2-4`, on an unnamed device `P-4`.
 */
export function provisionalNumber(deviceName: string | undefined, no: number): string {
  const words = deviceName?.match(/\p{L}+|\p{N}+/gu) ?? [];
  const initials = words.map((word) => (/^\p{N}/u.test(word) ? word : word.slice(0, 1)));
  const prefix = initials.join('').toUpperCase().slice(0, 4);
  return `${prefix || 'P'}-${no}`;
}
