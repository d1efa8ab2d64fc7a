import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { formatImage, type LogLine, parseImage, type ServiceView, type Swarm, type TaskView, type UpdatePolicy } from '#ports/swarm.ts';
import type { ServiceOptions } from '#test/lab/swarm/service-spec.ts';

/** Images that every lab holds: `v1`, `v2` come up healthy, `bad` never does; `job`, `job2` end well after a second, `broken` badly. */
export type LabTag = 'v1' | 'v2' | 'bad' | 'job' | 'job2' | 'broken';

/** A Swarm with a registry, and the means to move it. */
export interface SwarmLab {
  readonly swarm: Swarm;
  /** `host/x` of the open registry. */
  readonly repository: string;
  /** `host/x` of a registry whose credentials the Swarm has. */
  readonly privateRepository: string;
  /** `host/x` of a registry that refuses: its credentials are wrong. */
  readonly deniedRepository: string;
  /** `host/x` of a registry where nobody answers; the manager holds the tag `held`. */
  readonly absentRepository: string;
  /** A Swarm whose daemon doesn't answer, and the name that its errors must say. */
  readonly unreachable: { readonly swarm: Swarm; readonly host: string };
  /** Creates a service and waits until its tasks run. */
  createService(options: ServiceOptions): Promise<void>;
  removeService(name: string): Promise<void>;
  /** Lets time pass until `look` finds something, at most 90 s. */
  until<T>(look: () => Promise<T | null>): Promise<T>;
  close(): Promise<void>;
}

const MB = 1024 * 1024;
const ROLLBACK: UpdatePolicy = {
  parallelism: 1,
  delayMs: 0,
  failureAction: 'rollback',
  monitorMs: 4000,
  order: 'stop-first',
};

export interface SuiteOptions {
  /** Several cases at a time: on real time most of them wait. Each has a service of its own. */
  readonly concurrent?: boolean;
}

interface SwarmSuiteOptions extends SuiteOptions {
  /** Whether the process that tests reaches the registries as well, not the nodes alone. */
  readonly registriesInReach?: boolean;
}

/** What every implementation of the port `Swarm` does, the lab's and the real one. */
export function swarmContract(
  name: string,
  make: () => Promise<SwarmLab>,
  { concurrent = false, registriesInReach = false }: SwarmSuiteOptions = {},
): void {
  describe(`a Swarm: ${name}`, { concurrent }, () => {
    let lab: SwarmLab;
    let swarm: Swarm;
    let created = 0;
    /** Suites may run side by side on one Swarm. */
    const suite = randomUUID().slice(0, 8);

    beforeAll(async () => {
      lab = await make();
      swarm = lab.swarm;
    });
    afterAll(async () => {
      await lab?.close();
    });

    const image = (tag: LabTag): string => `${lab.repository}:${tag}`;

    /** Runs a case with a service of its own. */
    async function withService(options: Partial<ServiceOptions>, use: (name: string) => Promise<void>): Promise<void> {
      created += 1;
      const service = `case-${created}-${suite}`;
      await lab.createService({ name: service, image: image('v1'), ...options });
      try {
        await use(service);
      } finally {
        await lab.removeService(service);
      }
    }

    /** The tag with its digest, as an update must name it. */
    async function pinned(tag: LabTag): Promise<{ image: string; digest: string }> {
      const reference = parseImage(image(tag));
      const { digest } = await swarm.resolveImage(image(tag));
      return { image: reference === null ? '' : formatImage({ ...reference, digest }), digest };
    }

    async function update(service: string, change: Parameters<Swarm['update']>[2]): Promise<ServiceView> {
      const before = await swarm.service(service);
      await swarm.update(service, before.version, change);
      return before;
    }

    const reached = (service: string, ...states: readonly string[]): Promise<ServiceView> =>
      lab.until(async () => {
        const view = await swarm.service(service);
        return states.includes(view.update?.state ?? '') ? view : null;
      });

    /** The tasks that are meant to run, once `count` of them do. */
    const running = (service: string, count: number): Promise<readonly TaskView[]> =>
      lab.until(async () => {
        const tasks = (await swarm.tasks(service)).filter(({ desired }) => desired === 'running');
        return tasks.length === count && tasks.every(({ state }) => state === 'running') ? tasks : null;
      });

    async function problem(work: Promise<unknown>): Promise<VigieError> {
      const thrown: unknown = await work.then(
        () => null,
        (error: unknown) => error,
      );
      if (thrown instanceof VigieError) return thrown;
      throw new Error(`expected a VigieError, got ${String(thrown)}`, { cause: thrown });
    }

    describe('services', () => {
      it('lists a service with its image, its replicas and how many run', async () => {
        await withService({ replicas: 2 }, async (service) => {
          const { digest } = await pinned('v1');
          const view = (await swarm.services()).find((one) => one.name === service);
          expect(view).toMatchObject({ mode: 'replicated', replicas: 2, running: 2, update: null });
          expect(view?.image).toEqual({ repository: lab.repository, tag: 'v1', digest });
        });
      });

      it('shows one service as it lists it', async () => {
        await withService({}, async (service) => {
          const listed = (await swarm.services()).find((one) => one.name === service);
          expect(await swarm.service(service)).toEqual(listed);
        });
      });

      it('names the nearest service when there is none of that name', async () => {
        await withService({}, async (service) => {
          const error = await problem(swarm.service(`${service}s`));
          expect(error.problem()).toEqual({
            code: 'service_unknown',
            params: { service: `${service}s`, nearest: service },
          });
        });
      });

      it('names no service when none is near', async () => {
        const error = await problem(swarm.service('quitedifferent'));
        expect(error.problem()).toEqual({
          code: 'service_unknown',
          params: { service: 'quitedifferent', nearest: null },
        });
      });

      it('does not take the beginning of a name for the name', async () => {
        await withService({}, async (service) => {
          expect((await problem(swarm.tasks(service.slice(0, -1)))).code).toBe('service_unknown');
        });
      });

      it('gives the specification whole, environment included', async () => {
        await withService({ env: ['LANGUAGE=fr'] }, async (service) => {
          expect((await swarm.service(service)).spec).toMatchObject({
            Name: service,
            TaskTemplate: { ContainerSpec: { Env: ['LANGUAGE=fr'] } },
          });
        });
      });

      it('fills in the update policy that Swarm follows when the service has none', async () => {
        await withService({}, async (service) => {
          expect((await swarm.service(service)).policy).toEqual({
            parallelism: 1,
            delayMs: 0,
            failureAction: 'pause',
            monitorMs: 5000,
            order: 'stop-first',
          });
        });
      });

      it('reads the update policy that the service has', async () => {
        const policy: UpdatePolicy = {
          parallelism: 2,
          delayMs: 1500,
          failureAction: 'rollback',
          monitorMs: 9000,
          order: 'start-first',
        };
        await withService({ policy }, async (service) => {
          expect((await swarm.service(service)).policy).toEqual(policy);
        });
      });

      it('reads the routes of Traefik 1, 2 and 3', async () => {
        const labels = {
          'traefik.frontend.rule': 'Host:pad.picasoft.net',
          'traefik.port': '8080',
          'traefik.http.routers.team.rule': 'Host(`team.picasoft.net`)',
          'traefik.http.services.team.loadbalancer.server.port': '8065',
        };
        await withService({ labels }, async (service) => {
          const view = await swarm.service(service);
          expect(view.labels).toEqual(labels);
          expect(view.routes).toHaveLength(2);
          expect(view.routes).toEqual(
            expect.arrayContaining([
              expect.objectContaining({ generation: 1, hosts: ['pad.picasoft.net'], port: 8080 }),
              expect.objectContaining({ generation: 2, hosts: ['team.picasoft.net'], port: 8065 }),
            ]),
          );
        });
      });

      it('knows what a task wants of its node', async () => {
        await withService({ memoryBytes: 8 * MB, hostPort: 18_081 }, async (service) => {
          const view = await swarm.service(service);
          expect(view.needs).toMatchObject({ memoryBytes: 8 * MB, nanoCpus: 0, hostPorts: ['18081/tcp'], maxPerNode: 0 });
          const [task] = await running(service, 1);
          const node = (await swarm.nodes()).find(({ hostname }) => hostname === task?.node);
          expect(node?.memoryBytes).toBeGreaterThan(64 * MB);
          expect(node?.load).toContainEqual({ service: view.id, memoryBytes: 8 * MB, nanoCpus: 0, hostPorts: ['18081/tcp'] });
        });
      });

      it('knows the stack of a service', async () => {
        await withService({ stack: 'web' }, async (service) => {
          expect((await swarm.service(service)).stack).toBe('web');
        });
      });

      it('shows a global service without wanted replicas', async () => {
        await withService({ replicas: 'global' }, async (service) => {
          expect(await swarm.service(service)).toMatchObject({ mode: 'global', replicas: null, running: 2 });
        });
      });
    });

    describe('nodes and tasks', () => {
      it('lists the nodes by name, with their role and state', async () => {
        const nodes = await swarm.nodes();
        const seen = nodes.map(({ hostname, role, availability, state, leader }) => ({
          hostname,
          role,
          availability,
          state,
          leader,
        }));
        expect(seen).toEqual([
          { hostname: 'pica01', role: 'manager', availability: 'active', state: 'ready', leader: true },
          { hostname: 'pica02', role: 'worker', availability: 'active', state: 'ready', leader: false },
        ]);
      });

      it('tells the node of each task by name', async () => {
        await withService({ constraints: ['node.hostname==pica02'] }, async (service) => {
          const view = await swarm.service(service);
          expect(view.constraints).toEqual(['node.hostname==pica02']);
          expect((await running(service, 1)).map(({ node, slot }) => ({ node, slot }))).toEqual([{ node: 'pica02', slot: 1 }]);
        });
      });

      it('spreads the tasks over the nodes', async () => {
        await withService({ replicas: 2 }, async (service) => {
          const nodes = (await running(service, 2)).map(({ node }) => node);
          expect(new Set(nodes)).toEqual(new Set(['pica01', 'pica02']));
        });
      });

      it('says why a task can be placed nowhere', async () => {
        await withService({ replicas: 0, constraints: ['node.hostname==pica09'] }, async (service) => {
          await update(service, { replicas: 1 });
          const waiting = await lab.until(async () => (await swarm.tasks(service)).find(({ error }) => error !== null) ?? null);
          expect(waiting).toMatchObject({ state: 'pending', node: null });
          expect(waiting.error).toBe('no suitable node (scheduling constraints not satisfied on 2 nodes)');
        });
      });

      it('gives the newest task first, ended ones included', async () => {
        await withService({ policy: ROLLBACK }, async (service) => {
          await update(service, { force: true });
          await reached(service, 'completed');
          const [newest, ...older] = await swarm.tasks(service);
          expect(newest).toMatchObject({ state: 'running', desired: 'running' });
          expect(older.map(({ state, desired }) => ({ state, desired }))).toEqual([{ state: 'shutdown', desired: 'shutdown' }]);
        });
      });
    });

    describe('images', () => {
      it('resolves a tag to the digest that the registry gives', async () => {
        const resolved = await swarm.resolveImage(image('v1'));
        expect(resolved).toEqual({ digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), from: 'registry' });
        expect((await swarm.resolveImage(image('v2'))).digest).not.toBe(resolved.digest);
      });

      it('checks a digest as well as a tag', async () => {
        const { digest } = await pinned('v1');
        expect(await swarm.resolveImage(`${lab.repository}@${digest}`)).toEqual({ digest, from: 'registry' });
      });

      it('refuses a tag that the registry does not know', async () => {
        const error = await problem(swarm.resolveImage(`${lab.repository}:none`));
        expect(error.problem()).toEqual({ code: 'image_unknown', params: { image: `${lab.repository}:none` } });
      });

      it('refuses a repository that the registry does not know', async () => {
        expect((await problem(swarm.resolveImage(`${lab.repository}yz:v1`))).code).toBe('image_unknown');
      });

      it('refuses what is no image reference', async () => {
        expect((await problem(swarm.resolveImage('Not An Image'))).code).toBe('image_invalid');
      });

      it('uses the credentials of the registry', async () => {
        expect(await swarm.resolveImage(`${lab.privateRepository}:v1`)).toMatchObject({ from: 'registry' });
      });

      it('tells a refusal of the registry from an image that is not there', async () => {
        const error = await problem(swarm.resolveImage(`${lab.deniedRepository}:v1`));
        expect(error.problem()).toEqual({
          code: 'image_unauthorized',
          params: { image: `${lab.deniedRepository}:v1` },
        });
      });

      it('names a registry that does not answer', async () => {
        const error = await problem(swarm.resolveImage(`${lab.absentRepository}:v1`));
        expect(error.code).toBe('registry_unreachable');
        expect(error.params).toMatchObject({
          registry: lab.absentRepository.split('/')[0],
          reason: expect.stringContaining('refused'),
        });
      });

      it('finds the image on the manager when its registry does not answer', async () => {
        expect(await swarm.resolveImage(`${lab.absentRepository}:held`)).toEqual({
          digest: expect.stringMatching(/^sha256:/),
          from: 'node',
        });
      });
    });

    // vigie asks a registry itself: where the lab's stand in a network of their own, only the nodes reach them.
    if (registriesInReach)
      describe('tags', () => {
        it('are those that the registry has, each once', async () => {
          const { tags, more } = await swarm.tags(lab.repository);
          const names = tags.map(({ name }) => name);
          expect(names).toEqual(expect.arrayContaining(['v1', 'v2', 'bad']));
          expect(new Set(names).size).toBe(names.length);
          expect(more).toBe(false);
        });

        it('are asked for with the credentials of the registry', async () => {
          expect((await swarm.tags(lab.privateRepository)).tags.map(({ name }) => name)).toContain('v1');
          const error = await problem(swarm.tags(lab.deniedRepository));
          expect(error.problem()).toEqual({ code: 'image_unauthorized', params: { image: lab.deniedRepository } });
        });

        it('are nobody’s where the registry knows no such repository, or does not answer', async () => {
          expect((await problem(swarm.tags(`${lab.repository}yz`))).code).toBe('image_unknown');
          const error = await problem(swarm.tags(lab.absentRepository));
          expect(error.code).toBe('registry_unreachable');
          expect(error.params).toMatchObject({ registry: lab.absentRepository.split('/')[0] });
        });
      });

    describe('an update of the image', () => {
      it('completes, and all tasks run the new digest', async () => {
        await withService({ replicas: 2, policy: ROLLBACK }, async (service) => {
          const { image: v2, digest } = await pinned('v2');
          await update(service, { image: v2 });
          const done = await reached(service, 'completed', 'paused', 'rollback_completed');
          expect(done.update).toMatchObject({ state: 'completed', message: 'update completed' });
          expect(done.image).toEqual({ repository: lab.repository, tag: 'v2', digest });
          expect((await running(service, 2)).map((task) => task.image.digest)).toEqual([digest, digest]);
        });
      });

      it('tells when it began and when it ended', async () => {
        await withService({}, async (service) => {
          const { image: v2 } = await pinned('v2');
          await update(service, { image: v2 });
          const begun = await reached(service, 'updating');
          expect(begun.update?.completedAt).toBeNull();
          const { update: ended } = await reached(service, 'completed');
          expect(ended?.startedAt).toBe(begun.update?.startedAt);
          expect(ended?.completedAt).toBeGreaterThan(ended?.startedAt ?? Infinity);
        });
      });

      it('changes the version and the hash of the specification', async () => {
        await withService({}, async (service) => {
          const { image: v2 } = await pinned('v2');
          const before = await update(service, { image: v2 });
          const after = await swarm.service(service);
          expect(after.version).toBeGreaterThan(before.version);
          expect(after.specHash).not.toBe(before.specHash);
        });
      });

      it('leaves everything else as it was', async () => {
        await withService({ env: ['SECRET=keep'], labels: { 'traefik.port': '8080' }, policy: ROLLBACK }, async (service) => {
          const { image: v2 } = await pinned('v2');
          const before = await update(service, { image: v2 });
          const after = await swarm.service(service);
          expect(JSON.parse(JSON.stringify(after.spec).replaceAll(formatImage(after.image), formatImage(before.image)))).toEqual(
            before.spec,
          );
        });
      });

      it("rolls back from an image that never becomes healthy, and keeps the task's error", async () => {
        await withService({ policy: ROLLBACK }, async (service) => {
          const { image: bad, digest } = await pinned('bad');
          const before = await update(service, { image: bad });
          const done = await reached(service, 'rollback_completed', 'rollback_paused', 'paused', 'completed');
          expect(done.update?.state).toBe('rollback_completed');
          expect(done.image).toEqual(before.image);
          expect(done.specHash).toBe(before.specHash);
          const failed = (await swarm.tasks(service)).filter((task) => task.state === 'failed');
          expect(failed.map((task) => task.image.digest)).toContain(digest);
          expect(failed[0]?.error).toContain('unhealthy container');
          expect((await running(service, 1)).map((task) => task.image.digest)).toEqual([before.image.digest]);
        });
      });

      it('pauses where the failure action is pause, and says for which task', async () => {
        await withService({ policy: { ...ROLLBACK, failureAction: 'pause' } }, async (service) => {
          const { image: bad, digest } = await pinned('bad');
          await update(service, { image: bad });
          const paused = await reached(service, 'paused', 'rollback_started', 'completed');
          expect(paused.update?.state).toBe('paused');
          expect(paused.image.digest).toBe(digest);
          const ids = (await swarm.tasks(service)).map(({ id }) => id);
          expect(ids.some((id) => paused.update?.message.includes(id))).toBe(true);
        });
      });

      it('can be mended by another update after a pause', async () => {
        await withService({ policy: { ...ROLLBACK, failureAction: 'pause' } }, async (service) => {
          await update(service, { image: (await pinned('bad')).image });
          await reached(service, 'paused');
          const { image: v2, digest } = await pinned('v2');
          await update(service, { image: v2 });
          await reached(service, 'completed');
          expect((await running(service, 1)).map((task) => task.image.digest)).toEqual([digest]);
        });
      });

      it('shows an image that no node can pull as a rejected task', async () => {
        await withService({ policy: { ...ROLLBACK, failureAction: 'pause' } }, async (service) => {
          await update(service, { image: `${lab.repository}:none` });
          const paused = await reached(service, 'paused', 'completed');
          expect(paused.update?.state).toBe('paused');
          const rejected = (await swarm.tasks(service)).find((task) => task.state === 'rejected');
          expect(rejected?.error).toBe(`No such image: ${lab.repository}:none`);
        });
      });

      it('takes its policy along', async () => {
        await withService({ policy: { ...ROLLBACK, failureAction: 'pause' } }, async (service) => {
          const policy: UpdatePolicy = { ...ROLLBACK, monitorMs: 12_000, order: 'start-first' };
          await update(service, { policy });
          expect((await swarm.service(service)).policy).toEqual(policy);
        });
      });

      it('refuses what is no image reference', async () => {
        await withService({}, async (service) => {
          expect((await problem(update(service, { image: 'No Image' }))).code).toBe('image_invalid');
        });
      });
    });

    describe('an update that can’t go on', () => {
      const options = (hostPort: number): Partial<ServiceOptions> => ({
        policy: { ...ROLLBACK, order: 'start-first' },
        constraints: ['node.hostname==pica01'],
        hostPort,
      });

      async function stuck(service: string): Promise<ServiceView> {
        const before = await update(service, { image: (await pinned('v2')).image });
        const waiting = await lab.until(async () => (await swarm.tasks(service)).find(({ state }) => state === 'pending') ?? null);
        expect(await lab.until(async () => (await swarm.tasks(service)).find(({ id }) => id === waiting.id)?.error ?? null)).toMatch(
          /host-mode port already in use on 1 node/,
        );
        expect((await swarm.service(service)).update?.state).toBe('updating');
        return before;
      }

      it('goes back to what was before, the old task untouched', async () => {
        await withService(options(18_082), async (service) => {
          const [first] = await running(service, 1);
          const before = await stuck(service);
          await update(service, { back: true });
          const back = await reached(service, 'rollback_completed', 'rollback_paused');
          expect(back.update?.state).toBe('rollback_completed');
          expect(back.specHash).toBe(before.specHash);
          expect((await running(service, 1)).map(({ id }) => id)).toEqual([first?.id]);
        });
      });

      it('has nothing to go back to when it was never updated', async () => {
        await withService({}, async (service) => {
          const error = await problem(update(service, { back: true }));
          expect(error.problem()).toEqual({ code: 'service_no_way_back', params: { service } });
        });
      });
    });

    describe('a job', () => {
      const completed = (service: string, iteration: number, count: number): Promise<readonly TaskView[]> =>
        lab.until(async () => {
          const tasks = (await swarm.tasks(service)).filter((task) => task.iteration === iteration && task.state === 'complete');
          return tasks.length === count ? tasks : null;
        });

      it('shows how many of its tasks have to complete, and which run it is', async () => {
        await withService({ image: image('job'), job: { completions: 2, tries: 3 } }, async (service) => {
          const view = await swarm.service(service);
          expect(view).toMatchObject({ mode: 'job', job: { completions: 2, tries: 3 } });
          await completed(service, view.job?.iteration ?? -1, 2);
        });
      });

      it('runs again when it is forced, and with another image', async () => {
        await withService({ image: image('job'), job: { completions: 1 } }, async (service) => {
          const first = (await swarm.service(service)).job?.iteration ?? -1;
          await completed(service, first, 1);
          await update(service, { force: true });
          const second = (await swarm.service(service)).job?.iteration ?? -1;
          expect(second).toBeGreaterThan(first);
          await completed(service, second, 1);
          const { image: job2, digest } = await pinned('job2');
          await update(service, { image: job2 });
          const third = (await swarm.service(service)).job?.iteration ?? -1;
          expect((await completed(service, third, 1)).map((task) => task.image.digest)).toEqual([digest]);
        });
      });

      it('runs once on each node', async () => {
        await withService({ image: image('job'), job: { completions: 'global' } }, async (service) => {
          const view = await swarm.service(service);
          expect(view.job?.completions).toBeNull();
          const tasks = await completed(service, view.job?.iteration ?? -1, 2);
          expect(new Set(tasks.map(({ node }) => node))).toEqual(new Set(['pica01', 'pica02']));
        });
      });

      it('is tried as often as it may, and keeps the errors', async () => {
        await withService({ image: image('broken'), job: { completions: 1, tries: 1 } }, async (service) => {
          const failed = await lab.until(async () => (await swarm.tasks(service)).find(({ state }) => state === 'failed') ?? null);
          expect(failed.error).toMatch(/non-zero exit/);
          expect((await swarm.service(service)).job?.tries).toBe(1);
        });
      });

      it('has no number of tasks that could be set', async () => {
        await withService({ image: image('job'), job: { completions: 1 } }, async (service) => {
          expect((await problem(update(service, { replicas: 2 }))).problem()).toEqual({
            code: 'service_not_replicated',
            params: { service, mode: 'job' },
          });
        });
      });
    });

    describe('other updates', () => {
      it('scales without an update status', async () => {
        await withService({}, async (service) => {
          await update(service, { replicas: 3 });
          await running(service, 3);
          expect(await swarm.service(service)).toMatchObject({ replicas: 3, running: 3, update: null });
        });
      });

      it('scales down to none', async () => {
        await withService({}, async (service) => {
          await update(service, { replicas: 0 });
          await lab.until(async () => ((await swarm.service(service)).running === 0 ? true : null));
          expect((await swarm.service(service)).replicas).toBe(0);
        });
      });

      it('refuses to scale a global service', async () => {
        await withService({ replicas: 'global' }, async (service) => {
          const error = await problem(update(service, { replicas: 2 }));
          expect(error.problem()).toEqual({ code: 'service_not_replicated', params: { service, mode: 'global' } });
        });
      });

      it('starts all tasks anew when forced, with the same image', async () => {
        await withService({ policy: ROLLBACK }, async (service) => {
          const [first] = await running(service, 1);
          const before = await update(service, { force: true });
          await reached(service, 'completed');
          const [second] = await running(service, 1);
          expect(second?.id).not.toBe(first?.id);
          expect(second?.image).toEqual(before.image);
        });
      });

      it('refuses an update whose version is out of date, and changes nothing', async () => {
        await withService({}, async (service) => {
          const before = await update(service, { replicas: 2 });
          const error = await problem(swarm.update(service, before.version, { replicas: 5 }));
          expect(error.problem()).toEqual({ code: 'service_changed', params: { service } });
          expect((await swarm.service(service)).replicas).toBe(2);
        });
      });

      it('refuses to update a service that is not there', async () => {
        expect((await problem(swarm.update('quitedifferent', 1, { force: true }))).code).toBe('service_unknown');
      });
    });

    describe('logs', () => {
      const since = 0;

      const written = (service: string, count: number): Promise<readonly LogLine[]> =>
        lab.until(async () => {
          const { lines } = await swarm.logs(service, { since, tail: 100 });
          return lines.length >= count ? lines : null;
        });

      it('tells both streams apart, with task and node, oldest first', async () => {
        await withService({ env: ['NOISY=1'] }, async (service) => {
          const lines = await written(service, 2);
          const [task] = await running(service, 1);
          expect(lines.map(({ stream }) => stream)).toEqual(expect.arrayContaining(['stdout', 'stderr']));
          expect(lines.find(({ stream }) => stream === 'stderr')?.text).toContain('this line goes to stderr');
          expect(lines.every((line) => line.task === task?.id && line.node === task?.node)).toBe(true);
          expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted((a, b) => a - b));
        });
      });

      it('gives only the newest lines asked for, and says that there are older ones', async () => {
        await withService({ replicas: 2, env: ['LINES=300'] }, async (service) => {
          const { lines, older, whole } = await lab.until(async () => {
            const seen = await swarm.logs(service, { since, tail: 500 });
            return seen.lines.filter(({ text }) => text.startsWith('line 300 ')).length === 2 ? seen : null;
          });
          expect(lines).toHaveLength(500);
          expect({ older, whole }).toEqual({ older: true, whole: true });
          const few = await swarm.logs(service, { since, tail: 10 });
          expect(few.lines).toHaveLength(10);
          expect(few.lines[0]?.at).toBeGreaterThanOrEqual(lines.at(-10)?.at ?? Infinity);
          expect(few.older).toBe(true);
        });
      });

      it('cuts a long line, and says how much of it is missing', async () => {
        await withService({ env: ['LINES=1', 'WIDTH=5000'] }, async (service) => {
          const lines = await written(service, 3);
          const long = lines.find(({ text }) => text.startsWith('line 1 of 1'));
          expect(long?.text).toHaveLength(BOUNDS.logLine.most);
          expect(long?.cut).toBe('line 1 of 1 '.length + 5_000 - BOUNDS.logLine.most);
          expect(lines.find(({ stream }) => stream === 'stderr')?.cut).toBe(0);
        });
      });

      it('looks for text in all lines, far beyond the newest', async () => {
        await withService({ env: ['LINES=6000'] }, async (service) => {
          const { lines, whole } = await lab.until(async () => {
            const seen = await swarm.logs(service, { since, tail: 100, grep: 'line 17 of' });
            return seen.lines.length > 0 ? seen : null;
          });
          expect(lines.map(({ text }) => text)).toEqual(['line 17 of 6000 0']);
          expect(whole).toBe(true);
          const capitals = await swarm.logs(service, { since, tail: 100, grep: 'warn' });
          expect(capitals.lines.map(({ text }) => text)).toEqual(['warn: this line goes to stderr']);
          expect((await swarm.logs(service, { since, tail: 100, grep: 'never written' })).lines).toEqual([]);
        });
      });

      it('keeps each stack trace together, and finds it whole by a part of it or by its level', async () => {
        const trace = (nth: number) =>
          ['Traceback (most recent call last):', `  File "pad.py", line ${nth}, in save`, `ValueError: failure ${nth}`].join('\n');
        await withService({ replicas: 2, env: ['FAILS=3', 'LINES=5'] }, async (service) => {
          const { lines } = await lab.until(async () => {
            const seen = await swarm.logs(service, { since, tail: 100 });
            return seen.lines.filter(({ text }) => text.includes('failure 3')).length === 2 ? seen : null;
          });
          const failures = [1, 2, 3].map(trace);
          for (const text of failures) expect(lines.filter((line) => line.text === text)).toHaveLength(2);
          const found = await swarm.logs(service, { since, tail: 100, grep: 'line 2, in' });
          expect(found.lines.map(({ text }) => text)).toEqual([trace(2), trace(2)]);
          const grave = await swarm.logs(service, { since, tail: 100, level: 3 });
          expect(grave.lines.map(({ text }) => text).toSorted()).toEqual([...failures, ...failures].toSorted());
          expect(grave.levelless).toBeGreaterThanOrEqual(10);
        });
      });

      it('gives nothing after the moment asked for', async () => {
        await withService({ env: ['LINES=5'] }, async (service) => {
          const lines = await written(service, 7);
          const until = lines[2]?.at ?? 0;
          const { lines: early } = await swarm.logs(service, { since, until, tail: 100 });
          expect(early).toEqual(lines.filter(({ at }) => at <= until));
          expect((await swarm.logs(service, { since, until: since + 1, tail: 100 })).lines).toEqual([]);
        });
      });

      it('gives only lines since the moment asked for', async () => {
        await withService({}, async (service) => {
          const [first] = await written(service, 2);
          expect(await swarm.logs(service, { since: (first?.at ?? 0) + 60_000, tail: 100 })).toEqual({
            lines: [],
            notes: [],
            older: false,
            whole: true,
            levelless: 0,
          });
        });
      });

      it('knows no logs of a service that is not there', async () => {
        expect((await problem(swarm.logs('quitedifferent', { since, tail: 10 }))).code).toBe('service_unknown');
      });
    });

    describe('when nothing answers', () => {
      it('names the host that cannot be reached', async () => {
        const error = await problem(lab.unreachable.swarm.services());
        expect(error.code).toBe('swarm_unreachable');
        expect(error.params).toMatchObject({ host: lab.unreachable.host, reason: expect.stringMatching(/\w/) });
      });

      it('says so of an update too', async () => {
        expect((await problem(lab.unreachable.swarm.update('pad', 1, { force: true }))).code).toBe('swarm_unreachable');
      });

      it('gives up at once, with the reason of a signal that has aborted', async () => {
        const reason = new VigieError('cancelled');
        await expect(swarm.services(AbortSignal.abort(reason))).rejects.toBe(reason);
      });

      it('sends no update after its signal has aborted', async () => {
        await withService({}, async (service) => {
          const before = await swarm.service(service);
          const reason = new VigieError('cancelled');
          await expect(swarm.update(service, before.version, { replicas: 2 }, AbortSignal.abort(reason))).rejects.toBe(reason);
          expect((await swarm.service(service)).version).toBe(before.version);
        });
      });
    });
  });
}
