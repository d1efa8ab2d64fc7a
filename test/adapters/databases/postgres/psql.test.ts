import { describe, expect, it } from 'vitest';
import { block, literal } from '#adapters/databases/postgres/psql.ts';

describe('a block of the server’s own language', () => {
  it.each(['pad', 'x$vigie$; alter role pad superuser; --', 'x$vigie$ $vigie1$ y', '$vigie'])(
    'is ended by no name that is in it: %s',
    (name) => {
      const text = block(`begin execute ${literal(name)}; end`);
      const [, tag = ''] = /^do (\$\w+\$) /u.exec(text) ?? [];
      expect(text.split(tag)).toHaveLength(3);
      expect(text).toMatch(/ end \$vigie\d*\$;$/u);
      expect(text).toContain(literal(name));
    },
  );
});
