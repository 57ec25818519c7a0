export * from './event-shapes.ts';
export * from './upcast.ts';
