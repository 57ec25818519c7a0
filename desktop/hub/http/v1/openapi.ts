import { z } from 'zod';
import { describeApi } from '../describe-api.ts';
import type { Route } from '../route.ts';

export const openApi: Route = {
  method: 'get',
  path: '/api/v1/openapi.json',
  policy: 'public',
  summary: 'This description',
  answers: z.looseObject({ openapi: z.string() }),
  handle: async () => {
    // The table of routes holds this one, so it is read when it is complete.
    const { routes } = await import('../routes.ts');
    return describeApi(routes);
  },
};
