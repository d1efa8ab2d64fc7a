import { readFileSync, statSync } from 'node:fs';
import { BOUNDS } from '#kernel/bounds.ts';

/** The text of a YAML file. @throws Error when it is larger than anything that people write by hand */
export function readYamlText(path: string): string {
  const { most } = BOUNDS.yamlFile;
  if (statSync(path).size > most) throw new Error(`is larger than ${most / 1024 / 1024} MB`);
  return readFileSync(path, 'utf8');
}
