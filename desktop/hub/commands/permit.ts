import { refuse, type Command, type CommandType, type Refusal } from '@fynlo/domain';
import type { Role } from '@fynlo/domain/device';
import type { Session } from '../pairing/session.ts';

const floorStaff: readonly Role[] = ['manager', 'waiter'];
const kitchenStaff: readonly Role[] = ['manager', 'kitchen'];
const everyone: readonly Role[] = ['manager', 'waiter', 'kitchen'];
const managers: readonly Role[] = ['manager'];

/** Who may ask for what. A command that is not here does not compile: the default is no. */
const permitted: Record<CommandType, readonly Role[]> = {
  'order.open': floorStaff,
  'order.place': floorStaff,
  'order.add-lines': floorStaff,
  'order.change-quantity': floorStaff,
  'order.note-line': floorStaff,
  'order.remove-line': floorStaff,
  'order.send': floorStaff,
  'order.serve': everyone,
  // What the kitchen already has costs money to take back.
  'order.void-line': managers,
  'order.change-details': floorStaff,
  'order.move': floorStaff,
  'order.complete': floorStaff,
  'order.cancel': floorStaff,
  'kitchen.show': kitchenStaff,
  'kitchen.start': kitchenStaff,
  'kitchen.bump': kitchenStaff,
  'kitchen.recall': kitchenStaff,
  'table.seat': floorStaff,
  'table.vacate': floorStaff,
  'table.clean': floorStaff,
  'menu.eighty-six': kitchenStaff,
  'menu.import': managers,
  'floor.import': managers,
  'settings.change': managers,
  'device.join': managers,
};

export function whyNotPermitted({ role }: Session, { type }: Command): Refusal | undefined {
  return permitted[type].includes(role) ? undefined : refuse('not-permitted');
}
