import type { HistoryState } from './history.ts';

// I and O are left out: in a kitchen they are read as 1 and 0.
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

/**
 * The number the `count`th order of a business day gets. Numbers given after a backup was made may
 * be on paper in the kitchen when that backup is put back, so orders of those days carry a letter.
 */
export function orderNumber(
  history: HistoryState | undefined,
  businessDay: string,
  count: number,
): string {
  const isInSeries = history !== undefined && businessDay <= history.seriesUntil;
  return isInSeries ? `${history.series}${count}` : String(count);
}

/** 13 of `13` and of `B13`; `undefined` of a device's provisional number, which counts nothing. */
export function countOfOrderNumber(number: string): number | undefined {
  const digits = /^[A-Z]*(\d+)$/.exec(number)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** B after none, C after B, … and AA after Z: no two restores ever share one. */
export function seriesAfter(last: string | undefined): string {
  const place = (last ?? '').split('').reduce((sum, letter) => {
    return sum * letters.length + letters.indexOf(letter) + 1;
  }, 0);
  // Plain numbers stand for A, so the first letter given is B.
  return spell(Math.max(place, 1) + 1);
}

/** The later of two series. */
export function laterSeries(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.length !== b.length) return a.length > b.length ? a : b;
  return a > b ? a : b;
}

function spell(place: number): string {
  const rest = Math.floor((place - 1) / letters.length);
  return (rest > 0 ? spell(rest) : '') + (letters[(place - 1) % letters.length] ?? '');
}
