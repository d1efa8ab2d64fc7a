import type { JsonObject } from '#kernel/json.ts';
import type { Place } from '#adapters/databases/place.ts';
import type { CommandEnd } from '#ports/remote.ts';
import { Namespaces, Refusal } from './namespaces.ts';

/** What happens to a command: `half` of a move across databases is its copy, with the source still there. */
export type Fate = 'runs' | 'is refused' | 'breaks off before' | 'breaks off after' | 'breaks off half-way';

export interface ToolRun {
  readonly tool: string;
  readonly args: readonly string[];
  readonly password: string;
  readonly input: Buffer;
}

interface Asked {
  readonly user: string;
  readonly at: string;
  readonly commands: readonly { readonly db: string; readonly command: JsonObject }[];
}

/** A place where MongoDB's clients run, on a server that is but maps: what they are told by their words and their input is what it knows. */
export class FakeMongodb implements Place {
  readonly node = 'pica01';
  readonly container = 'c0ffee';
  readonly server = new Namespaces();
  /** All that was started: words as anybody sees them in a list of processes. */
  readonly words: (readonly string[])[] = [];
  readonly asked: (Asked & { readonly password: string })[] = [];
  readonly toolRuns: ToolRun[] = [];
  /** Of the commands that change something, in their order. */
  readonly changes: JsonObject[] = [];
  fate: (command: JsonObject, nth: number) => Fate = () => 'runs';
  tool: (run: ToolRun) => Partial<CommandEnd> & { readonly stdout?: Uint8Array } = () => ({});

  async stream(words: readonly string[], { input }: { readonly input?: AsyncIterable<Uint8Array> }): ReturnType<Place['stream']> {
    this.words.push(words);
    const chunks: Uint8Array[] = [];
    if (input !== undefined) for await (const chunk of input) chunks.push(chunk);
    const given = Buffer.concat(chunks);
    const at = given.indexOf('\n');
    const [password, rest] = [given.toString('utf8', 0, at), given.subarray(at + 1)];
    const { stdout, code = 0, stderr = '' } = this.#run(words, password, rest);
    const out = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('4711\n');
      if (stdout !== undefined && stdout.length > 0) yield stdout;
    };
    return { stdout: out(), ended: Promise.resolve({ code, stderr }) };
  }

  #run(words: readonly string[], password: string, input: Buffer): ReturnType<FakeMongodb['tool']> {
    const args = words.slice(words.indexOf('sh', 1) + 4);
    if (args.includes('mongosh')) return { stdout: Buffer.from(this.#shell(password, input)) };
    const tool = args.find((word) => /^mongo(?:dump|restore)$/u.test(word)) ?? '';
    const run = { tool, args: args.slice(args.indexOf(tool) + 1), password, input };
    this.toolRuns.push(run);
    return this.tool(run);
  }

  #shell(password: string, input: Buffer): string {
    const asked = JSON.parse(input.toString('utf8')) as Asked;
    this.asked.push({ ...asked, password });
    const lines: string[] = [];
    for (const { db, command } of asked.commands) {
      const said = this.#command(db, command);
      if (said === null) return lines.join('\n');
      if (said instanceof Refusal) {
        const error = { name: 'MongoServerError', codeName: said.codeName, message: said.message };
        return [...lines, JSON.stringify({ done: lines.length, error })].join('\n');
      }
      lines.push(JSON.stringify({ answer: said }));
    }
    return [...lines, JSON.stringify({ done: lines.length })].join('\n');
  }

  /** @returns null: the client went with its connection */
  #command(db: string, command: JsonObject): JsonObject | Refusal | null {
    const changes = !/^(?:list|find|aggregate|hello|usersInfo|buildInfo|dbStats|get)/u.test(Object.keys(command)[0] ?? '');
    const fate = changes ? this.fate(command, this.changes.push(command) - 1) : 'runs';
    if (fate === 'breaks off before') return null;
    if (fate === 'is refused') return new Refusal('MaxTimeMSExpired', 'operation exceeded time limit');
    try {
      const answer = this.server.run(db, command, fate === 'breaks off half-way');
      return fate === 'runs' ? answer : null;
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }
}
