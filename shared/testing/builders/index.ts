export * from './the-cast.ts';
export * from './build-restaurant.ts';
export * from './build-order.ts';
