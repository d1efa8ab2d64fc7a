/** Where what a program said stays for a person, whole, because it may hold other people's data and no message shows it. */
export interface Reports {
  /**
   * @param about what it is of, as a name of a file takes it: `pad`
   * @returns where it stands, as a message names it; null where it couldn't be kept
   */
  keep(about: string, text: string): Promise<string | null>;
}
