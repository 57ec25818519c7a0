export * from './command.ts';
export * from './decider.ts';
export * from './event.ts';
export * from './ids.ts';
export * from './refusal.ts';
export * from './unreachable.ts';
