import { test } from 'vitest';
import { runEvening } from './evening.ts';
test('runs', async () => {
  const from = Number(process.env['FROM'] ?? 1),
    n = Number(process.env['N'] ?? 20);
  const sum: Record<string, number> = {};
  const bad: string[] = [];
  let worst = 0;
  await runEvening({ seed: 0 });
  const t = performance.now();
  for (let seed = from; seed < from + n; seed++) {
    const r = await runEvening({ seed });
    if (r.violation) bad.push(`${seed} ${r.violation.message}`);
    worst = Math.max(worst, r.settledMs);
    for (const [k, v] of [...Object.entries(r.counts), ...Object.entries(r.faults)])
      sum[k] = (sum[k] ?? 0) + v;
  }
  console.log(JSON.stringify(sum), 'ms/seed', (performance.now() - t) / n, 'worst', worst);
  console.log(bad.length, bad.slice(0, 30).join('\n'));
}, 600000);
