import { allergens } from '@fynlo/domain/menu';
import { limits } from '@fynlo/protocol/wire';
import { z } from 'zod';

/** The shapes that come back, named as the description of the API names them. */
const named = <Schema extends z.ZodType>(id: string, schema: Schema) => schema.meta({ id });

export const minor = z
  .int()
  .meta({ description: 'minor units of the currency: pence, cents, yen' });
const timestamp = z.int().meta({ description: 'milliseconds since 1970' });

export const errorBody = named(
  'Error',
  z.object({
    code: z.string(),
    because: z.string().meta({ description: 'a sentence with what to do next' }),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
);

const orderLine = named(
  'OrderLine',
  z.looseObject({
    lineId: z.string(),
    productId: z.string(),
    name: z.string(),
    variantName: z.string().optional(),
    quantity: z.int(),
    unitPriceMinor: minor,
    options: z.array(z.looseObject({ name: z.string(), priceMinor: minor })),
    vatRateBps: z.int(),
    stationId: z.string(),
    note: z.string().optional(),
    status: z.enum(['draft', 'sent', 'shown', 'started', 'ready', 'served', 'voided']),
    at: z.record(z.string(), timestamp),
    round: z.int(),
    version: z.int(),
  }),
);

export const order = named(
  'Order',
  z.looseObject({
    id: z.string(),
    number: z.string(),
    channel: z.enum(['dine-in', 'takeaway', 'collection', 'delivery']),
    tableId: z.string().nullable(),
    covers: z.int().nullable(),
    state: z.enum(['open', 'completed', 'cancelled']),
    lines: z.array(orderLine),
    businessDay: z.string(),
    openedAt: timestamp,
    closedAt: timestamp.nullable(),
    version: z.int(),
  }),
);

export const recordedEvent = named(
  'Event',
  z.looseObject({
    seq: z.int(),
    epoch: z.int(),
    eventId: z.string(),
    stream: z.string(),
    streamVersion: z.int(),
    type: z.string(),
    version: z.int(),
    occurredAt: timestamp,
    actor: z.string(),
    device: z.string(),
    clientId: z.string(),
    commandNo: z.int(),
    payload: z.record(z.string(), z.unknown()),
  }),
);

export const menu = named(
  'Menu',
  z.looseObject({
    stations: z.array(z.object({ id: z.string(), name: z.string() })),
    categories: z.array(z.looseObject({ id: z.string(), name: z.string() })),
    products: z.array(
      z.looseObject({
        id: z.string(),
        categoryId: z.string(),
        name: z.string(),
        priceMinor: minor,
        vatRateBps: z.int(),
        stationId: z.string(),
        allergens: z
          .union([z.literal('unknown'), z.array(z.string())])
          .meta({ description: `of ${allergens.join(', ')}; gluten and nuts name which` }),
        active: z.boolean(),
      }),
    ),
    modifierGroups: z.array(
      z.looseObject({ id: z.string(), name: z.string(), min: z.int(), max: z.int() }),
    ),
  }),
);

/** `limit` and `after` of every list. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z
    .string()
    .max(limits.nameLengthMax)
    .optional()
    .meta({ description: '`next` of the page before' }),
});

export function pageOf(item: z.ZodType) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'null at the end' }),
  });
}
