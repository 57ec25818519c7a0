export * from './client-provider.tsx';
export * from './use-view.ts';
export * from './use-restaurant.ts';
export * from './use-roll-backs.ts';
