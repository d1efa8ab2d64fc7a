import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '#kernel/clock.ts';
import { toJsonObject } from '#kernel/json.ts';
import { createCharts } from '#adapters/charts/create-charts.ts';
import { chart } from '#test/messages/chart/charts.ts';
import { Scene } from './scene.ts';

const Files = z.array(z.looseObject({ id: z.string(), name: z.string(), mime_type: z.string(), width: z.number().optional() }));
const charts = createCharts({ clock: systemClock, idleMs: 200 });
let scene: Scene;
afterEach(() => scene.close());

describe('a post with a chart', () => {
  const tell = async (data: object) => {
    await scene.store.operations.commit({
      say: [
        {
          kind: 'create',
          key: 'chart',
          to: { channel: scene.ops.id, root: null, underKey: null },
          message: { template: 'answer:services', data: toJsonObject({ services: [], short: 0, chart: chart(), ...data }) },
          seeds: [],
        },
      ],
    });
    scene.vigie.context.wake('sender');
    return await scene.post(/No service runs/);
  };

  it('shows it as a picture that everybody in the channel can open', async () => {
    scene = await Scene.open({ parts: { charts } });
    const post = await tell({});
    const [file] = Files.parse(post.metadata['files']);
    expect(file).toMatchObject({ name: 'CPU.png', mime_type: 'image/png', width: 900, has_preview_image: true });
    const { headers } = await scene.who('zoe').rest.request('GET', `/files/${file?.id}`);
    expect(headers.get('content-type')).toBe('image/png');
  });

  it('has both a picture and a file', async () => {
    scene = await Scene.open({ parts: { charts } });
    const post = await tell({ file: { name: 'all.txt', text: 'everything' } });
    expect(
      Files.parse(post.metadata['files'])
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['CPU.png', 'all.txt']);
  });

  it('gets there without it when the server takes no files', async () => {
    scene = await Scene.open({ parts: { charts } });
    scene.mattermost.faults.failNext(1, 501, 'POST /files');
    expect((await tell({})).file_ids ?? []).toEqual([]);
    expect(scene.logged.map(({ text }) => text)).toContain('a picture could not be sent: the post goes without it');
  });

  it('gets there without it when what is stored is no chart', async () => {
    scene = await Scene.open({ parts: { charts } });
    expect((await tell({ chart: { title: 'half' } })).file_ids ?? []).toEqual([]);
    expect(scene.logged.map(({ text }) => text)).toContain('a chart could not be drawn: the post goes without it');
  });
});
