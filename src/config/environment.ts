/** The only reader of the environment. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}
