import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const file = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../public/${name}`, import.meta.url)));

interface Manifest {
  readonly id: string;
  readonly start_url: string;
  readonly scope: string;
  readonly icons: readonly { src: string; sizes: string; type: string; purpose?: string }[];
}
const manifest = JSON.parse(file('manifest.webmanifest').toString()) as Manifest;

test('[MC1] the manifest’s icons are there, in the sizes it says', () => {
  const pictures = manifest.icons.filter(({ type }) => type === 'image/png');
  for (const { src, sizes } of pictures) {
    const png = file(src.replace('/phone/', ''));
    expect(png.subarray(1, 4).toString(), src).toBe('PNG');
    // Width and height stand at byte 16 of every PNG.
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, src).toBe(sizes);
  }
  const has = (wanted: object) =>
    expect(manifest.icons).toContainEqual(expect.objectContaining(wanted));
  has({ sizes: '192x192' });
  has({ sizes: '512x512', purpose: 'maskable' });
  has({ type: 'image/svg+xml' });
});

test('[MC1] what is installed opens inside the scope that is kept', () => {
  expect(manifest).toMatchObject({ id: '/phone/', start_url: '/phone/', scope: '/phone/' });
});
