import type { LineId, OrderId, ProductId, TableId } from '@fynlo/domain';
import type { Channel, OrderLine, WantedLine } from '@fynlo/domain/order';
import { v7 as uuidv7 } from 'uuid';
import type { Client } from '../connection/index.ts';

/** Where a tap on the menu goes: an order that is there, or one that the first line opens. */
export type OrderTarget =
  | { readonly orderId: OrderId }
  | { readonly channel: Channel; readonly tableId?: TableId; readonly name?: string };

/**
 * Adds one line, opening the order first when there is none. Everybody sees the line at once, and
 * it is kept before anything else: there is no cart that could be lost.
 * @returns the order it is on.
 */
export function addLine(
  client: Client,
  target: OrderTarget,
  productId: ProductId,
  choice: Pick<WantedLine, 'variantId' | 'options' | 'note' | 'quantity'>,
): OrderId {
  let orderId: OrderId;
  if ('orderId' in target) orderId = target.orderId;
  else {
    orderId = uuidv7() as OrderId;
    client.dispatch({ type: 'order.open', orderId, ...target });
  }
  const line: WantedLine = { lineId: uuidv7() as LineId, productId, ...choice };
  client.dispatch({ type: 'order.add-lines', orderId, lines: [line] });
  return orderId;
}

export function changeQuantity(
  client: Client,
  orderId: OrderId,
  { lineId, version }: OrderLine,
  quantity: number,
): void {
  client.dispatch({
    type: 'order.change-quantity',
    orderId,
    lineId,
    quantity,
    lineVersion: version,
  });
}

/** A draft line with the same product, options and note: one more of it is a quantity, not a line. */
export function sameDraft(
  lines: readonly OrderLine[],
  productId: ProductId,
  choice: Pick<WantedLine, 'variantId' | 'options' | 'note'>,
): OrderLine | undefined {
  return lines.find(
    (line) =>
      line.status === 'draft' &&
      line.productId === productId &&
      line.variantId === choice.variantId &&
      (line.note ?? '') === (choice.note ?? '') &&
      line.options.length === choice.options.length &&
      line.options.every(({ optionId, groupId }) =>
        choice.options.some((wanted) => wanted.optionId === optionId && wanted.groupId === groupId),
      ),
  );
}
