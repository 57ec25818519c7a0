import type { LineId, OrderId, TableId } from '@fynlo/domain';
import { seededRandom } from '@fynlo/testing/surroundings';
import { v7 as uuidv7 } from 'uuid';
import { HubProcess } from '../hub-process.ts';
import { Device } from './device.ts';
import { complaints, judge } from './judge.ts';
import { Proxy } from './proxy.ts';
import { figuresText, percentile, type Ran, type Say } from './report.ts';
import { settle } from './settle.ts';
import { pause, simpleProducts, Staff } from './staff.ts';

export interface StormPlan {
  readonly seed: number;
  readonly clients: number;
  readonly storms: number;
  /** How long the network is away. */
  readonly awayMs: number;
  /** How soon after the last fault all must agree. */
  readonly agreeMs: number;
  readonly say: Say;
}

const orderEveryMs = 20;

/**
 * Cuts every device at once and lets them all back at once, with orders in their queues, while a
 * till on a cable goes on placing orders and is timed.
 */
export async function runStorm(plan: StormPlan): Promise<Ran> {
  const random = seededRandom(plan.seed);
  const hub = await HubProcess.open();
  const proxy = await Proxy.open(hub.port, random);
  const staff = await Staff.open(hub, {
    waiters: plan.clients - 8,
    tills: 4,
    kitchens: 4,
    random,
    ownAddresses: true,
    port: proxy.port,
  });
  const till = await Device.open(hub, 'till', 'Till on a cable');
  const all = [...staff.devices, till];
  const wrong: string[] = [];
  const liveMs: number[] = [];
  const settledMs: number[] = [];
  let cut = 0;
  try {
    while (!till.isLive()) await pause(5);
    const [productId] = simpleProducts(till);
    if (!productId) throw new Error('The menu has nothing simple on it.');
    const place = () =>
      till.ask({
        type: 'order.place',
        orderId: uuidv7() as OrderId,
        channel: 'dine-in',
        tableId: '7' as TableId,
        lines: [{ lineId: uuidv7() as LineId, productId, quantity: 1, options: [] }],
      });
    const clock = setInterval(place, orderEveryMs);
    for (let storm = 0; storm < plan.storms; storm++) {
      staff.work(150);
      await pause(400);
      proxy.isRefusing = true;
      proxy.cut();
      await pause(plan.awayMs);
      const away = staff.devices.filter((device) => !device.isLive()).length;
      cut += away;
      if (away < staff.devices.length) wrong.push(`only ${away} devices were cut`);
      await staff.rest();
      const backAt = performance.now();
      proxy.heal();
      while (!staff.devices.every((device) => device.isLive())) {
        if (performance.now() - backAt > plan.agreeMs) {
          wrong.push(`not all were live within ${plan.agreeMs} ms`);
          break;
        }
        await pause(5);
      }
      liveMs.push(performance.now() - backAt);
      await pause(300);
    }
    clearInterval(clock);
    const settled = await settle(all, plan.agreeMs);
    settledMs.push(settled.tookMs);
    await hub.kill();
    const verdict = judge(hub.folder, all);
    const waits = till.said.flatMap(({ askedAt, answeredAt }) =>
      answeredAt === undefined ? [] : [answeredAt - askedAt],
    );
    const figures = {
      storms: plan.storms,
      'devices cut': cut,
      'all live again at most after ms': Math.max(...liveMs),
      'orders meanwhile': waits.length,
      'order p50 ms': percentile(waits, 0.5),
      'order p99 ms': percentile(waits, 0.99),
      lost: verdict.lost.length,
      doubled: verdict.doubled.length,
      'all agree after ms': settled.tookMs,
    };
    plan.say(`reconnect storm: ${figuresText(figures)}`);
    return { figures, wrong: [...wrong, ...settled.late, ...complaints(verdict)] };
  } finally {
    await Promise.all([staff.close(), till.close()]);
    await proxy.close();
    await hub.stop();
  }
}
