import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDemo } from './demo/world.ts';
import { keepWaiting, tellStory } from './demo/story.ts';

const USAGE = `npm run demo [-- --port 8065] [--lang en|fr] [--docker unix:///var/run/docker.sock]

Starts a chat page, a Swarm in memory and vigie, all on this machine, and prints one address.
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8065' },
    lang: { type: 'string', default: (process.env['LANG'] ?? '').startsWith('fr') ? 'fr' : 'en' },
    docker: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help === true) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(`--port ${values.port} is no port: a number from 0 to 65535 is meant\n`);
  process.exit(2);
}
// The chat client writes its own notes to the console: nothing that whoever tries the demo needs to read.
console.log = () => undefined;

const folder = await mkdtemp(join(tmpdir(), 'vigie-demo-'));
const demo = await startDemo({ port, language: values.lang === 'fr' ? 'fr' : 'en', docker: values.docker ?? null, folder }).catch(
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' ? `port ${port} is taken: try npm run demo -- --port 8066` : String(error)}\n`,
    );
    process.exit(1);
  },
);
const french = values.lang === 'fr';
process.stdout.write(`\n  ${french ? 'La démo de vigie\u00a0:' : "vigie's demo:"} ${demo.url}\n\n`);
await tellStory(demo);
const stopAsking = demo.real ? () => undefined : keepWaiting(demo);
const NEXT = {
  en: {
    real: 'Open the address and say what to do: this is a real Swarm, and what you approve there is really done.',
    told: 'The story is told: open the address, be Bob, and react with ✅ under the last post.',
    end: 'Ctrl-C ends it; nothing is kept.',
  },
  fr: {
    real: 'Ouvre l’adresse et dis quoi faire\u00a0: c’est un vrai Swarm, et ce que tu y approuves est vraiment fait.',
    told: 'L’histoire est racontée\u00a0: ouvre l’adresse, deviens Bob, et réagis par ✅ sous le dernier message.',
    end: 'Ctrl-C y met fin\u00a0; rien n’est gardé.',
  },
};
const words = NEXT[french ? 'fr' : 'en'];
process.stdout.write(`  ${demo.real ? words.real : words.told}\n  ${words.end}\n\n`);

async function end(): Promise<void> {
  stopAsking();
  await demo.stop();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
}
process.once('SIGINT', () => void end());
process.once('SIGTERM', () => void end());
