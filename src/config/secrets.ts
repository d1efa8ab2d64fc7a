import { readFileSync, statSync } from 'node:fs';
import { isScalar, visit, type Document } from 'yaml';
import { SHORTEST_SECRET } from '#kernel/blot.ts';
import { reasonOf } from '#kernel/json.ts';
import { environmentVariable } from './environment.ts';
import { isSecret } from './kinds.ts';
import { pathOf } from './places.ts';
import { schemaAt, type Path } from './schema-walk.ts';

const REFERENCE = /\$\{([^}]*)\}?/gu;
/** Only vigie's own user gets at these, whatever the modes of the files say: systemd's credentials, Docker's secrets. */
const GUARDED = /^\/run\/(?:credentials|secrets)\//u;
/** Where a server is may come from the environment; it is in every address that people are shown. */
const HOST_NAME = /^(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$/u;

export interface Resolved {
  /** What must never be shown. */
  readonly secrets: readonly string[];
  readonly problems: readonly { readonly path: Path; readonly message: string }[];
  readonly warnings: readonly string[];
}

/**
 * Replaces `${file:/path}` and `${env:NAME}` in every text of the document. Messages name the reference, never a value.
 * @param document changed in place
 */
export function resolveSecrets(document: Document): Resolved {
  /** Each with the reference that led there. */
  const secrets = new Map<string, string>();
  const plain = new Set<string>();
  const problems: { path: Path; message: string }[] = [];
  const warnings = new Set<string>();
  visit(document, {
    Scalar(key, node, ancestors) {
      if (!isScalar(node) || node.value === null) return;
      if (!String(node.value).includes('${')) plain.add(String(node.value));
      if (key === 'key') return;
      const path = pathOf(node, ancestors);
      const text = String(node.value);
      const hidden = schemaAt(path);
      if (hidden !== null && isSecret(hidden) && !text.includes('${')) {
        problems.push({ path, message: literalWords(path) });
        return;
      }
      if (typeof node.value !== 'string') return;
      node.value = text.replaceAll(REFERENCE, (reference, content: string) => {
        const found = lookUp(reference, content, warnings);
        if (typeof found === 'string') {
          if (!HOST_NAME.test(found)) secrets.set(found, reference);
        } else problems.push({ path, message: found.problem });
        return typeof found === 'string' ? found : reference;
      });
    },
  });
  const words = [...secrets].filter(([secret]) => isWord(secret, plain));
  for (const [secret, reference] of words) warnings.add(wordWarning(secret, reference));
  const hidden = [...secrets.keys()].filter((secret) => !plain.has(secret));
  return { secrets: hidden, problems, warnings: [...warnings] };
}

/** Too short to be told from words, or a name that people read all day: to blot it would blot what vigie has to say. */
function isWord(secret: string, plain: ReadonlySet<string>): boolean {
  return secret.length < SHORTEST_SECRET || plain.has(secret);
}

function wordWarning(secret: string, reference: string): string {
  const why = secret.length < SHORTEST_SECRET ? `is shorter than ${SHORTEST_SECRET} characters` : 'is also a name in this file';
  return `${reference} ${why}: vigie can't keep it out of what it says, and anybody can guess it. Choose another`;
}

/** Says how to write a secret, without repeating it. */
function literalWords(path: Path): string {
  const name = path.findLast((step) => typeof step === 'string') ?? 'secret';
  const file = `\${file:/run/secrets/${String(name)}}`;
  return `a secret must not stand here itself: write ${file} or \${env:${String(name).toUpperCase().replaceAll('-', '_')}}`;
}

type Found = string | { readonly problem: string };

function lookUp(reference: string, content: string, warnings: Set<string>): Found {
  const [, kind, name = ''] = /^(file|env):(.+)$/u.exec(content) ?? [];
  if (kind === undefined || !reference.endsWith('}')) return { problem: `${reference}: a reference is \${file:/path} or \${env:NAME}` };
  const found = kind === 'env' ? fromEnvironment(name) : fromFile(name, warnings);
  return typeof found === 'string' ? found : { problem: `${reference}: ${found.problem}` };
}

function fromEnvironment(name: string): Found {
  const value = environmentVariable(name);
  return value === undefined || value === '' ? { problem: `the environment has no ${name}` } : value;
}

function fromFile(path: string, warnings: Set<string>): Found {
  if (!path.startsWith('/')) return { problem: 'write the whole path, from the first /' };
  try {
    const value = readFileSync(path, 'utf8').trim();
    const open = (statSync(path).mode & 0o077) !== 0 && !GUARDED.test(path);
    if (open) warnings.add(`${path} can be read by others than its owner: chmod 600 it`);
    return value === '' ? { problem: 'the file is empty' } : value;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT') return { problem: 'there is no such file' };
    if (code === 'EACCES') return { problem: 'vigie may not read it' };
    return { problem: reasonOf(error) };
  }
}
