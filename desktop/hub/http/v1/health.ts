import type { HubCondition } from '@fynlo/protocol/wire';
import { z } from 'zod';
import { fynloVersion } from '../../version.ts';
import type { Route } from '../route.ts';

const conditions = z.enum(['ok', 'backup-failing', 'damaged'] satisfies readonly HubCondition[]);

/** Says that the hub is there, and nothing about the restaurant. */
export const health: Route = {
  method: 'get',
  path: '/api/v1/health',
  policy: 'public',
  summary: 'Whether the hub is up, and in one word whether all is well',
  answers: z.object({ status: conditions, version: z.string(), uptimeMs: z.int() }),
  handle: ({ context: { now, startedAt, backups } }) => ({
    status: backups.condition(),
    version: fynloVersion,
    uptimeMs: now() - startedAt,
  }),
};

/** The same numbers at both addresses that the requirement names. */
export const socketHealth: readonly Route[] = ['/health/websocket', '/api/v1/health/websocket'].map(
  (path): Route => ({
    method: 'get',
    path,
    policy: 'public',
    summary: 'How many sockets are open, were dropped, came back',
    answers: z.object({
      status: z.literal('ok'),
      open: z.int(),
      opened: z.int(),
      dropped: z.int(),
      reconnected: z.int(),
    }),
    handle: ({ context }) => {
      const { open, opened, dropped, reconnected } = context.live.stats();
      return { status: 'ok', open, opened, dropped, reconnected };
    },
  }),
);

export const metrics: Route = {
  method: 'get',
  path: '/metrics',
  policy: 'loopback',
  summary: 'Prometheus metrics, for this computer only',
  answers: z.string(),
  contentType: 'text/plain',
  handle: async ({ context: { metrics: measured }, response }) => {
    const text = await measured.registry.metrics();
    response.type(measured.registry.contentType).send(text);
  },
};
