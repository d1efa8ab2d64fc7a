import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal } from '#app/app/terminal.ts';
import type { Given } from '#app/app/setup/given.ts';
import type { Asker } from '#app/app/setup/interview.ts';
import { setup } from '#app/app/setup/setup.ts';
import { connectAdmin, type Admin } from '#test/lab/mattermost/admin.ts';
import type { Person } from '#test/lab/mattermost/person.ts';
import { startMattermost, type LabMattermost } from '#test/lab/mattermost/server.ts';

/** What a person answers: the start of a question, and the answer to it. In this order, and no other question. */
export type Script = readonly (readonly [question: string, answer: string | boolean])[];

export interface Played {
  readonly code: number;
  readonly said: string;
}

/** An empty folder and a Mattermost with a team and two people, and nothing of vigie. */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'vigie-set-up-'));
  readonly path = join(this.folder, 'etc/vigie.yaml');
  readonly tokenFile = join(this.folder, 'etc/credentials/mattermost_token');
  readonly mattermost: LabMattermost;
  readonly admin: Admin;
  readonly alice: Person;
  readonly bob: Person;

  private constructor(mattermost: LabMattermost, admin: Admin, [alice, bob]: readonly [Person, Person]) {
    this.mattermost = mattermost;
    this.admin = admin;
    [this.alice, this.bob] = [alice, bob];
  }

  static async open(): Promise<Stage> {
    const mattermost = await startMattermost();
    const admin = await connectAdmin(mattermost.url, mattermost.adminToken);
    const team = await admin.createTeam({ name: 'picasoft' });
    const people = [await admin.createPerson({ username: 'alice' }), await admin.createPerson({ username: 'bob' })] as const;
    await admin.addToTeam(team, ...people);
    return new Stage(mattermost, admin, people);
  }

  async close(): Promise<void> {
    await this.mattermost.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** What is needed and nothing around it, as options. */
  get enough(): Given {
    const nothing = { docker: 'none', elasticsearch: 'none', proxmox: 'none', language: 'en' } as const;
    return { ...nothing, mattermost: this.mattermost.url, operators: 'alice,bob', state: join(this.folder, 'state') };
  }

  /** With options alone, as `--yes` does. */
  async yes(given: Given = this.enough, token = this.mattermost.adminToken): Promise<Played> {
    return await this.#run(given, null, token);
  }

  /** As somebody at a terminal, who answers as written. */
  async asked(script: Script, given: Given = {}): Promise<Played & { readonly left: Script }> {
    const left = [...script];
    return { ...(await this.#run(given, scripted(left), undefined)), left };
  }

  async #run(given: Given, asker: Asker | null, environmentToken: string | undefined): Promise<Played> {
    const said: string[] = [];
    const { print, load } = openTerminal((text) => void said.push(text));
    const code = await setup({ path: this.path, given, environmentToken, asker, print, load });
    return { code, said: said.join('') };
  }

  read(path = this.path): string {
    return readFileSync(path, 'utf8');
  }

  mode(path: string): number {
    return statSync(path).mode & 0o777;
  }
}

function scripted(left: [string, string | boolean][] | (readonly [string, string | boolean])[]): Asker {
  const next = (question: string): string | boolean => {
    const [expected, answer] = left.shift() ?? ['no question', ''];
    if (!question.startsWith(expected)) throw new Error(`asked "${question}" instead of "${expected}"`);
    return answer;
  };
  const text = (question: string): Promise<string> => Promise.resolve(String(next(question)));
  return {
    text: async (question, fallback) => (await text(question)) || (fallback ?? ''),
    secret: text,
    choose: text,
    confirm: (question) => Promise.resolve(next(question) === true),
  };
}
