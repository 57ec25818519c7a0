import type { BillTerms } from '../bill/index.ts';
import type { LineId, TableId } from '../ids.ts';
import type { Channel, OrderedItem } from './order-state.ts';

interface Lines {
  readonly lineIds: readonly LineId[];
}

export interface Opening {
  readonly number: string;
  readonly businessDay: string;
  readonly channel: Channel;
  readonly tableId: TableId | null;
  readonly covers: number | null;
  readonly name: string | null;
  readonly terms: BillTerms;
}

export type OrderEvent =
  | { readonly type: 'order.opened'; readonly payload: Opening }
  /** Opened, filled and sent to the kitchen in one step. */
  | {
      readonly type: 'order.placed';
      readonly payload: Opening & { readonly lines: readonly OrderedItem[] };
    }
  | {
      readonly type: 'order.lines-added';
      readonly payload: { readonly lines: readonly OrderedItem[] };
    }
  | {
      readonly type: 'order.quantity-changed';
      readonly payload: { readonly lineId: LineId; readonly quantity: number };
    }
  | {
      readonly type: 'order.line-noted';
      readonly payload: { readonly lineId: LineId; readonly note: string };
    }
  | { readonly type: 'order.line-removed'; readonly payload: { readonly lineId: LineId } }
  | { readonly type: 'order.sent'; readonly payload: Lines & { readonly round: number } }
  /** A kitchen screen painted these lines. */
  | { readonly type: 'order.lines-shown'; readonly payload: Lines }
  | { readonly type: 'order.lines-started'; readonly payload: Lines }
  /** The kitchen bumped these lines: they are ready. */
  | { readonly type: 'order.lines-bumped'; readonly payload: Lines }
  | { readonly type: 'order.lines-recalled'; readonly payload: Lines }
  | { readonly type: 'order.lines-served'; readonly payload: Lines }
  | {
      readonly type: 'order.line-voided';
      readonly payload: { readonly lineId: LineId; readonly reason: string };
    }
  | {
      readonly type: 'order.details-changed';
      readonly payload: {
        readonly covers?: number | null;
        readonly name?: string | null;
        readonly note?: string | null;
      };
    }
  | { readonly type: 'order.moved'; readonly payload: { readonly tableId: TableId } }
  | { readonly type: 'order.completed'; readonly payload: { readonly totalMinor: number } }
  | { readonly type: 'order.cancelled'; readonly payload: { readonly reason: string } };
