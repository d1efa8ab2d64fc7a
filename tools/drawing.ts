import { LAYERS, type Layer } from './layers.ts';

/** The layers as `docs/architecture.md` shows them: who sees whom, and what each is for. */
export function layerDrawing(): string {
  const columns = LAYERS.filter((layer) => LAYERS.some((other) => other.sees.includes(layer.name)));
  const width = Math.max(...LAYERS.map((layer) => layer.name.length));
  const line = (name: string, cells: readonly string[]): string => `${name.padEnd(width)}  ${cells.join('  ')}`.trimEnd();
  const matrix = [
    line(
      '',
      columns.map((column) => column.name),
    ),
    ...LAYERS.map((layer) =>
      line(
        layer.name,
        columns.map((column) => mark(layer, column).padEnd(column.name.length)),
      ),
    ),
  ];
  const legend = LAYERS.map((layer) => `| \`${layer.name}\` | ${placesOf(layer)} | ${layer.does} | ${packagesOf(layer)} |`);
  return [
    '```text',
    ...matrix,
    '```',
    '',
    'A row may import the columns marked ●, and itself (○); `adapters` are no layer among themselves, each folder sees its own files.',
    '',
    '| Layer | Where | What for | Packages it may import |',
    '| --- | --- | --- | --- |',
    ...legend,
  ].join('\n');
}

function mark(from: Layer, to: Layer): string {
  if (from === to) return '○';
  return from.sees.includes(to.name) ? '●' : '·';
}

function placesOf({ places }: Layer): string {
  const shown = places.filter(({ publisher }) => publisher !== true);
  const roots = [...new Set(shown.map(({ files }) => files.replace(/(?:\/\*)*\/\*\.ts$/u, '/')))];
  const roomsOf = (root: string): readonly string[] => roots.filter((other) => other !== root && other.startsWith(root));
  const outermost = roots.filter((root) => !roots.some((other) => roomsOf(other).includes(root)));
  return outermost
    .map((root) => {
      const rooms = roomsOf(root).map((room) => `\`${room.slice(root.length)}\``);
      return `\`${root}\`${rooms.length === 0 ? '' : ` with ${rooms.join(', ')}`}`;
    })
    .join(', ');
}

function packagesOf({ packages }: Layer): string {
  if (packages === 'any') return 'any';
  return packages.length === 0 ? 'none' : packages.map((name) => `\`${name}\``).join(', ');
}
