import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Express, type Response } from 'express';

const dist = fileURLToPath(new URL('../../../dist', import.meta.url));
const notBuilt =
  'The screens are not built yet. Stop the hub, type npm start, and open this page again.';

/** Serves the till and kitchen screens at / and the phone app at /phone/, each with its own paths. */
export function serveScreens(app: Express, folder = dist): void {
  serveApp(app, '/phone', join(folder, 'phone'), /^\/phone(\/.*)?$/);
  serveApp(app, '/', join(folder, 'renderer'), /^\/(till|kitchen|menu|join|devices)?(\/.*)?$/);
}

function serveApp(app: Express, at: string, folder: string, pages: RegExp): void {
  app.use(
    at,
    express.static(folder, {
      index: false,
      redirect: false,
      setHeaders: (response: Response, path: string) => {
        // Vite puts a content hash into the names below assets/; nothing else may be kept.
        const isHashed = /[\\/]assets[\\/]/.test(path);
        response.setHeader(
          'Cache-Control',
          isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    }),
  );
  app.get(pages, (request, response, next) => {
    if (request.path.startsWith('/api/')) return next();
    const page = join(folder, 'index.html');
    if (!existsSync(page)) return void response.status(503).type('text/plain').send(notBuilt);
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(page);
  });
}
