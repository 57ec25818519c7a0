export * from './menu.ts';
export * from './menu-events.ts';
export * from './menu-commands.ts';
export * from './menu-lookup.ts';
export * from './availability.ts';
export * from './decide-menu.ts';
