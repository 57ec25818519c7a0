export type * from './client.ts';
export * from './ports.ts';
export * from './open-client.ts';
export { systemSurroundings } from './system-surroundings.ts';
