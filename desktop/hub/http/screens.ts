import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Express, type Response } from 'express';

const dist = fileURLToPath(new URL('../../../dist', import.meta.url));
const notBuilt =
  'The screens are not built yet. Stop the hub, type npm start, and open this page again.';

/**
 * Serves the till and kitchen screens at / and the phone app at /phone/, each with its own paths.
 * `FYNLO_SCREENS` names another folder than the built one: a test serves an app and then a newer.
 */
export function serveScreens(app: Express, folder = process.env['FYNLO_SCREENS'] ?? dist): void {
  // Without its last stroke the address is outside the service worker's scope, and would not open
  // while the hub is away. A fragment with a join code goes along.
  app.get('/phone', (request, response, next) => {
    if (request.path !== '/phone') return next();
    response.redirect('/phone/');
  });
  serveApp(app, '/phone', join(folder, 'phone'), /^\/phone(\/.*)?$/);
  serveApp(
    app,
    '/',
    join(folder, 'renderer'),
    /^\/(till|kitchen|menu|backups|join|devices)?(\/.*)?$/,
  );
}

function serveApp(app: Express, at: string, folder: string, pages: RegExp): void {
  app.use(
    at,
    express.static(folder, {
      index: false,
      redirect: false,
      setHeaders: (response: Response, path: string) => {
        // Vite puts a content hash into the names below assets/. Nothing else may be kept unasked:
        // least of all sw.js, which is how a phone hears of a newer version.
        const isHashed = /[\\/]assets[\\/]/.test(path);
        response.setHeader(
          'Cache-Control',
          isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    }),
  );
  app.get(pages, (request, response, next) => {
    if (request.path.startsWith('/api/') || isFile(request.path)) return next();
    const page = join(folder, 'index.html');
    if (!existsSync(page)) return void response.status(503).type('text/plain').send(notBuilt);
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(page);
  });
}

/** A file that is not there is not found. A page in its place would be kept as if it were the file. */
function isFile(path: string): boolean {
  return /^\/(phone\/)?(assets\/.*|[^/]+\.\w+)$/.test(path);
}
