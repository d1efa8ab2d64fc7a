import { readFileSync, statSync } from 'node:fs';
import { isScalar, visit, type Document } from 'yaml';
import { reasonOf } from '#kernel/json.ts';
import { environmentVariable } from './environment.ts';
import { isSecret } from './kinds.ts';
import { pathOf } from './places.ts';
import { schemaAt, type Path } from './schema-walk.ts';

const REFERENCE = /\$\{([^}]*)\}?/gu;
/** Only vigie's own user gets at these, whatever the modes of the files say: systemd's credentials, Docker's secrets. */
const GUARDED = /^\/run\/(?:credentials|secrets)\//u;

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
  const secrets = new Set<string>();
  const problems: { path: Path; message: string }[] = [];
  const warnings = new Set<string>();
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || !isScalar(node) || node.value === null) return;
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
        if (typeof found === 'string') secrets.add(found);
        else problems.push({ path, message: found.problem });
        return typeof found === 'string' ? found : reference;
      });
    },
  });
  return { secrets: [...secrets], problems, warnings: [...warnings] };
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
