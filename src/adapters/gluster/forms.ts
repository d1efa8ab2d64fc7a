import { z } from 'zod';

/** An element with others in it; one without is a text of blanks. */
export function element<S extends z.ZodRawShape>(shape: S) {
  return z.preprocess((value) => (typeof value === 'string' ? {} : value), z.object(shape));
}

/** A number; null for `N/A`, `-` and what isn't told. */
export const number = z
  .string()
  .optional()
  .transform((text) => (text !== undefined && /^-?\d+$/u.test(text) ? Number(text) : null));
/** A number that must be there. */
export const count = z.string().regex(/^\d+$/u).transform(Number);

/** `pica01:/srv/brick` in its parts: a host has no slash, a path begins with one. */
export const brickName = z.string().transform((text, context) => {
  const at = text.indexOf(':/');
  if (at > 0) return { host: text.slice(0, at), path: text.slice(at + 1) };
  context.addIssue({ code: 'custom', message: 'is no brick' });
  return z.NEVER;
});
