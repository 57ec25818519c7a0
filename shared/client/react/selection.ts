import type { RestaurantReader } from '@fynlo/domain/restaurant';
import type { Client } from '../connection/index.ts';

export type Select<T> = (view: RestaurantReader) => T;
/** Gives `before`, or parts of it, for a `next` that says the same. */
export type Reuse<T> = (before: T, next: T) => T;

/**
 * Reads one thing from the view, and gives the same object for as long as it says the same, so
 * that a screen draws only what changed for it.
 */
export class Selection<T> {
  #last: { readonly revision: number; readonly select: Select<T>; readonly value: T } | undefined;

  read(client: Client, select: Select<T>, reuse: Reuse<T>): T {
    const revision = client.revision();
    const last = this.#last;
    if (last?.revision === revision && last.select === select) return last.value;
    const next = select(client.view());
    const value = last ? reuse(last.value, next) : next;
    this.#last = { revision, select, value };
    return value;
  }
}

/** Lists are the same when they hold the same things; anything else only when it is the same. */
export function reuseList<T>(before: T, next: T): T {
  if (!Array.isArray(before) || !Array.isArray(next) || before.length !== next.length) return next;
  return next.every((item, i) => Object.is(item, before[i])) ? before : next;
}
