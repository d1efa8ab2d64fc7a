import { nearest } from '#kernel/nearest.ts';
import type { Finding } from './finding.ts';
import { ALERTERS } from './rules/refused.ts';
import type { Config } from './schema.ts';

/** Alerters that are to be replaced, and that ElastAlert doesn't have. */
export function alerterProblems({ alerts }: Config): Finding[] {
  return alerts.takes_over.flatMap((name, index) => {
    if (ALERTERS.includes(name)) return [];
    const meant = nearest(name, ALERTERS);
    const path = ['alerts', 'takes_over', index];
    return [{ path, message: `ElastAlert has no alerter ${name}${meant === null ? '' : `, did you mean ${meant}?`}` }];
  });
}
