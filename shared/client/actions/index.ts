export * from './order-actions.ts';
