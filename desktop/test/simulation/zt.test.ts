import { test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { runEvening } from './evening.ts';
test('trace', async () => {
  const seed = Number(process.env['SEED']);
  const lines: string[] = [];
  const r = await runEvening({ seed, trace: (l) => lines.push(l) });
  writeFileSync('/tmp/trace.txt', lines.join('\n'));
  console.log(r.violation?.message, r.settledMs);
});
