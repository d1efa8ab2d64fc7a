import { describe, expect, it } from 'vitest';
import { registryAuth } from '#adapters/docker/registry-auth.ts';
import { registryOf } from '#adapters/docker/registry-name.ts';
import { formatImage, parseImage } from '#ports/swarm.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('the registry of a repository', () => {
  it.each([
    ['registry.picasoft.net/pad', 'registry.picasoft.net'],
    ['10.77.0.254:5000/x', '10.77.0.254:5000'],
    ['localhost/x', 'localhost'],
    ['library/nginx', 'docker.io'],
    ['nginx', 'docker.io'],
  ])('%s is at %s', (repository, host) => {
    expect(registryOf(repository)).toBe(host);
  });

  it('has no credentials by inheritance', () => {
    expect(registryAuth('constructor.x/y', {})).toBeUndefined();
    expect(registryAuth('x', { 'registry.lab': { username: 'a', password: 'b' } })).toBeUndefined();
  });
});

describe('an image reference', () => {
  it.each([
    ['registry.picasoft.net/pad', 'registry.picasoft.net/pad', null, null],
    ['10.77.0.254:5000/x', '10.77.0.254:5000/x', null, null],
    ['10.77.0.254:5000/x:v1', '10.77.0.254:5000/x', 'v1', null],
    [`pad:1.2-rc@${DIGEST}`, 'pad', '1.2-rc', DIGEST],
    [`a/b/c@${DIGEST}`, 'a/b/c', null, DIGEST],
  ])('%s', (text, repository, tag, digest) => {
    const image = parseImage(text);
    expect(image).toEqual({ repository, tag, digest });
    expect(image && formatImage(image)).toBe(text);
  });

  it.each([
    '',
    ':1',
    'pad:',
    'pad@',
    'pad@sha256:12',
    'Pad Two',
    'a//b',
    'a/B:1',
    'pad:-x',
    `pad@${DIGEST}@${DIGEST}`,
    '-rf',
    'a/../b',
    'pad:1?x=1',
  ])('is not %j', (text) => {
    expect(parseImage(text)).toBeNull();
  });
});
