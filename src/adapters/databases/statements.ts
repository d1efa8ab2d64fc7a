import type { Statements, Unmade } from '#ports/databases.ts';
import type { Server } from './dialect.ts';
import { withoutLiterals } from './without-literals.ts';

export const ALL_MADE: Unmade = { names: [], statements: null };

/** Keeps statements for a person, whole; null for none. */
export async function keptStatements(
  { facts, reports }: Pick<Server, 'facts' | 'reports'>,
  statements: string,
): Promise<Statements | null> {
  if (statements.trim() === '') return null;
  return { report: await reports.keep(facts.name, statements), shown: withoutLiterals(statements, facts.engine) };
}
