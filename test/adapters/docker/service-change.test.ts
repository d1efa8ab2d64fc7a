import { describe, expect, it } from 'vitest';
import { serviceSpec } from '#adapters/docker/answers.ts';
import { changedSpec } from '#adapters/docker/service-change.ts';
import { specHashOf } from '#adapters/docker/views.ts';
import { asJson } from '#adapters/docker/json.ts';

/** As Docker gives it, with much that vigie doesn't read. */
const SPEC = {
  Name: 'pad',
  Labels: { 'traefik.port': '9001' },
  TaskTemplate: {
    ContainerSpec: {
      Image: 'registry.picasoft.net/pad:1',
      Env: ['A=1'],
      Mounts: [{ Type: 'volume', Source: 'pad', Target: '/data' }],
      Secrets: [{ File: { Name: 'db' }, SecretID: 's1', SecretName: 'db' }],
    },
    Networks: [{ Target: 'n1' }],
    Placement: { Constraints: ['node.hostname==pica01'], Platforms: [{ OS: 'linux' }] },
    ForceUpdate: 3,
    Runtime: 'container',
  },
  Mode: { Replicated: { Replicas: 2 } },
  UpdateConfig: { Parallelism: 1, MaxFailureRatio: 0.1 },
  RollbackConfig: { Parallelism: 1 },
  EndpointSpec: { Mode: 'vip', Ports: [{ TargetPort: 80 }] },
};
const spec = serviceSpec.parse(SPEC);

describe('a change of a service', () => {
  it('to nothing sends the specification as it was', () => {
    expect(changedSpec(spec, {})).toEqual(SPEC);
  });

  it('of the image leaves all else', () => {
    const expected = structuredClone(SPEC);
    expected.TaskTemplate.ContainerSpec.Image = 'registry.picasoft.net/pad:2';
    expect(changedSpec(spec, { image: 'registry.picasoft.net/pad:2' })).toEqual(expected);
  });

  it('of the replicas leaves all else', () => {
    expect(changedSpec(spec, { replicas: 0 })).toEqual({ ...SPEC, Mode: { Replicated: { Replicas: 0 } } });
  });

  it('of the policy leaves how a rollback is done', () => {
    const policy = {
      parallelism: 1,
      delayMs: 0,
      failureAction: 'rollback',
      monitorMs: 7000,
      order: 'stop-first',
    } as const;
    expect(changedSpec(spec, { policy })).toEqual({
      ...SPEC,
      UpdateConfig: {
        Parallelism: 1,
        Delay: 0,
        FailureAction: 'rollback',
        Monitor: 7_000_000_000,
        Order: 'stop-first',
        MaxFailureRatio: 0.1,
      },
    });
  });

  it('by force counts on', () => {
    expect(changedSpec(spec, { force: true }).TaskTemplate.ForceUpdate).toBe(4);
  });

  it('does not touch the specification that it was given', () => {
    changedSpec(spec, { image: 'a/b:1', replicas: 9, force: true });
    expect(spec).toEqual(SPEC);
  });

  it.each([
    ['global', { Global: {} }],
    ['job', { ReplicatedJob: { MaxConcurrent: 1 } }],
  ])('of the replicas is refused for a %s service', (mode, Mode) => {
    expect(() => changedSpec({ ...spec, Mode }, { replicas: 2 })).toThrow(
      expect.objectContaining({ code: 'service_not_replicated', params: { service: 'pad', mode } }),
    );
  });
});

describe('the hash of a specification', () => {
  it('does not depend on the order of its keys', () => {
    const turned = Object.fromEntries(Object.entries(SPEC).toReversed());
    expect(specHashOf(asJson(turned))).toBe(specHashOf(asJson(SPEC)));
  });

  it('sees a change of a fraction', () => {
    expect(specHashOf(asJson({ ...SPEC, UpdateConfig: { MaxFailureRatio: 0.2 } }))).not.toBe(
      specHashOf(asJson({ ...SPEC, UpdateConfig: { MaxFailureRatio: 0.1 } })),
    );
  });
});
