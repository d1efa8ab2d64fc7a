import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { isRecord, parseJson } from '#kernel/json.ts';

/** Who asks. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/** What is kept over restarts. */
export interface Memory {
  fact(name: string): Promise<string | null>;
  remember(name: string, value: string): Promise<void>;
}

/** Whether a controller refused the password that it is asked with: ten wrong ones in a row lock it for everybody. */
export interface RefusalMemory {
  /** When (ms); null: it didn't, or not this one. */
  at(): Promise<number | null>;
  note(at: number): Promise<void>;
  /** @returns whether there was something to forget */
  forget(): Promise<boolean>;
}

/** Kept so that another password is tried, and the same one isn't: with salt, at some cost for whoever would guess it. */
export function rememberRefusals(memory: Memory, machine: string, { user, password }: Account): RefusalMemory {
  const name = `machine-refused:${machine}`;
  const seal = (salt: string): string => scryptSync(`${user}\n${password}`, salt, 32).toString('base64');
  return {
    async at() {
      const text = (await memory.fact(name)) ?? '';
      const kept = text === '' ? null : parseJson(text);
      if (!isRecord(kept)) return null;
      const { at, salt, seal: sealed } = kept;
      if (typeof at !== 'number' || typeof salt !== 'string' || typeof sealed !== 'string') return null;
      return isSame(sealed, seal(salt)) ? at : null;
    },
    async note(at) {
      const salt = randomBytes(16).toString('base64');
      await memory.remember(name, JSON.stringify({ at, salt, seal: seal(salt) }));
    },
    async forget() {
      const had = ((await memory.fact(name)) ?? '') !== '';
      if (had) await memory.remember(name, '');
      return had;
    },
  };
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
