import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRecord, reasonOf } from '#kernel/json.ts';
import { filesOfFamilies } from '#messages/families.ts';
import type { ActionShape, FieldShape } from '#domain/command/shape.ts';
import type { AnyAction, AnyHandler, AnyQuery } from '#actions/definition.ts';
import { fieldKind } from '#actions/field.ts';

/** A handler with the shape that the grammar needs. */
export interface Entry {
  /** The folder that it lies in, which says what it is about; null beside the folders. */
  readonly family: string | null;
  readonly handler: AnyHandler;
  readonly shape: ActionShape;
}

export interface Handlers {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly problems: readonly string[];
}

/**
 * Loads every file of a folder, and of the folders in it, as one handler, named after it. All problems are listed: one bad handler and
 * vigie refuses to start.
 * @param folder absolute path @param ending of their files
 */
export async function loadHandlers(folder: string, ending = '.ts'): Promise<Handlers> {
  const entries = new Map<string, Entry>();
  const problems: string[] = [];
  for (const { family, name } of await filesOfFamilies(folder, ending)) {
    const file = `${family === null ? '' : `${family}/`}${name}${ending}`;
    const loaded = await loadHandler(join(folder, file), { family, id: name });
    if (typeof loaded === 'string') problems.push(`${file}: ${loaded}`);
    else if (entries.has(name)) problems.push(`${file}: there is another handler of this name: each has one of its own`);
    else entries.set(name, loaded);
  }
  return { entries, problems };
}

async function loadHandler(path: string, { family, id }: { readonly family: string | null; readonly id: string }): Promise<Entry | string> {
  try {
    // oxlint-disable-next-line vigie/no-computed-import -- the folder of handlers is read at run time
    const module: unknown = await import(pathToFileURL(path).href);
    const handler = isRecord(module) ? module['default'] : undefined;
    if (!isHandler(handler)) return 'its default export is no defineAction, defineQuery or defineVote';
    if (handler.id !== id) return `its id is "${handler.id}": it must be "${id}", after the file`;
    return { family, handler, shape: shapeOf(handler) };
  } catch (error) {
    return reasonOf(error);
  }
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  action: ['id', 'risk', 'uses', 'input', 'timeout', 'plan', 'locks', 'run', 'verify'],
  query: ['id', 'uses', 'input', 'run'],
  vote: ['id', 'verdict'],
};

function isHandler(value: unknown): value is AnyHandler {
  if (!isRecord(value)) return false;
  const needed = NEEDED[String(value['kind'])];
  return needed !== undefined && needed.every((key) => value[key] !== undefined);
}

function shapeOf(handler: AnyHandler): ActionShape {
  if (handler.kind === 'vote') {
    const operation: FieldShape = { name: 'operation', kind: 'operation', required: true };
    // Whoever approves says what; to stop something nobody has to.
    const plan: readonly FieldShape[] = handler.verdict === 'approve' ? [{ name: 'plan', kind: 'word', required: false }] : [];
    return { id: handler.id, positional: [operation, ...plan], rest: false, options: [] };
  }
  const fields = fieldsOf(handler);
  const positional = (handler.args ?? []).map((name) => {
    const field = fields.find((each) => each.name === name);
    if (field === undefined) throw new TypeError(`args names "${name}", which isn't in its input`);
    return field;
  });
  const options = fields.filter((field) => !positional.includes(field));
  return { id: handler.id, positional, rest: handler.rest ?? false, options };
}

function fieldsOf(handler: AnyAction | AnyQuery): readonly FieldShape[] {
  return Object.entries(handler.input.shape).map(([name, schema]) => {
    const kind = fieldKind(schema);
    if (kind === null) throw new TypeError(`the field "${name}" isn't made with one of the kit's kinds`);
    return { name, kind, required: !schema.safeParse(undefined).success };
  });
}
