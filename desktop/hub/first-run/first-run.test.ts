import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CommandRoad } from '../commands/command-road.ts';
import { openDatabase } from '../db/open-database.ts';
import { EventLog } from '../event-log/event-log.ts';
import { Views } from '../projections/views.ts';
import { systemSurroundings } from '../surroundings.ts';
import { firstRun } from './first-run.ts';

test('[H1] a first run that is cut off leaves nothing: the whole restaurant is one transaction', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fynlo-first-'));
  const db = openDatabase(join(folder, 'fynlo.db'));
  const log = new EventLog(db);
  const groups: number[] = [];
  const road = new CommandRoad({
    log,
    views: new Views(db, log),
    surroundings: systemSurroundings(),
    publish: () => undefined,
    onOutcomeUnknown: (error) => expect.fail(String(error)),
    observer: {
      groupCommitted: ({ commands }) => groups.push(commands),
      answered: () => undefined,
    },
  });
  await firstRun(road, 'sample');
  expect(groups).toEqual([3]);
  expect(road.state.menu()?.menu.products.length).toBeGreaterThan(100);
  db.close();
  rmSync(folder, { recursive: true, force: true });
});
