export * from './table.ts';
export * from './decide-table.ts';
