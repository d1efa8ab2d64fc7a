import type { CommandResult, Remote } from '#ports/remote.ts';

const never = async (): Promise<never> => await Promise.reject(new Error('nobody asks'));

/** A machine whose commands answer so; it remembers which there were. */
export function remoteThat(answer: (command: readonly string[]) => CommandResult): Remote & { readonly commands: (readonly string[])[] } {
  const commands: (readonly string[])[] = [];
  return {
    host: 'vigie@alice:22',
    commands,
    exec: async (command) => {
      commands.push(command);
      return answer(command);
    },
    openSocket: never,
    openPort: never,
    execStream: never,
    files: never,
    close: async () => undefined,
  };
}
