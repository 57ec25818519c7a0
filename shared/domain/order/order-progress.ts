import type { LineStatus, Order } from './order-state.ts';

/** Where a whole order is (requirement O5). Never stored: its lines say it. */
export type OrderProgress =
  'draft' | 'sent' | 'preparing' | 'ready' | 'served' | 'completed' | 'cancelled';

export function orderProgress({ state, lines }: Order): OrderProgress {
  if (state !== 'open') return state;
  const live = lines.map(({ status }) => status).filter(isLive);
  if (live.length === 0) return 'draft';
  if (live.every((status) => status === 'served')) return 'served';
  if (live.every((status) => status === 'ready' || status === 'served')) return 'ready';
  if (live.some((status) => status === 'started' || status === 'ready')) return 'preparing';
  return 'sent';
}

function isLive(status: LineStatus): boolean {
  return status !== 'draft' && status !== 'voided';
}
