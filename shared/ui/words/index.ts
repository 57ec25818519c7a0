export * from './words.en.ts';
