import { VigieError } from '#kernel/errors.ts';
import { toJsonObject, type JsonObject } from '#kernel/json.ts';
import { parseAt } from '#domain/command/at.ts';
import type { Until } from '#domain/command/until.ts';
import { parseCommand } from '#domain/command/grammar.ts';
import type { Command } from '#domain/command/shape.ts';
import type { Entry } from './catalogue.ts';
import type { Context } from './context.ts';
import type { AnyAction, AnyQuery } from '#actions/definition.ts';
import { fieldKind } from '#actions/field.ts';

/** Third stage: a command that was understood, with its values. */
export interface Parsed {
  readonly entry: Entry;
  readonly command: Command;
  /** Values after the handler's schema, by field. */
  readonly input: JsonObject;
  /** When it is to begin; null: at once. */
  readonly at: Until | null;
}

/** Reads a command. An empty one is a call for help. @throws VigieError with what was meant */
export function parse(context: Pick<Context, 'vocabulary' | 'entries'>, text: string): Parsed {
  const command = parseCommand(text.trim() === '' ? 'help' : text, context.vocabulary);
  if ('code' in command) throw new VigieError(command.code, command.params);
  const entry = context.entries.get(command.action);
  if (entry === undefined) throw new VigieError('action_unknown', { word: command.action, nearest: null });
  // A vote has no plan to show: it would count, however it was meant.
  if (entry.handler.kind === 'vote' && command.dryRun)
    throw new VigieError('option_unknown', { action: entry.handler.id, option: 'dry-run', nearest: null });
  const parsed = { entry, command, input: readInput(entry, command) };
  const meant = insteadOf(context, parsed) ?? parsed;
  return { ...meant, at: readAt(meant.entry, command) };
}

/** The action that a read stands for, where what was asked for takes its time. */
function insteadOf({ entries }: Pick<Context, 'entries'>, { entry, command, input }: Omit<Parsed, 'at'>): Omit<Parsed, 'at'> | null {
  const instead = entry.handler.kind === 'query' ? entry.handler.instead?.(input) : null;
  const other = instead == null ? undefined : entries.get(instead.action);
  if (instead == null || other === undefined) return null;
  return { entry: other, command: { ...command, action: instead.action }, input: toJsonObject(instead.input) };
}

/** Only what waits for somebody's ✅ can wait for an hour as well. @throws option_unknown, argument_invalid */
function readAt({ handler }: Entry, { at, typed }: Command): Until | null {
  if (at === null) return null;
  if (handler.kind !== 'action') throw new VigieError('option_unknown', { action: handler.id, option: 'at', nearest: null });
  const read = parseAt(at);
  if (read === null)
    throw new VigieError('argument_invalid', {
      action: handler.id,
      argument: 'at',
      option: typed['at'] ?? null,
      value: at,
      expected: 'time',
    });
  return read;
}

function readInput({ handler }: Entry, { raw, typed }: Command): JsonObject {
  if (handler.kind === 'vote') {
    const { plan } = raw;
    return { operation: String(raw['operation']).toLowerCase(), ...(typeof plan === 'string' ? { plan } : {}) };
  }
  const read = handler.input.safeParse(raw);
  // Inputs are stored, so they are JSON.
  if (read.success) return toJsonObject(read.data);
  const field = String(read.error.issues[0]?.path[0] ?? '');
  throw new VigieError('argument_invalid', {
    action: handler.id,
    argument: field,
    option: typed[field] ?? null,
    value: String(raw[field] ?? ''),
    expected: expectedKind(handler, field),
  });
}

function expectedKind(handler: AnyAction | AnyQuery, field: string): string {
  const schema = handler.input.shape[field];
  return (schema === undefined ? null : fieldKind(schema)) ?? 'text';
}
