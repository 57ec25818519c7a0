// Draws the phone app's PNG icons from its SVG: `node build/scripts/draw-icons.mjs`, on Node 24.
// For whoever changes the SVG; the pictures are checked in.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { chromiumPath } from '../../desktop/test/e2e/chromium-path.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../mobile-companion/public');
const icon = readFileSync(join(folder, 'icon.svg'), 'utf8');
// A home screen that cuts its own shape wants the ground to reach the edges.
const withoutCorners = icon.replace(/ rx="\d+"/, '');
const pictures = [
  { name: 'icon-192.png', size: 192, svg: icon },
  { name: 'icon-512.png', size: 512, svg: icon },
  { name: 'icon-maskable-512.png', size: 512, svg: withoutCorners },
  { name: 'apple-touch-icon.png', size: 180, svg: withoutCorners },
];

const browser = await chromium.launch({
  executablePath: await chromiumPath(),
  chromiumSandbox: process.getuid?.() !== 0,
  args: ['--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
const page = await browser.newPage();
for (const { name, size, svg } of pictures) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`,
  );
  await page.screenshot({ path: join(folder, name), omitBackground: true });
}
await browser.close();
