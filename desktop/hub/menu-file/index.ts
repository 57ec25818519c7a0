export * from './files.ts';
export * from './menu-changes.ts';
