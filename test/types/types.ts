/** Fails to compile unless both types are the same, `any` and `readonly` included. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `proves<Same<A, B>>()` compiles only if they are. */
export function proves<_Claim extends true>(): void {
  // The compiler is who checks; nothing happens at run time.
}
