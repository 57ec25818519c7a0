import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveScreens } from './screens.ts';

const folder = mkdtempSync(join(tmpdir(), 'fynlo-screens-'));
const app = express();
serveScreens(app, folder);
const server = app.listen(0, '127.0.0.1');
let url = '';

beforeAll(async () => {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  put('phone/index.html', '<title>phone</title>');
  put('phone/sw.js', '0');
  put('phone/manifest.webmanifest', '{}');
  put('phone/assets/index-1.js', '0');
  put('renderer/index.html', '<title>till</title>');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('[MC1] the service worker and the manifest come with what an installed app needs', async () => {
  const worker = await fetch(`${url}/phone/sw.js`);
  expect(worker.headers.get('cache-control')).toBe('no-cache');
  expect(worker.headers.get('content-type')).toMatch(/^text\/javascript/);
  const manifest = await fetch(`${url}/phone/manifest.webmanifest`);
  expect(manifest.headers.get('cache-control')).toBe('no-cache');
  expect(manifest.headers.get('content-type')).toMatch(/^application\/manifest\+json/);
  const script = await fetch(`${url}/phone/assets/index-1.js`);
  expect(script.headers.get('cache-control')).toContain('immutable');
});

test('[MC2] every address of the app is its page, inside the scope of its service worker', async () => {
  for (const path of ['/phone/', '/phone/table/7']) {
    const page = await fetch(url + path);
    expect(await page.text()).toContain('phone');
    expect(page.headers.get('cache-control')).toBe('no-cache');
  }
  const outside = await fetch(`${url}/phone`, { redirect: 'manual' });
  expect(outside.status).toBe(302);
  expect(outside.headers.get('location')).toBe('/phone/');
  expect(await (await fetch(`${url}/till`)).text()).toContain('till');
});

test('[MC2] a file that is not there is not found, and never a page', async () => {
  for (const path of ['/phone/assets/index-2.js', '/phone/other.js', '/assets/index-2.js']) {
    expect((await fetch(url + path)).status, path).toBe(404);
  }
});

function put(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
