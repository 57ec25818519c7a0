export * from './seeded-random.ts';
export * from './fake-surroundings.ts';
