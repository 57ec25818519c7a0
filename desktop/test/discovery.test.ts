import { Bonjour } from 'bonjour-service';
import { expect, test } from 'vitest';
import { announceHub, mdnsHost } from '../hub/discovery/announce.ts';
import { joinUrls } from '../hub/discovery/join-urls.ts';
import { createLogger } from '../hub/observe/logger.ts';

const hub = { restaurant: 'The Copper Kettle', epoch: 1, log: createLogger('silent') };
const onLoopback = { interface: '127.0.0.1', bind: '0.0.0.0' } as object;

test('[H9] two hubs on one network are announced and told apart', async () => {
  const announced = [
    announceHub({ ...hub, historyId: 'aaaa1111', port: 7101, interfaceAddress: '127.0.0.1' }),
    announceHub({ ...hub, historyId: 'bbbb2222', port: 7102, interfaceAddress: '127.0.0.1' }),
  ];
  const seeker = new Bonjour(onLoopback);
  const found = new Map<number, { name: string; host: string; site: string }>();
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Found only ${found.size} of 2 hubs.`)), 8_000);
    seeker.find({ type: 'fynlo' }, ({ name, host, port, txt }) => {
      found.set(port, { name, host, site: (txt as { site: string }).site });
      if (found.size < 2) return;
      clearTimeout(late);
      resolve();
    });
  });
  expect(found.get(7101)).toEqual({
    name: 'The Copper Kettle (aaaa)',
    host: 'fynlo-aaaa.local',
    site: 'aaaa1111',
  });
  expect(found.get(7102)).toEqual({
    name: 'The Copper Kettle (bbbb)',
    host: 'fynlo-bbbb.local',
    site: 'bbbb2222',
  });
  seeker.destroy();
  await Promise.all(announced.map((each) => each.stop()));
});

test('[H9] every address carries the code where no log and no request line can hold it', () => {
  const urls = joinUrls({ port: 7100, code: '123456', historyId: 'aaaa1111' });
  const all = [...urls.till, ...urls.kitchen, ...urls.phone];
  expect(all.length).toBeGreaterThan(3);
  for (const url of all)
    expect(new URL(url)).toMatchObject({ hash: '#join=123456', port: '7100', search: '' });
  expect(urls.till[0]).toContain('localhost');
  expect(
    urls.phone.some((url) => url.includes(mdnsHost('aaaa1111'))) || urls.phone.length === 1,
  ).toBe(true);
});
