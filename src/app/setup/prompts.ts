import type * as Prompts from '@inquirer/prompts';
import { Stop, type Asker } from './interview.ts';

/** Where the questions are asked; the process's own terminal if not given. */
export interface Screen {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Asks in a terminal. The library is loaded by the first question. */
export function terminalAsker(screen?: Screen): Asker {
  const asked = async <T>(ask: (prompts: typeof Prompts) => Promise<T>): Promise<T> => {
    try {
      return await ask(await import('@inquirer/prompts'));
    } catch (error) {
      if (error instanceof Error && error.name === 'ExitPromptError')
        throw new Stop('stopped. What was done stays: run this again to go on');
      throw error;
    }
  };
  return {
    text: (message, fallback) => asked(({ input }) => input({ message, ...(fallback === undefined ? {} : { default: fallback }) }, screen)),
    secret: (message) => asked(({ password }) => password({ message, mask: false }, screen)),
    choose: (message, choices) => asked(({ select }) => select({ message, choices: [...choices] }, screen)),
    confirm: (message, fallback) => asked(({ confirm }) => confirm({ message, default: fallback }, screen)),
  };
}
