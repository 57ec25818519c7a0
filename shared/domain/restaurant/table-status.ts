import type { TableId } from '../ids.ts';
import { orderProgress, type Order } from '../order/index.ts';
import type { RestaurantReader } from './restaurant-state.ts';

/** What the floor plan shows at a glance. */
export type TableStatus = 'free' | 'seated' | 'ordered' | 'ready' | 'served' | 'dirty';

export interface TableView {
  readonly tableId: TableId;
  readonly status: TableStatus;
  /** In the order they were opened; two when two devices opened one each while apart. */
  readonly orders: readonly Order[];
  /** Since when the guests sit or the table is dirty; ms since 1970. */
  readonly since: number | null;
  readonly covers: number | null;
}

/** Every table of the floor plan with what is happening at it. */
export function viewTables(state: RestaurantReader): TableView[] {
  const ordersAt = new Map<TableId, Order[]>();
  for (const order of state.openOrders()) {
    if (order.tableId === null) continue;
    const orders = ordersAt.get(order.tableId);
    if (orders) orders.push(order);
    else ordersAt.set(order.tableId, [order]);
  }
  return (state.floor()?.floor.tables ?? []).map(({ id }) => {
    const orders = ordersAt.get(id) ?? [];
    const kept = state.table(id);
    const since = orders[0]?.openedAt ?? kept?.since ?? null;
    const covers = orders[0]?.covers ?? kept?.covers ?? null;
    return { tableId: id, status: statusOf(orders, kept?.status ?? 'free'), orders, since, covers };
  });
}

function statusOf(orders: readonly Order[], kept: 'free' | 'seated' | 'dirty'): TableStatus {
  if (orders.length === 0) return kept;
  const progresses = orders.map(orderProgress);
  const anyReady = orders.some(({ lines }) => lines.some(({ status }) => status === 'ready'));
  if (anyReady) return 'ready';
  if (progresses.every((progress) => progress === 'draft')) return 'seated';
  if (progresses.every((progress) => progress === 'served')) return 'served';
  return 'ordered';
}
