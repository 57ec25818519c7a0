export * from './history.ts';
export * from './order-number.ts';
