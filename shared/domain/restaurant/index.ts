export * from './restaurant-state.ts';
export * from './parts-of.ts';
export * from './decide.ts';
export * from './local-time.ts';
export * from './table-status.ts';
export * from './stations-of.ts';
