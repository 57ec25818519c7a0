import { expect, test } from 'vitest';
import { cacheOf, cachesOfOthers, keptFileFor, type KeptFiles } from './kept-files.ts';

const hub = 'http://fynlo-3f2a.local:7100';
const scope = `${hub}/phone/`;
const kept: KeptFiles = {
  version: 'b2',
  files: [
    ['/phone/', 'sha256-1'],
    ['/phone/icon.svg', 'sha256-2'],
    ['/phone/assets/index-1.js', 'sha256-3'],
  ],
};
const ask = (url: string, mode = 'cors', method = 'GET') =>
  keptFileFor({ method, mode, url }, kept, scope);

test('[MC2] every address of the app opens its one page', () => {
  expect(ask(scope, 'navigate')).toBe('/phone/');
  expect(ask(`${scope}?from=home-screen`, 'navigate')).toBe('/phone/');
  expect(ask(`${scope}table/7`, 'navigate')).toBe('/phone/');
  expect(ask(`${scope}icon.svg`, 'navigate')).toBe('/phone/icon.svg');
});

test('[MC2] the app’s files come from what is kept, and a file it does not know from the hub', () => {
  expect(ask(`${scope}assets/index-1.js`)).toBe('/phone/assets/index-1.js');
  expect(ask(`${scope}assets/index-2.js`)).toBeNull();
  expect(ask(`${scope}sw.js`)).toBeNull();
});

test('[MC2] the hub’s API is never answered from what is kept', () => {
  expect(ask(`${hub}/api/v1/menu`)).toBeNull();
  expect(ask(`${hub}/api/v1/join`, 'cors', 'POST')).toBeNull();
  expect(ask(`${hub}/till`, 'navigate')).toBeNull();
  expect(ask('http://elsewhere.test/phone/', 'navigate')).toBeNull();
  expect(ask(scope, 'navigate', 'POST')).toBeNull();
});

test('[MC2] only caches of older versions of this app are let go', () => {
  const names = ['fynlo-phone-a1', cacheOf(kept), 'fynlo-till-a1', 'another'];
  expect(cachesOfOthers(names, kept)).toEqual(['fynlo-phone-a1']);
});
