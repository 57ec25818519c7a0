export * from './open-browser-storage.ts';
export * from './open-browser-client.ts';
export * from './browser-surroundings.ts';
export * from './session.ts';
export * from './join.ts';
