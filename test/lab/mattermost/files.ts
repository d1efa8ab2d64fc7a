import { extname } from 'node:path';
import { AppError, badBody } from './errors.ts';
import { created, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import { newId } from './ids.ts';
import type { Lab } from './lab.ts';
import type { FileInfo, Post } from './model.ts';
import { must, mustReadChannel } from './permissions.ts';
import { channelOf } from './world.ts';
import type { World } from './world.ts';

/** `FileSettings.MaxFileSize`: 100 MiB. */
const MAX_BYTES = 100 * 1024 * 1024;

const TYPES: Record<string, string> = {
  txt: 'text/plain; charset=utf-8',
  log: 'text/x-log; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  diff: 'text/x-diff; charset=utf-8',
  gz: 'application/gzip',
  zip: 'application/zip',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  webp: 'image/webp',
};

/** `/files…`: sent first, then named in a post's `file_ids`. */
export function fileRoutes(lab: Lab): Route[] {
  const { world } = lab;
  return [
    { method: 'POST', pattern: '/api/v4/files', handle: (call) => upload(world, call) },
    ...['', '/preview', '/thumbnail'].map((kind): Route => ({
      method: 'GET',
      pattern: `/api/v4/files/{id}${kind}`,
      handle: (call) => download(world, call),
    })),
    { method: 'GET', pattern: '/api/v4/files/{id}/info', handle: (call) => ok(readable(world, call).info) },
    {
      method: 'GET',
      pattern: '/api/v4/posts/{id}/files/info',
      handle: (call) => ok([...world.files.values()].filter((one) => one.info.post_id === call.param('id')).map((one) => one.info)),
    },
  ];
}

/** Either multipart (`channel_id`, all `client_ids`, then `files`), or the bare bytes with `?channel_id=&filename=`. */
async function upload(world: World, call: Call): Promise<Answer> {
  const type = call.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) {
    const { query, body: bytes } = call;
    const info = store(world, call, { channelId: query.get('channel_id') ?? '', name: query.get('filename') ?? '', bytes });
    return created({ file_infos: [info], client_ids: [] });
  }
  // oxlint-disable-next-line typescript/no-deprecated -- what a test uploads fits into memory
  const form = await new Response(new Uint8Array(call.body), { headers: { 'content-type': type } }).formData();
  const channelId = form.get('channel_id') ?? call.query.get('channel_id');
  if (typeof channelId !== 'string') throw badBody('channel_id');
  const names = [...form.keys()];
  // The server reads the form as it comes: what stands behind the first file is no client id of it any more.
  if (names.lastIndexOf('client_ids') > names.indexOf('files') && names.includes('files')) throw badBody('client_ids');
  const infos: FileInfo[] = [];
  for (const file of form.getAll('files')) {
    if (typeof file === 'string') continue;
    infos.push(store(world, call, { channelId, name: file.name, bytes: Buffer.from(await file.arrayBuffer()) }));
  }
  return created({ file_infos: infos, client_ids: form.getAll('client_ids') });
}

interface Upload {
  channelId: string;
  name: string;
  bytes: Buffer;
}

function store(world: World, call: Call, { channelId, name, bytes }: Upload): FileInfo {
  must(world, call.userId, 'upload_file', { channel: channelOf(world, channelId) });
  if (name === '') throw badBody('filename');
  if (bytes.length > MAX_BYTES) throw new AppError('api.file.upload_file.too_large_detailed.app_error', name);
  const now = world.now();
  const extension = extname(name).slice(1).toLowerCase();
  const mime_type = TYPES[extension] ?? 'application/octet-stream';
  const info: FileInfo = {
    id: newId(),
    user_id: call.userId,
    channel_id: channelId,
    create_at: now,
    update_at: now,
    delete_at: 0,
    name,
    extension,
    size: bytes.length,
    mime_type,
    ...pngSize(bytes),
    ...(mime_type.startsWith('image/') && { has_preview_image: true as const }),
    mini_preview: null,
    remote_id: '',
    archived: false,
  };
  world.files.set(info.id, { info, bytes });
  return info;
}

/** Width and height stand at bytes 16 and 20 of a PNG. */
function pngSize(bytes: Buffer): { width?: number; height?: number } {
  const isPng = bytes.length >= 24 && bytes.readUInt32BE(0) === 0x89504e47;
  return isPng ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : {};
}

/**
 * Ties files to a post. Only one's own that no other post has: a second use is dropped without an error, and null says
 * that none was left. The channel they were sent for doesn't matter, and the order of the result isn't the one asked for.
 */
export function attach(world: World, post: Post, ids: string[]): string[] | null {
  const free = ids
    .flatMap((id) => world.files.get(id) ?? [])
    .filter(({ info }) => info.user_id === post.user_id && (info.post_id === undefined || info.post_id === post.id));
  for (const { info } of free) Object.assign(info, { post_id: post.id, channel_id: post.channel_id });
  return ids.length > 0 && free.length === 0 ? null : free.map(({ info }) => info.id).toSorted();
}

function readable(world: World, call: Call): { info: FileInfo; bytes: Buffer } {
  const file = world.files.get(call.param('id'));
  if (file === undefined) throw new AppError('app.file_info.get.app_error');
  if (file.info.user_id !== call.userId) mustReadChannel(world, call.userId, channelOf(world, file.info.channel_id));
  return file;
}

function download(world: World, call: Call): Answer {
  const { info, bytes } = readable(world, call);
  const name = encodeURIComponent(info.name);
  const kind = info.mime_type.startsWith('image/') && call.query.get('download') !== '1' ? 'inline' : 'attachment';
  return {
    status: 200,
    raw: { type: info.mime_type, bytes },
    headers: { 'Content-Disposition': `${kind};filename="${name}"; filename*=UTF-8''${name}` },
  };
}
