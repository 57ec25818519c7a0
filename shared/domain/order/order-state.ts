import type { BillTerms } from '../bill/index.ts';
import type {
  DeviceId,
  LineId,
  ModifierGroupId,
  OptionId,
  OrderId,
  ProductId,
  StationId,
  TableId,
  VariantId,
} from '../ids.ts';
import type { AllergenStatement } from '../menu/index.ts';
import type { Bps, Minor } from '../money/index.ts';

export type Channel = 'dine-in' | 'takeaway' | 'collection' | 'delivery';

/**
 * Where a line is. `shown` means a kitchen screen has painted it and said so.
 * draft → sent → shown → started → ready → served; `voided` from any but draft.
 */
export type LineStatus = 'draft' | 'sent' | 'shown' | 'started' | 'ready' | 'served' | 'voided';

export interface ChosenOption {
  readonly groupId: ModifierGroupId;
  readonly optionId: OptionId;
  readonly name: string;
  readonly priceMinor: Minor;
}

/** What was ordered, at the name, price, VAT and allergens the menu had at that moment. */
export interface OrderedItem {
  readonly lineId: LineId;
  readonly productId: ProductId;
  readonly name: string;
  readonly variantId?: VariantId;
  readonly variantName?: string;
  readonly quantity: number;
  /** One of it, without options. */
  readonly unitPriceMinor: Minor;
  readonly options: readonly ChosenOption[];
  readonly vatRateBps: Bps;
  readonly stationId: StationId;
  readonly allergens: AllergenStatement;
  readonly note?: string;
}

export interface OrderLine extends OrderedItem {
  readonly status: LineStatus;
  /** When the line reached each status, in ms since 1970. */
  readonly at: Readonly<Partial<Record<LineStatus, number>>>;
  /** Which sending it went with: 1 for the first, then add-ons; 0 while it is a draft. */
  readonly round: number;
  readonly addedBy: DeviceId;
  /** Rises with every change of the line; a quantity change must name it. */
  readonly version: number;
  readonly voidReason?: string;
}

export interface Order {
  readonly id: OrderId;
  readonly number: string;
  readonly channel: Channel;
  readonly tableId: TableId | null;
  readonly covers: number | null;
  /** For tabs and takeaways: whose it is. */
  readonly name: string | null;
  readonly note: string | null;
  readonly state: 'open' | 'completed' | 'cancelled';
  readonly lines: readonly OrderLine[];
  readonly terms: BillTerms;
  readonly businessDay: string;
  readonly openedAt: number;
  readonly openedBy: DeviceId;
  readonly closedAt: number | null;
  /** How many times something was sent to the kitchen. */
  readonly rounds: number;
  /** The number of events on this order's stream. */
  readonly version: number;
}
