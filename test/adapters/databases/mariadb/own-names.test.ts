import { describe, expect, it } from 'vitest';
import { withOwnNames } from '#adapters/databases/mariadb/own-names.ts';

describe('a view without the name of its own database', () => {
  it.each([
    ['select lastval(`pad`.`steps`) AS `l`', 'select lastval(`steps`) AS `l`'],
    ['select `pad`.`f`(1) AS `l`', 'select `f`(1) AS `l`'],
    ['select `pad`.`t`.`id` AS `id` from `pad`.`t`', 'select `t`.`id` AS `id` from `t`'],
    ['from ((`pad`.`a` join `pad`.`b`) join `other`.`c`)', 'from ((`a` join `b`) join `other`.`c`)'],
    // A table that is called so.
    [
      'select `pad`.`id` AS `id` from (`pad` join `t` on(`t`.`id` = `pad`.`id`))',
      'select `pad`.`id` AS `id` from (`pad` join `t` on(`t`.`id` = `pad`.`id`))',
    ],
    ['select `pad`.`pad`.`id` AS `id` from `pad`', 'select `pad`.`id` AS `id` from `pad`'],
    ["select 'it''s \\' from `pad`.`t`' AS `x`,`pad`.`t`.`id` AS `y`", "select 'it''s \\' from `pad`.`t`' AS `x`,`t`.`id` AS `y`"],
    ['select `t```.`id` AS `pad``.x` from `x```', 'select `t```.`id` AS `pad``.x` from `x```'],
  ])('of %s is %s', (text, expected) => {
    expect(withOwnNames(text, 'pad')).toBe(expected);
  });
});
