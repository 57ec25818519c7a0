export * from './use-device.ts';
