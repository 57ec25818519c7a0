export * from './command-schema.ts';
export * from './message-schema.ts';
export * from './parse-command.ts';
