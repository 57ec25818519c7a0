export * from './order-state.ts';
export * from './order-events.ts';
export * from './order-commands.ts';
export * from './order-progress.ts';
export * from './bill-of-order.ts';
export * from './price-line.ts';
export * from './decide-order.ts';
export * from './evolve-order.ts';
