import { nearest } from '#kernel/nearest.ts';
import { loadAssets } from './assets.ts';
import type { UnknownCommand } from './unknown-command.ts';

/** What was probably meant is another subcommand, or what one says in the chat: behind `vigie` itself that wants a `do`. */
export async function suggestionFor({ word, within }: UnknownCommand): Promise<string> {
  const outermost = within.parent === null;
  const before = outermost ? '' : `${within.name()} `;
  const subcommand = nearest(
    word,
    within.commands.map((command) => command.name()),
  );
  const action = subcommand === null && outermost ? nearest(word, (await loadAssets()).entries.keys()) : null;
  const meant = subcommand ?? (action === null ? null : `do ${action}`);
  const question = meant === null ? '' : `, did you mean "${before}${meant}"?`;
  return `there is no command "${before}${word}"${question}\n(vigie ${before}--help lists what there is)`;
}
