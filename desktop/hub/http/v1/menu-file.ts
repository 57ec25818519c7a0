import type { Menu } from '@fynlo/domain/menu';
import { menuImportRequest } from '@fynlo/protocol/schema';
import { wireError, type MenuImportRequest, type MenuImportResponse } from '@fynlo/protocol/wire';
import { z } from 'zod';
import { formatMenuFile, menuChanges, parseMenuFile } from '../../menu-file/index.ts';
import type { Session } from '../../pairing/session.ts';
import { HttpError, type Route } from '../route.ts';

const emptyMenu: Menu = { stations: [], categories: [], products: [], modifierGroups: [] };
const fileBytesMax = 4 * 1024 * 1024;

/** All or nothing: one problem anywhere and the menu in use stays as it is. */
export const menuImport: Route = {
  method: 'post',
  path: '/api/v1/menu/imports',
  policy: ['manager'],
  summary: 'Put a menu file in use, or only say what it would change',
  body: menuImportRequest,
  bodyBytesMax: fileBytesMax,
  answers: z.object({
    imported: z.boolean(),
    categories: z.int(),
    products: z.int(),
    modifierGroups: z.int(),
    added: z.array(z.string()),
    changed: z.array(z.string()),
    removed: z.array(z.string()),
  }),
  handle: async ({ context, request, session }): Promise<MenuImportResponse> => {
    const { importId, csv, dryRun = false } = request.body as MenuImportRequest;
    const { state } = context.road;
    const decimals = state.settings()?.settings.currencyDecimals ?? 2;
    const parsed = parseMenuFile(csv, { currencyDecimals: decimals });
    if (!parsed.ok) {
      const { problems } = parsed;
      throw new HttpError(422, wireError('import-rejected', { problems }));
    }
    const menu = parsed.value;
    const changes = menuChanges(state.menu()?.menu ?? emptyMenu, menu);
    if (!dryRun) {
      const answer = await context.road.submit({
        clientId: importId,
        no: 1,
        command: { type: 'menu.import', menu },
        session: session as Session,
      });
      if (answer.kind === 'cannot-now') throw new HttpError(503, answer.error);
      if (answer.kind !== 'accepted') throw new HttpError(500, wireError('internal'));
    }
    return {
      imported: !dryRun,
      categories: menu.categories.length,
      products: menu.products.length,
      modifierGroups: menu.modifierGroups.length,
      ...changes,
    };
  },
};

export const menuExport: Route = {
  method: 'get',
  path: '/api/v1/menu/export',
  policy: ['manager'],
  summary: 'The menu in use as a file that can be imported again',
  answers: z.string(),
  contentType: 'text/csv',
  handle: ({ context: { road }, response }) => {
    const decimals = road.state.settings()?.settings.currencyDecimals ?? 2;
    const text = formatMenuFile(road.state.menu()?.menu ?? emptyMenu, {
      currencyDecimals: decimals,
    });
    response.type('text/csv').attachment('menu.csv').send(text);
  },
};
