import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const cache = fileURLToPath(
  new URL('../../../node_modules/.cache/fynlo-chromium', import.meta.url),
);
const systemBrowsers = ['/usr/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/**
 * A Chromium that can be started here: `CHROMIUM_PATH`, Playwright's own, the system's, or else the
 * one that a package ships for Linux, unpacked once.
 */
export async function chromiumPath(): Promise<string> {
  const candidates = [process.env['CHROMIUM_PATH'], chromium.executablePath(), ...systemBrowsers];
  const found = candidates.find((path) => path !== undefined && existsSync(path));
  return found ?? (await unpackedChromium());
}

async function unpackedChromium(): Promise<string> {
  const path = join(cache, 'chromium');
  if (existsSync(path)) return path;
  const { default: packaged } = await import('@sparticuz/chromium');
  // It unpacks into the temporary folder; a rename puts it in place at once or not at all.
  mkdirSync(dirname(cache), { recursive: true });
  const unpacked = await packaged.executablePath();
  const parts = mkdtempSync(`${cache}-`);
  const { cpSync, readdirSync } = await import('node:fs');
  for (const name of readdirSync(dirname(unpacked))) {
    if (/^(chromium|swiftshader|lib.*|vk_swiftshader.*)/.test(name)) {
      cpSync(join(dirname(unpacked), name), join(parts, name), { recursive: true });
    }
  }
  try {
    renameSync(parts, cache);
  } catch {
    rmSync(parts, { recursive: true, force: true });
  }
  return path;
}
