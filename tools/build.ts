import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown, type OutputChunk } from 'rolldown';
import { filesOfFamilies } from '../src/messages/families.ts';

// npm run build: writes `build/`, which bin/vigie prefers while nothing that it was made of is newer. Some hundred files in the place of
// two thousand: a start reads them in half the time, and Node keeps less of each.

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'build');

/** Packages that read files beside their own, or are native, or that vigie reaches into: they stay what they are. */
const AS_THEY_ARE = ['@grpc/grpc-js', '@resvg/resvg-js', 'docker-modem', 'dockerode', 'pino', 'ssh2'];
/** Fastify asks for them where a route has a schema, and none has: what isn't run needn't be kept. */
const NEVER_RUN = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'];
/** They would look for their files beside ours. */
const BESIDE = /\b__dirname\b|\brequire\.resolve\(/u;
const WIDE = /[\u0100-\u{10FFFF}]/gu;
const ESCAPED = /(?<!\\)(?:\\\\)*\\[\u0100-\u{10FFFF}]/u;
/** Of the program: whoever draws charts is a process of its own. */
const PROGRAMS = { main: 'src/main.ts', painter: 'src/adapters/charts/painter.ts' };

const bundle = await rolldown({
  cwd: ROOT,
  input: { ...PROGRAMS, ...(await handlers()) },
  platform: 'node',
  external: [...AS_THEY_ARE, ...NEVER_RUN].map((name) => new RegExp(`^${name}(?:/|$)`, 'u')),
  onLog: (level, log) => {
    if (level === 'warn') throw new Error(log.message);
  },
});
/** Nobody starts half of it. */
const UNFINISHED = `${OUT}.new`;
await rm(UNFINISHED, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: UNFINISHED,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  // Names of functions and classes stay, so that a stack says who called whom.
  minify: { mangle: { keepNames: true }, compress: true, codegen: { removeWhitespace: true } },
});
const chunks = output.filter((each): each is OutputChunk => each.type === 'chunk');
const wrong = chunks.filter(({ code }) => BESIDE.test(code));
if (wrong.length > 0) throw new Error(`${wrong.map(({ fileName }) => fileName).join(', ')}: a package looks for files beside its own`);
// Last: what makes them shorter writes the characters for their escapes.
for (const { fileName, code } of chunks) await writeFile(join(UNFINISHED, fileName), narrow(code));
await rm(OUT, { recursive: true, force: true });
await rename(UNFINISHED, OUT);

/** V8 keeps a text with two bytes for each character as soon as one is beyond Latin-1: there escapes stand for those, which mean the same in texts, templates, expressions and names. */
function narrow(code: string): string {
  const wide = code.match(WIDE)?.length ?? 0;
  // Tables of characters take less room with two bytes for each.
  if (wide * 5 > code.length) return code;
  if (ESCAPED.test(code))
    throw new Error('a character beyond Latin-1 stands behind a backslash: an escape there would mean something else');
  return code.replaceAll(WIDE, (char) =>
    Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}

async function handlers(): Promise<Record<string, string>> {
  const files = await filesOfFamilies(join(ROOT, 'handlers'), '.ts');
  const paths = files.map(({ family, name }) => join('handlers', family ?? '', name));
  return Object.fromEntries(paths.map((path) => [path, `${path}.ts`]));
}
