import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlain, isSameName, isServersOwn, isVigiesOwn } from '#domain/database/names.ts';

describe('what a server keeps for itself', () => {
  it.each([
    ['postgres', ['postgres', 'template0', 'template1', 'pg_catalog', 'pg_toast']],
    ['mariadb', ['mysql', 'information_schema', 'performance_schema', 'sys', '#mysql50#x', 'lost+found', 'ndbinfo']],
    ['mongodb', ['admin', 'local', 'config', '$external']],
  ] as const)('is known on %s, however it is written', (engine, names) => {
    for (const name of names) {
      const wide = name.replaceAll(/[a-z0-9]/gu, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0));
      for (const each of [
        name,
        name.toUpperCase(),
        `${name} `,
        `\t${name}\n`,
        `"${name}"`,
        `'${name}'`,
        `\`${name}\``,
        `[${name}]`,
        `${name}\u200b`,
        `\u2060${name}`,
        `${name}.`,
        wide,
      ])
        expect([each, isServersOwn(engine, each)]).toEqual([each, true]);
    }
  });

  it.each([
    ['postgres', ['pad', 'mysql', 'postgres2', 'my_postgres', 'template_of_mine', 'pgadmin']],
    ['mariadb', ['blog', 'postgres', 'mysql_copy', 'sysop', 'test']],
    ['mongodb', ['notes', 'administration', 'configs', 'locals']],
  ] as const)('is nothing else on %s', (engine, names) => {
    expect(names.filter((name) => isServersOwn(engine, name))).toEqual([]);
  });

  it('is found whatever blanks, quotes and capitals somebody puts around it', () => {
    const around = fc.string({
      unit: fc.constantFrom(' ', '\t', '\n', '"', "'", '`', '[', ']', '\u200b', '\u202e', '\0', '.'),
      maxLength: 5,
    });
    const name = fc.constantFrom('mysql', 'MYSQL', 'MySQL', 'ｍｙｓｑｌ', 'information_schema');
    fc.assert(fc.property(around, name, around, (before, each, after) => isServersOwn('mariadb', `${before}${each}${after}`)));
  });
});

describe('names', () => {
  it('are one where a server may take them for one', () => {
    expect(isSameName('Blog', 'blog')).toBe(true);
    expect(isSameName('blog', '`blog` ')).toBe(true);
    expect(isSameName('blog', 'blog2')).toBe(false);
  });

  it('of vigie are known in any capitals', () => {
    expect(['pad_vigie_old_p7k', 'PAD_VIGIE_OLD_P7K', 'pad_old'].map(isVigiesOwn)).toEqual([true, true, false]);
  });

  it.each(['../x', 'a/b', '-x', 'a b', 'a;b', 'a\nb', 'a\0b', 'a"b', "a'b", 'a`b', 'a$b', '', 'é', 'x'.repeat(64)])(
    '%j could mean something else to a client',
    (name) => {
      expect(isPlain(name)).toBe(false);
    },
  );
});
