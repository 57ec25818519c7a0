import { backUpNow, backups, checkNow, chooseFolder, restoreBackup } from './v1/backups.ts';
import { commands } from './v1/commands.ts';
import { health, metrics, socketHealth } from './v1/health.ts';
import { devices, join, joinInfo } from './v1/join.ts';
import { menuExport, menuImport } from './v1/menu-file.ts';
import { openApi } from './v1/openapi.ts';
import { events, oneOrder, orderHistory, orders } from './v1/orders.ts';
import { floor, menu, tables } from './v1/restaurant.ts';
import type { Route } from './route.ts';

/** Every endpoint of the hub. */
export const routes: readonly Route[] = [
  health,
  ...socketHealth,
  metrics,
  join,
  joinInfo,
  devices,
  commands,
  orders,
  oneOrder,
  orderHistory,
  events,
  menu,
  menuImport,
  menuExport,
  floor,
  tables,
  backups,
  backUpNow,
  checkNow,
  chooseFolder,
  restoreBackup,
  openApi,
];
