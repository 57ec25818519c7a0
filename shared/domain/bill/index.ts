export * from './total-bill.ts';
