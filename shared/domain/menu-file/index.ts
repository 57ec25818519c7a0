export type { FileProblem, FileResult, FileRow } from './file-problem.ts';
export { rowsMax } from './file-table.ts';
export * from './menu-from-rows.ts';
export * from './rows-from-menu.ts';
export * from './floor-from-rows.ts';
export * from './rows-from-floor.ts';
export * from './settings-from-rows.ts';
