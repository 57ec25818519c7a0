import { join } from 'node:path';

/** Where a restaurant's database is in its data folder. */
export function databasePath(dataFolder: string): string {
  return join(dataFolder, 'fynlo.db');
}
