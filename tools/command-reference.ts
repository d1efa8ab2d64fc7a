import type { FieldShape } from '../src/domain/command/shape.ts';
import type { Template, TemplateSet } from '../src/messages/templates.ts';
import type { Entry } from '../src/pipeline/operation/catalogue.ts';

const HEAD = `# Commands

Every command: what one types, how risky it is, what it is also called. Generated from the handlers and their words: change these,
then \`npm run generate\`.

Say \`/ops ACTION …\`, \`@vigie ACTION …\`, or \`ACTION …\` in a direct message; on vigie's own machine, \`vigie do "ACTION …"\`. What
stands in brackets may be left out. Every action that changes something takes \`--dry-run\` (shows the plan, does nothing) and most
take \`--emergency "REASON"\` (replaces the second person, nothing else). \`--at 03:00\` begins later: it is approved now, planned again and
compared then, stopped by 🛑 before, and stands in \`jobs\`.

**Risk** — *read*: runs at once, changes nothing. *safe*: runs at once, only adds what can be removed. *change*: shows its plan and
waits for one ✅, the requester's own will do. *danger*: waits for a ✅ from somebody else. The configuration's \`policy\` can raise or
lower it.
`;

/** `docs/commands.md`. */
export function commandReference(entries: readonly Entry[], templates: TemplateSet): string {
  const known = entries.toSorted((one, other) => one.handler.id.localeCompare(other.handler.id, 'en'));
  const index = ['| Action | Risk | What it does |', '| --- | --- | --- |', ...known.map((entry) => row(entry, templates))];
  return `${[HEAD.trimEnd(), index.join('\n'), ...known.map((entry) => section(entry, templates))].join('\n\n')}\n`;
}

function row(entry: Entry, { en }: TemplateSet): string {
  const { id } = entry.handler;
  return `| [\`${id}\`](#${id}) | ${riskOf(entry)} | ${en.get(id)?.summary ?? ''} |`;
}

function section(entry: Entry, templates: TemplateSet): string {
  const { id } = entry.handler;
  const english = templates.en.get(id);
  const french = templates.fr.get(id);
  const facts = [
    `\`${usage(entry)}\``,
    aliases(english, french),
    clientsOf(entry),
    english === undefined || english.examples.length === 0
      ? ''
      : `For example: ${english.examples.map((each) => `\`${each}\``).join(', ')}.`,
  ];
  const head = `## ${id}\n\n${english?.summary ?? ''}. *(${riskOf(entry)})*`;
  return [head, ...facts.filter((line) => line !== '')].join('\n\n');
}

function usage({ shape }: Entry): string {
  const last = shape.positional.length - 1;
  const positional = shape.positional.map((field, index) => {
    const word = `${field.name.toUpperCase()}${shape.rest && index === last ? '…' : ''}`;
    return field.required ? word : `[${word}]`;
  });
  return [shape.id, ...positional, ...shape.options.map(option)].join(' ');
}

function option({ name, kind, required }: FieldShape): string {
  const text = kind === 'flag' ? `--${name}` : `--${name} ${kind.toUpperCase()}`;
  return required ? text : `[${text}]`;
}

function riskOf({ handler }: Entry): string {
  if (handler.kind === 'vote') return 'a vote';
  if (handler.kind === 'query') return 'read';
  return typeof handler.risk === 'string' ? handler.risk : 'depends on what it finds';
}

function clientsOf({ handler }: Entry): string {
  if (handler.kind === 'vote' || handler.uses.length === 0) return '';
  return `Uses: ${handler.uses.join(', ')}.`;
}

function aliases(english: Template | undefined, french: Template | undefined): string {
  const all = new Set([...(english?.aliases ?? []), ...(french?.aliases ?? [])]);
  // In French an action may be named by its own id.
  const names = [...all].filter((name) => name !== french?.name);
  return names.length === 0 ? '' : `Also: ${names.map((name) => `\`${name}\``).join(', ')}.`;
}
