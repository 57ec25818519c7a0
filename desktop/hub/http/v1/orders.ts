import type { OrderId } from '@fynlo/domain';
import type { Order } from '@fynlo/domain/order';
import { wireError, type Page } from '@fynlo/protocol/wire';
import { z } from 'zod';
import { HttpError, type Route } from '../route.ts';
import { order, pageOf, pageQuery, recordedEvent } from '../schemas.ts';

const ordersQuery = pageQuery.extend({ state: z.enum(['open', 'closed']).default('open') });

/** Newest first. The cursor is the place in the log where the order was opened. */
export const orders: Route = {
  method: 'get',
  path: '/api/v1/orders',
  policy: 'device',
  summary: 'Orders, newest first',
  query: ordersQuery,
  answers: pageOf(order),
  handle: ({ context: { views }, request }): Page<Order> => {
    const { state, limit, after } = ordersQuery.parse(request.query);
    const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
    const ids = views.orderIds(state, Number.isSafeInteger(before) ? before : 0, limit);
    const last = ids.at(-1);
    return {
      items: ids.flatMap(({ id }) => views.foldOrder(id) ?? []),
      next: last && ids.length === limit ? String(last.openedSeq) : null,
    };
  },
};

export const oneOrder: Route = {
  method: 'get',
  path: '/api/v1/orders/:id',
  policy: 'device',
  summary: 'One order, open or closed',
  answers: order,
  handle: ({ context: { views }, request }) => {
    const found = views.foldOrder(request.params['id'] as OrderId);
    if (!found) throw new HttpError(404, wireError('not-found-item', { what: 'order' }));
    return found;
  },
};

export const orderHistory: Route = {
  method: 'get',
  path: '/api/v1/orders/:id/events',
  policy: 'device',
  summary: 'Who did what to one order, oldest first',
  answers: z.object({ items: z.array(recordedEvent), next: z.null() }),
  handle: ({ context: { log }, request }) => {
    const items = log.readStream(`order:${String(request.params['id'])}`);
    if (items.length === 0)
      throw new HttpError(404, wireError('not-found-item', { what: 'order' }));
    return { items, next: null };
  },
};

const eventsQuery = pageQuery.extend({ after: z.coerce.number().int().min(0).default(0) });

export const events: Route = {
  method: 'get',
  path: '/api/v1/events',
  policy: ['manager'],
  summary: 'The log itself, from any place on',
  query: eventsQuery,
  answers: pageOf(recordedEvent),
  handle: ({ context: { log }, request }) => {
    const { after, limit } = eventsQuery.parse(request.query);
    const items = log.readSince(after, limit);
    const last = items.at(-1);
    return { items, next: last && items.length === limit ? String(last.seq) : null };
  },
};
