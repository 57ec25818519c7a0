export * from './product-tile.tsx';
export * from './menu-browser.tsx';
export * from './choice-sheet.tsx';
export * from './bill-lines.tsx';
export * from './totals.tsx';
