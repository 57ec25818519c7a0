/** Ends a `switch` over a closed union, so that a forgotten case does not compile. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
