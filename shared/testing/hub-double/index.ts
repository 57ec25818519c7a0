export * from './hub-double.ts';
export * from './socket-double.ts';
export * from './world.ts';
