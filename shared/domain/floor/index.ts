export * from './floor.ts';
export * from './decide-floor.ts';
