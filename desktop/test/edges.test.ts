import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Who may use whom. A folder that is not allowed something is told where the code belongs:
 * rules into domain, messages into protocol, what a device does into client, looks into ui.
 */
const allowed: Record<string, readonly string[]> = {
  'shared/domain': [],
  'shared/protocol': ['@fynlo/domain', 'zod'],
  'shared/client': ['@fynlo/domain', '@fynlo/protocol', 'react', 'idb', 'uuid'],
  'shared/ui': ['@fynlo/domain', 'react', '@base-ui/react', 'lucide-react', 'clsx'],
  'desktop/renderer': [
    '@fynlo/domain',
    '@fynlo/protocol',
    '@fynlo/client',
    '@fynlo/ui',
    'react',
    'react-dom',
    'lucide-react',
    'clsx',
    'uuid',
    'vite',
    '@vitejs/plugin-react',
    '@tailwindcss/vite',
  ],
  'mobile-companion': [
    '@fynlo/domain',
    '@fynlo/protocol',
    '@fynlo/client',
    '@fynlo/ui',
    'react',
    'react-dom',
    'lucide-react',
    'clsx',
    'vite',
    '@vitejs/plugin-react',
    '@tailwindcss/vite',
  ],
  'desktop/hub': [
    '@fynlo/domain',
    '@fynlo/protocol',
    'node:',
    'better-sqlite3',
    'bonjour-service',
    'csv-parse',
    'csv-stringify',
    'express',
    'express-rate-limit',
    'helmet',
    'pino',
    'prom-client',
    'qrcode',
    'ws',
    'zod',
    'zod-openapi',
  ],
};

test('[house] imports go one way only', () => {
  const slips = Object.entries(allowed).flatMap(([folder, may]) =>
    sources(join(root, folder)).flatMap((file) =>
      imports(file)
        .filter((name) => !name.startsWith('.') && !may.some((each) => isOrBelow(name, each)))
        .map((name) => `${relative(root, file)} → ${name}`),
    ),
  );
  expect(slips).toEqual([]);
});

test('[house] no file reaches out of its folder by a path', () => {
  const slips = Object.keys(allowed).flatMap((folder) =>
    sources(join(root, folder)).flatMap((file) =>
      imports(file)
        .filter(
          (name) =>
            name.startsWith('.') &&
            relative(join(root, folder), join(file, '..', name)).startsWith('..'),
        )
        .filter((name) => !name.endsWith('package.json'))
        .map((name) => `${relative(root, file)} → ${name}`),
    ),
  );
  expect(slips).toEqual([]);
});

test('[house] what a browser loads holds no schema and no zod', () => {
  const browser = ['shared/client', 'shared/ui', 'desktop/renderer', 'mobile-companion'];
  const slips = browser.flatMap((folder) =>
    sources(join(root, folder)).filter((file) =>
      imports(file).some((name) => /protocol\/schema|^zod/.test(name)),
    ),
  );
  expect(slips).toEqual([]);
});

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'node_modules' ? [] : sources(path);
    return /\.tsx?$/.test(name) && !/\.(test|e2e)\.tsx?$/.test(name) ? [path] : [];
  });
}

function imports(file: string): string[] {
  const found = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\b[^;']*?from '([^'\n]+)'|^import '([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm,
  );
  return [...found].map(([, from, bare, lazy]) => from ?? bare ?? lazy ?? '');
}

function isOrBelow(name: string, may: string): boolean {
  return may.endsWith(':') ? name.startsWith(may) : name === may || name.startsWith(`${may}/`);
}
