export * from './version.ts';
export * from './limits.ts';
export * from './close-codes.ts';
export * from './error-codes.ts';
export * from './messages.ts';
export * from './http.ts';
export * from './subscription.ts';
