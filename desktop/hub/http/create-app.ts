import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { describeIssue } from '@fynlo/protocol/schema';
import { wireError, type WireError } from '@fynlo/protocol/wire';
import { ArchiveUnreadableError } from '../archive/archive-file.ts';
import type { HubContext } from '../context.ts';
import type { Session } from '../pairing/session.ts';
import { whyForeign } from './guard.ts';
import { HttpError, type Route } from './route.ts';
import { routes } from './routes.ts';
import { serveScreens } from './screens.ts';

const bodyBytesMax = 64 * 1024;
const requestsPerMinuteMax = 1_200;

/** The hub's HTTP side. Each request reads downward: host and origin, limit, permit, parse, do, present. */
export function createApp(context: HubContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(securityHeaders());
  app.use((request, _response, next) => {
    const hub = { port: context.port(), historyId: context.site };
    const foreign = whyForeign(request, hub);
    next(foreign && new HttpError(foreign.status, foreign.error));
  });
  app.use('/api', limitRate());
  for (const route of routes) addRoute(app, route, context);
  app.use(['/api', '/metrics', '/health'], (request, _response, next) => {
    next(wrongAddress(request));
  });
  serveScreens(app);
  app.use((request, _response, next) => next(wrongAddress(request)));
  app.use(answerError(context));
  return app;
}

function addRoute(app: Express, route: Route, context: HubContext): void {
  const steps = [
    permit(route, context),
    ...(route.body ? [jsonBody(route), parseBody(route)] : []),
  ];
  app[route.method](route.path, ...steps, async (request: Request, response: Response) => {
    const session = response.locals['session'] as Session | undefined;
    parseQuery(route, request);
    const result = await route.handle({ context, request, response, ...(session && { session }) });
    if (!response.headersSent && result !== undefined) response.json(result);
  });
}

type Step = (request: Request, response: Response, next: NextFunction) => void;

function permit({ policy }: Route, { sessions }: HubContext): Step {
  return (request, response, next) => {
    if (policy === 'public') return next();
    if (policy === 'loopback') {
      return next(isLoopback(request) ? undefined : new HttpError(404, wireError('not-found')));
    }
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw new HttpError(401, wireError('authentication-required'));
    const session = sessions.authenticate(token);
    if (!session) throw new HttpError(401, wireError('authentication-failed'));
    if (policy !== 'device' && !policy.includes(session.role)) {
      throw new HttpError(403, wireError('not-permitted'));
    }
    response.locals['session'] = session;
    next();
  };
}

function jsonBody({ bodyBytesMax: max = bodyBytesMax }: Route): Step {
  const read = express.json({ limit: max, type: 'application/json' });
  return (request, response, next) => {
    // A plain form or text could be sent by any page without the browser asking first.
    if (!request.is('application/json')) throw new HttpError(415, wireError('json-required'));
    read(request, response, (error?: unknown) => next(error && bodyError(error, max)));
  };
}

function bodyError(error: unknown, max: number): HttpError {
  const isTooLarge = (error as { type?: string }).type === 'entity.too.large';
  return isTooLarge
    ? new HttpError(413, wireError('message-too-large', { max }))
    : new HttpError(400, wireError('malformed-json'));
}

function parseBody({ body }: Route): Step {
  return (request, _response, next) => {
    const parsed = body?.safeParse(request.body);
    if (parsed && !parsed.success) {
      throw new HttpError(400, malformed(describeIssue(parsed.error.issues[0])));
    }
    request.body = parsed?.data;
    next();
  };
}

function parseQuery({ query }: Route, request: Request): void {
  const parsed = query?.safeParse(request.query);
  if (parsed && !parsed.success) {
    throw new HttpError(400, malformed(describeIssue(parsed.error.issues[0])));
  }
}

function malformed(problem: string): WireError {
  return wireError('malformed-message', { problem });
}

function limitRate(): Step {
  const windowMs = 60_000;
  return rateLimit({
    windowMs,
    limit: requestsPerMinuteMax,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: false,
    handler: () => {
      throw new HttpError(429, wireError('rate-limited', { seconds: windowMs / 1000 }));
    },
  }) as Step;
}

function securityHeaders(): Step {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    // Plain HTTP on a LAN: these would only break it.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  }) as Step;
}

function wrongAddress(request: Request): HttpError {
  const known = routes.some(({ path }) => path === request.baseUrl + request.path);
  return known
    ? new HttpError(405, wireError('method-not-allowed', { method: request.method }))
    : new HttpError(404, wireError('not-found'));
}

function answerError({ logger }: HubContext) {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) return next(error);
    if (error instanceof HttpError) {
      response.status(error.status).json(error.error);
      return;
    }
    if (error instanceof ArchiveUnreadableError) {
      response.status(503).json(wireError('archive-missing', { file: error.file }));
      return;
    }
    logger.error({ err: error, path: request.path }, 'A request failed.');
    response.status(500).json(wireError('internal'));
  };
}

function isLoopback(request: Request): boolean {
  const address = request.socket.remoteAddress ?? '';
  return address === '::1' || address.replace('::ffff:', '').startsWith('127.');
}
