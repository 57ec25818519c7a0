import type { Command } from '../command.ts';
import type { Decision, Facts } from '../decider.ts';
import type { FynloEvent, NewEvent, StreamId } from '../event.ts';
import { decideFloor, findTable } from '../floor/index.ts';
import type { TableId } from '../ids.ts';
import { decideMenu } from '../menu/index.ts';
import { decideOrder, type Order, type OrderCommand } from '../order/index.ts';
import { isRefusal } from '../refusal.ts';
import { decideTable, type TableCommand, type TableEvent } from '../table/index.ts';
import type { RestaurantReader } from './restaurant-state.ts';

/**
 * The one door to every rule: what a command makes happen, on which streams, or why not.
 * The hub decides with it for good; a device forecasts with it what the hub will say.
 */
export function decide(
  state: RestaurantReader,
  command: Command,
  facts: Facts,
): Decision<NewEvent> {
  switch (command.type) {
    case 'menu.import':
    case 'menu.eighty-six':
      return on('menu', decideMenu(state.menu(), command));
    case 'floor.import':
      return on('floor', decideFloor(state.floor(), command, occupiedTables(state)));
    case 'settings.change':
      return on('settings', [
        { type: 'settings.changed', payload: { settings: command.settings } },
      ]);
    case 'device.join': {
      const { name, kind, deviceId } = command;
      return on(`device:${deviceId}`, [{ type: 'device.joined', payload: { name, kind } }]);
    }
    case 'table.seat':
    case 'table.vacate':
    case 'table.clean':
      return decideAtTable(state, command);
    default:
      return decideOnOrder(state, command, facts);
  }
}

function decideOnOrder(
  state: RestaurantReader,
  command: OrderCommand,
  facts: Facts,
): Decision<NewEvent> {
  const floor = state.floor();
  const order = state.order(command.orderId);
  const decided = decideOrder(order, command, facts, {
    menu: state.menu(),
    terms: state.settings()?.settings.terms,
    hasTable: (id) => findTable(floor, id) !== undefined,
  });
  const events = on(`order:${command.orderId}`, decided);
  return isRefusal(events) ? events : [...events, ...whatTablesSee(state, order, events)];
}

/** Opening an order seats its table; closing a table's last one leaves it to be cleaned. */
function whatTablesSee(
  state: RestaurantReader,
  order: Order | undefined,
  events: readonly NewEvent[],
): NewEvent[] {
  return events.flatMap(({ event }) => {
    switch (event.type) {
      case 'order.opened':
      case 'order.placed':
        return seat(state, event.payload.tableId, event.payload.covers);
      case 'order.moved':
        return [
          ...leave(state, order, { type: 'table.vacated', payload: {} }),
          ...seat(state, event.payload.tableId, order?.covers ?? null),
        ];
      case 'order.completed':
        return leave(state, order, { type: 'table.vacated', payload: {} });
      case 'order.cancelled':
        // Nothing was eaten at it, so there is nothing to clean.
        return leave(state, order, { type: 'table.cleaned', payload: {} });
      default:
        return [];
    }
  });
}

function seat(state: RestaurantReader, id: TableId | null, covers: number | null): NewEvent[] {
  if (id === null || state.table(id)?.status === 'seated') return [];
  return [{ stream: `table:${id}`, event: { type: 'table.seated', payload: { covers } } }];
}

function leave(state: RestaurantReader, left: Order | undefined, event: TableEvent): NewEvent[] {
  const id = left?.tableId ?? null;
  if (id === null || state.table(id)?.status !== 'seated') return [];
  for (const order of state.openOrders()) {
    if (order.tableId === id && order.id !== left?.id) return [];
  }
  return [{ stream: `table:${id}`, event }];
}

function decideAtTable(state: RestaurantReader, command: TableCommand): Decision<NewEvent> {
  const { tableId } = command;
  const decided = decideTable(state.table(tableId), command, {
    label: findTable(state.floor(), tableId)?.label,
    hasOpenOrders: occupiedTables(state).has(tableId),
  });
  return on(`table:${tableId}`, decided);
}

function occupiedTables(state: RestaurantReader): Set<TableId> {
  const ids = new Set<TableId>();
  for (const { tableId } of state.openOrders()) if (tableId !== null) ids.add(tableId);
  return ids;
}

function on(stream: StreamId, decided: Decision<FynloEvent>): Decision<NewEvent> {
  return isRefusal(decided) ? decided : decided.map((event) => ({ stream, event }));
}
