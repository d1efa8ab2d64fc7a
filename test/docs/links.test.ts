import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, documents, linksOf, pathsOf, ROOT } from './documents.ts';

const all = documents();

describe.each(all)('$path', (document) => {
  it('links to files that are there, and to headings that they have', () => {
    const broken = linksOf(document).filter(({ path, anchor }) => {
      if (!existsSync(join(ROOT, path))) return true;
      const target = all.find((each) => each.path === path);
      return anchor !== null && target !== undefined && !anchorsOf(target).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names paths that are there', () => {
    expect(pathsOf(document).filter((path) => globSync(path, { cwd: ROOT }).length === 0)).toEqual([]);
  });
});

describe('documents', () => {
  it('are all found from the README', () => {
    const found = new Set(['README.md']);
    for (const path of found) {
      const document = all.find((each) => each.path === path);
      for (const link of document === undefined ? [] : linksOf(document)) found.add(link.path);
    }
    expect(all.map(({ path }) => path).filter((path) => !found.has(path))).toEqual([]);
  });

  it('are read with their links, anchors and paths', () => {
    const text = '# A `b`: c\n\nSee [there](docs/x.md#y) and `[no](z.md)`, `src/{a,b}/*.ts`, `/opt/bin/vigie`, `handlers/<id>.ts`.\n';
    const sample = { path: 'README.md', text };
    expect(linksOf(sample)).toEqual([{ path: 'docs/x.md', anchor: 'y' }]);
    expect([...anchorsOf(sample)]).toEqual(['a-b-c']);
    expect(pathsOf(sample)).toEqual(['src/{a,b}/*.ts', 'handlers/*.ts']);
  });
});
