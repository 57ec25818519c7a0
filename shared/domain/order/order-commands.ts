import type {
  LineId,
  ModifierGroupId,
  OptionId,
  OrderId,
  ProductId,
  TableId,
  VariantId,
} from '../ids.ts';
import type { Channel } from './order-state.ts';

/** What a guest wants, in ids only: the hub knows names and prices from its own menu. */
export interface WantedLine {
  readonly lineId: LineId;
  readonly productId: ProductId;
  readonly variantId?: VariantId;
  /** 1 to 99 */
  readonly quantity: number;
  readonly options: readonly { readonly groupId: ModifierGroupId; readonly optionId: OptionId }[];
  readonly note?: string;
}

interface ForOrder {
  readonly orderId: OrderId;
}
interface ForLine extends ForOrder {
  readonly lineId: LineId;
}
interface ForLines extends ForOrder {
  readonly lineIds: readonly LineId[];
}

export interface OpenOrder extends ForOrder {
  readonly type: 'order.open';
  readonly channel: Channel;
  readonly tableId?: TableId;
  readonly covers?: number;
  readonly name?: string;
}

/** Opens, adds and sends in one step, all or nothing: for a counter, a kiosk, another program. */
export interface PlaceOrder extends Omit<OpenOrder, 'type'> {
  readonly type: 'order.place';
  readonly lines: readonly WantedLine[];
}

export type OrderCommand =
  | OpenOrder
  | PlaceOrder
  | (ForOrder & { readonly type: 'order.add-lines'; readonly lines: readonly WantedLine[] })
  | (ForLine & {
      readonly type: 'order.change-quantity';
      readonly quantity: number;
      /** The line's version the person saw; refused with the current value when it is older. */
      readonly lineVersion: number;
    })
  | (ForLine & { readonly type: 'order.note-line'; readonly note: string })
  | (ForLine & { readonly type: 'order.remove-line' })
  | (ForOrder & { readonly type: 'order.send' })
  | (ForLines & { readonly type: 'order.serve' })
  | (ForLine & { readonly type: 'order.void-line'; readonly reason: string })
  | (ForOrder & {
      readonly type: 'order.change-details';
      readonly covers?: number | null;
      readonly name?: string | null;
      readonly note?: string | null;
    })
  | (ForOrder & { readonly type: 'order.move'; readonly tableId: TableId })
  | (ForOrder & { readonly type: 'order.complete' })
  | (ForOrder & { readonly type: 'order.cancel'; readonly reason: string })
  /** “On the kitchen screen”: said by the screen that painted the lines. */
  | (ForLines & { readonly type: 'kitchen.show' })
  | (ForLines & { readonly type: 'kitchen.start' })
  | (ForLines & { readonly type: 'kitchen.bump' })
  | (ForLines & { readonly type: 'kitchen.recall' });
