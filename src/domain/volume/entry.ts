/** A file of a volume, as people and GlusterFS name it. */
export type VolumeFile = { readonly by: 'path'; readonly path: string } | { readonly by: 'gfid'; readonly gfid: string };

const GFID = /^gfid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u;

/** Reads `/docs/report.odt` or `gfid:…`; null for what leads elsewhere: `..`, `.`, empty parts, what vigie doesn't touch (`/.glusterfs`), control characters. */
export function parseVolumeFile(word: string): VolumeFile | null {
  const [, gfid] = GFID.exec(word) ?? [];
  if (gfid !== undefined) return { by: 'gfid', gfid };
  const parts = word.split('/').slice(1);
  const isPath = word.startsWith('/') && parts.every((part) => !['', '.', '..'].includes(part)) && !/\p{Cc}/u.test(word);
  return isPath && parts[0] !== '.glusterfs' ? { by: 'path', path: word } : null;
}

/** Where a file is on a brick: GlusterFS keeps each a second time under its number. */
export function onBrick(brickPath: string, file: VolumeFile): string {
  if (file.by === 'path') return `${brickPath}${file.path}`;
  return `${brickPath}/.glusterfs/${file.gfid.slice(0, 2)}/${file.gfid.slice(2, 4)}/${file.gfid}`;
}

/** How people name it in a command. */
export function nameOf({ path, gfid }: { readonly path: string | null; readonly gfid: string }): string {
  return path ?? `gfid:${gfid}`;
}
