/**
 * Every rule that can say no, with the sentence a waiter reads. `{name}` is filled from `details`.
 * The code is the promise to other programs; the sentence may be reworded or translated.
 * docs/protocol.md lists the same codes and a test keeps the two equal.
 */
export const refusalSentences = {
  // Orders
  'order-unknown': 'This order is not known here. Go back to the floor and open it again.',
  'order-exists': 'This order was already opened. Open it from the floor.',
  'order-completed': 'Order {number} is already completed. Open a new order for this table.',
  'order-cancelled': 'Order {number} was cancelled. Open a new order for this table.',
  'order-too-long': 'An order holds at most {max} lines. Open a second order for this table.',
  'order-has-unsent-lines':
    'Order {number} has lines the kitchen has not got. Send or remove them first.',
  'order-has-sent-lines': 'The kitchen already has lines of order {number}. Void them first.',
  'nothing-to-send': 'Everything on order {number} has already been sent.',
  'line-unknown': 'This line is no longer on the order. Someone may have removed it.',
  'line-exists': 'This line is already on the order.',
  'line-changed':
    'Someone changed {product} to {quantity} a moment ago. Check it and change it again.',
  'line-already-sent': 'The kitchen already has {product}. Void it with a reason instead.',
  'line-not-sent': '{product} has not been sent yet. Remove it instead.',
  'line-voided': '{product} was voided. Add it again if the guest wants it.',
  'void-needs-reason': 'Say why {product} is voided.',
  // Menu
  'menu-missing': 'There is no menu yet. Import one on the Menu screen.',
  'product-unknown': 'This product is not on the menu any more. Choose another.',
  'product-not-active': '{product} is not on sale. Choose another.',
  'product-sold-out': '{product} is sold out. Choose another.',
  'product-not-now': '{product} is served {times}. Choose another.',
  'variant-required': 'Choose which {product} first: {choices}.',
  'variant-unknown': 'This kind of {product} is not on the menu any more. Choose another.',
  'option-unknown': 'This choice for {product} is not on the menu any more. Choose again.',
  'option-repeated': '{option} was chosen twice for {product}. Choose it once.',
  'too-few-options': 'Choose at least {min} of “{group}” for {product}.',
  'too-many-options': 'Choose at most {max} of “{group}” for {product}.',
  // Tables, floor, restaurant
  'table-unknown': 'This table is not on the floor plan. Choose another.',
  'table-required': 'Choose a table for a dine-in order.',
  'table-has-open-orders': 'Table {table} still has an open order. Complete it first.',
  'table-in-use': 'Table {table} has an open order, so it must stay on the floor plan.',
  'restaurant-not-set-up':
    'This restaurant is not set up yet. Import the sample or your own files on the hub.',
  // Who may do what
  'not-permitted': 'This device may not do that. Ask a manager to do it on the till.',
  // Old days
  'archive-missing':
    'This is so old that it stands in an archive ({file}), which the hub cannot read. Ask a manager to put it back.',
  // Versions
  'update-needed':
    'The hub is newer and said something here that this device cannot read. Update this device: close Fynlo and open it again.',
  // The shape of what was asked
  'malformed-command': 'The hub did not understand this change: {problem}. Update this device.',
  'unknown-command': 'The hub does not know “{type}”. Update this device or the hub.',
  'price-not-accepted':
    'Prices come from the menu on the hub and cannot be sent with an order ({field}). Update this device.',
} as const;

export type RefusalCode = keyof typeof refusalSentences;

export type RefusalDetails = Readonly<Record<string, string | number>>;

/** A rule said no. A value, never thrown: nothing changed and the reason is for a person to read. */
export interface Refusal {
  readonly refused: RefusalCode;
  /** The sentence a waiter reads. */
  readonly because: string;
  /** What filled the sentence, and the current values where the asker was out of date. */
  readonly details?: RefusalDetails;
}

export function refuse(code: RefusalCode, details?: RefusalDetails): Refusal {
  const because = fill(refusalSentences[code], details ?? {});
  return details ? { refused: code, because, details } : { refused: code, because };
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}

function fill(sentence: string, details: RefusalDetails): string {
  return sentence.replace(/\{(\w+)\}/g, (hole, name: string) => String(details[name] ?? hole));
}
