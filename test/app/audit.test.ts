import { DatabaseSync } from 'node:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '#kernel/hash.ts';
import { systemClock } from '#kernel/clock.ts';
import { openStore } from '#adapters/store/store.ts';
import { verifyAudit } from '#app/app/audit.ts';
import { parseConfig } from '#config/load.ts';
import { added } from '#test/config/sample.ts';

let folder: string;
/** As the daily post says it, after five of eight entries. */
let posted: string;
const stateOf = (state: string) => parseConfig(added(`state: ${state}`), 'vigie.yaml');

async function audited(state: string, entries: readonly number[]): Promise<string> {
  const store = await openStore(join(state, 'vigie.db'), systemClock);
  for (const number of entries)
    await store.operations.commit({ audit: [{ kind: 'voted', operation: 'p7k', by: 'alice', detail: { number } }] });
  const { seq, hash } = await store.audit.head();
  await store.close();
  return `${seq}:${hash}`;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-audit-'));
  posted = await audited(folder, [1, 2, 3, 4, 5]);
  await audited(folder, [6, 7, 8]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function verified(head?: string): Promise<{ readonly code: number; readonly said: string }> {
  let said = '';
  const code = await verifyAudit(
    stateOf(folder),
    (text, given) => {
      said = text;
      return given;
    },
    head,
  );
  return { code, said };
}

/** Somebody with the file in their hands, who knows how its hashes are made. */
function tamper(act: (sqlite: DatabaseSync) => void): void {
  const sqlite = new DatabaseSync(join(folder, 'vigie.db'));
  sqlite.exec('drop trigger audit_no_update; drop trigger audit_no_delete');
  act(sqlite);
  sqlite.close();
}

function rewriteFrom(sqlite: DatabaseSync, from: number): void {
  let previous = '0'.repeat(64);
  for (const row of sqlite.prepare('select seq, at, kind, operation, by, detail from audit order by seq').all()) {
    const seq = Number(row['seq']);
    const entry = {
      seq,
      at: row['at'],
      kind: row['kind'],
      operation: row['operation'],
      by: seq >= from ? 'eve' : row['by'],
      detail: row['detail'],
    };
    const hash = sha256(`${previous}\n${canonicalize(entry)}`);
    sqlite.prepare('update audit set by = ?, previous = ?, hash = ? where seq = ?').run(String(entry.by), previous, hash, seq);
    previous = hash;
  }
}

describe('vigie audit verify', () => {
  it('finds nothing wrong where nobody did anything, and says that the head is the one that was posted', async () => {
    expect(await verified(posted)).toEqual({
      code: 0,
      said: expect.stringMatching(/^8 entries, unbroken, and entry 5 is the one that was posted; head 8:[0-9a-f]{64}$/u),
    });
  });

  it('sees that the newest entries were cut off', async () => {
    tamper((sqlite) => sqlite.exec('delete from audit where seq > 3'));
    expect((await verified()).code).toBe(0);
    expect(await verified(posted)).toMatchObject({
      code: 1,
      said: expect.stringContaining('the audit was cut by somebody: it ends at entry 3, and entry 5 was posted'),
    });
  });

  it.each([2, 5])('sees that all was rewritten from entry %i on, with hashes that fit', async (from) => {
    tamper((sqlite) => rewriteFrom(sqlite, from));
    expect((await verified()).code).toBe(0);
    expect(await verified(posted)).toMatchObject({
      code: 1,
      said: expect.stringContaining('rewritten by somebody: entry 5 is not the one that was posted'),
    });
  });

  it('sees another store of the same length in its place', async () => {
    rmSync(join(folder, 'vigie.db'));
    await audited(folder, [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await verified(posted)).toMatchObject({ code: 1, said: expect.stringContaining('rewritten') });
  });

  it('names the entry where the chain breaks, with and without a head', async () => {
    tamper((sqlite) => sqlite.exec("update audit set by = 'eve' where seq = 3"));
    for (const head of [undefined, posted])
      expect(await verified(head)).toEqual({
        code: 1,
        said: 'the audit was changed by somebody at entry 3: 2 entries before it are intact',
      });
  });

  it('says without a head what it cannot see, and where the head is', async () => {
    const { code, said } = await verified();
    expect(code).toBe(0);
    expect(said).toMatch(/^8 entries, unbroken in themselves; head 8:[0-9a-f]{64}\n/u);
    expect(said).toContain('hold it against a head that was posted');
  });

  it.each(['5', 'abc', '5:12ab', ':', '-1:aa'])('takes no half of a head: %s', async (head) => {
    expect(await verified(head)).toMatchObject({ code: 2 });
  });
});
