import { splitWords } from '#domain/command/words.ts';
import type { ActionShape, FieldKind, FieldShape } from '#domain/command/shape.ts';
import type { ReadClients } from '#ports/clients.ts';

type Known = Pick<ReadClients, 'catalogue' | 'swarm' | 'hypervisor' | 'databases' | 'alerts'>;

/** Two say how it goes; more is a page of its own. */
const SHOWN = 2;

/**
 * An action's examples with names of this installation in them, by language.
 * @returns those of the templates where a system doesn't answer, or has nothing of the kind
 */
export async function ownExamples(
  clients: Known,
  shape: ActionShape,
  signal: AbortSignal,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const names = await ownNames(clients, shape, signal);
  const own: Record<string, readonly string[]> = {};
  for (const [language, examples] of Object.entries(clients.catalogue.examples(shape.id)))
    own[language] = examples.slice(0, SHOWN).map((example) => withNames(example, shape, names));
  return own;
}

type Names = Readonly<Partial<Record<FieldKind, string>>>;

async function ownNames(clients: Known, { positional, options }: ActionShape, signal: AbortSignal): Promise<Names> {
  const kinds = new Set([...positional, ...options].map(({ kind }) => kind));
  const first = async (kind: FieldKind, names: () => Promise<readonly string[]>) => {
    const [name] = kinds.has(kind) ? await names().catch(() => []) : [];
    return name === undefined ? [] : [[kind, name] as const];
  };
  const found = await Promise.all([
    first('service', async () => (await clients.swarm.services(signal)).filter(({ running }) => running > 0).map(({ name }) => name)),
    first('guest', async () => (await clients.hypervisor.guests(signal)).filter(({ template }) => !template).map(({ name }) => name)),
    first('node', async () => (await clients.hypervisor.cluster(signal)).nodes.map(({ name }) => name)),
    first('database', async () => clients.databases.list().map(({ name }) => name)),
    first('rule', async () => clients.alerts.rules().map(({ name }) => String(name))),
  ]);
  return Object.fromEntries(found.flat());
}

/** The same command about things that are there. */
function withNames(example: string, { positional, options }: ActionShape, names: Names): string {
  const words = splitWords(example);
  if ('code' in words) return example;
  const verb = positional.length > 0 && example.startsWith('rules test') ? 2 : 1;
  let place = 0;
  let option: FieldShape | null = null;
  const own = words.map(({ text, quoted }, index) => {
    const shown = quoted || /\s/u.test(text) ? `"${text}"` : text;
    if (index < verb) return text;
    if (!quoted && text.startsWith('--')) {
      option = options.find(({ name, aliases = [] }) => [name, ...aliases].includes(text.slice(2))) ?? null;
      return text;
    }
    const takesValue = option !== null && option.kind !== 'flag';
    const field = takesValue ? option : positional[place];
    if (!takesValue) place += 1;
    option = null;
    return (field === null || field === undefined ? undefined : names[field.kind]) ?? shown;
  });
  return own.join(' ');
}
