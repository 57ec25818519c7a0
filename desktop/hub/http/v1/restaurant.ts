import { viewTables } from '@fynlo/domain/restaurant';
import { wireError } from '@fynlo/protocol/wire';
import { z } from 'zod';
import { HttpError, type Route } from '../route.ts';
import { menu as menuShape } from '../schemas.ts';

export const menu: Route = {
  method: 'get',
  path: '/api/v1/menu',
  policy: 'device',
  summary: 'The menu in use, and what is sold out',
  answers: z.object({ menu: menuShape, soldOut: z.array(z.string()), version: z.int() }),
  handle: ({ context }) => {
    const state = context.road.state.menu();
    if (!state) throw new HttpError(404, wireError('not-found-item', { what: 'menu' }));
    return { menu: state.menu, soldOut: [...state.soldOut], version: state.version };
  },
};

export const floor: Route = {
  method: 'get',
  path: '/api/v1/floor',
  policy: 'device',
  summary: 'The floor plan',
  answers: z.object({
    floor: z.object({
      areas: z.array(z.object({ id: z.string(), name: z.string() })),
      tables: z.array(z.looseObject({ id: z.string(), label: z.string(), seats: z.int() })),
    }),
    version: z.int(),
  }),
  handle: ({ context }) =>
    context.road.state.floor() ?? { floor: { areas: [], tables: [] }, version: 0 },
};

export const tables: Route = {
  method: 'get',
  path: '/api/v1/tables',
  policy: 'device',
  summary: 'Every table and what is happening at it',
  answers: z.object({
    items: z.array(
      z.object({
        tableId: z.string(),
        status: z.enum(['free', 'seated', 'ordered', 'ready', 'served', 'dirty']),
        orderIds: z.array(z.string()),
        since: z.int().nullable(),
        covers: z.int().nullable(),
      }),
    ),
    next: z.null(),
  }),
  handle: ({ context }) => ({
    items: viewTables(context.road.state).map(({ orders, ...table }) => ({
      ...table,
      orderIds: orders.map(({ id }) => id),
    })),
    next: null,
  }),
};
