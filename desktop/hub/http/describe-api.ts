import { commandSchemas } from '@fynlo/protocol/schema';
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import { fynloVersion } from '../version.ts';
import type { Route } from './route.ts';
import { errorBody } from './schemas.ts';

/** OpenAPI 3.1 of the route table. Commands are described by the schemas that check them. */
export function describeApi(routes: readonly Route[]): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: describeRoute(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Fynlo hub',
      version: fynloVersion,
      description:
        'A restaurant’s hub on its own network. Live changes come by WebSocket at /api/v1/live; see docs/protocol.md.',
    },
    paths,
    components: {
      securitySchemes: { device: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries(
        Object.entries(commandSchemas).map(([type, schema]) => [`command.${type}`, schema]),
      ),
    },
  });
}

function describeRoute(route: Route) {
  const error = { content: { 'application/json': { schema: errorBody } } };
  const parameters = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path' as const,
    required: true,
    schema: { type: 'string' as const },
  }));
  return {
    summary: route.summary,
    ...(route.policy !== 'public' && route.policy !== 'loopback' && { security: [{ device: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.query && { requestParams: { query: route.query as never } }),
    ...(route.body && {
      requestBody: { required: true, content: { 'application/json': { schema: route.body } } },
    }),
    responses: {
      200: {
        description: route.summary,
        content: { [route.contentType ?? 'application/json']: { schema: route.answers } },
      },
      '4XX': { description: 'Refused; the body says why and what to do', ...error },
      '5XX': { description: 'Not now; try again', ...error },
    },
  };
}
