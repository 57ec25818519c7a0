import {
  isRefusal,
  type Command,
  type Decision,
  type Facts,
  type NewEvent,
  type RefusalCode,
} from '@fynlo/domain';
import { decide, RestaurantState } from '@fynlo/domain/restaurant';
import { expect } from 'vitest';
import { buildRestaurant, thePhone } from '../builders/index.ts';

/** Friday 20 November 2026, 20:00 in London. */
export const fridayEvening: Facts = {
  now: Date.UTC(2026, 10, 20, 20, 0),
  local: { weekday: 5, minute: 20 * 60, date: '2026-11-20' },
  businessDay: '2026-11-20',
  orderNumber: '1',
  device: thePhone,
};

/** `given(commands that happened).when(command).then(events)` or `.thenRefused(code)`. */
export function given(...before: readonly Command[]) {
  return givenIn(buildRestaurant(), ...before);
}

export function givenIn(base: RestaurantState, ...before: readonly Command[]) {
  const state = new RestaurantState(base);
  for (const command of before) {
    const decided = perform(state, command);
    if (isRefusal(decided)) throw new Error(`Given ${command.type}: ${decided.because}`);
  }
  return {
    state,
    when(command: Command, facts: Partial<Facts> = {}) {
      const frozen = JSON.stringify([...state.openOrders()]);
      const decided = decide(state, command, { ...fridayEvening, ...facts });
      expect(JSON.stringify([...state.openOrders()]), 'deciding changes nothing').toBe(frozen);
      return outcome(decided);
    },
  };
}

/** Decides and applies; gives what was decided. */
export function perform(
  state: RestaurantState,
  command: Command,
  facts: Partial<Facts> = {},
): Decision<NewEvent> {
  const all = { ...fridayEvening, ...facts };
  const decided = decide(state, command, all);
  if (isRefusal(decided)) return decided;
  for (const { stream, event } of decided) {
    state.apply({ ...event, stream, occurredAt: all.now, device: all.device });
  }
  return decided;
}

function outcome(decided: Decision<NewEvent>) {
  return {
    decided,
    then(...events: readonly object[]) {
      if (isRefusal(decided)) throw new Error(`Refused: ${decided.because}`);
      expect(decided.map(({ event }) => event)).toMatchObject(events);
      expect(decided).toHaveLength(events.length);
    },
    thenNothing() {
      expect(decided).toEqual([]);
    },
    thenRefused(code: RefusalCode, details: object = {}) {
      expect(decided).toMatchObject({
        refused: code,
        ...(Object.keys(details).length > 0 && { details }),
      });
      expect(isRefusal(decided) && decided.because, 'every hole is filled').not.toMatch(/[{}]/);
    },
  };
}
