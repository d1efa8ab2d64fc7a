/** The beginning of an archive of mongodump: its header, the collections that it announces, and the end of that. @param announced databases, collections and what kind these are */
export function archive(...announced: readonly (readonly [db: string, collection: string, type?: string])[]): Buffer {
  const header = document([
    int32('concurrent_collections', 4),
    text('version', '0.1'),
    text('server_version', '8.0.4'),
    text('tool_version', '100.13.0'),
  ]);
  const collections = announced.map(([db, collection, type = 'collection']) =>
    document([text('db', db), text('collection', collection), text('metadata', '{"options":{}}'), int32('size', 0), text('type', type)]),
  );
  return Buffer.concat([Buffer.from('6de29981', 'hex'), header, ...collections, Buffer.from('ffffffff', 'hex')]);
}

function document(elements: readonly Buffer[]): Buffer {
  const content = Buffer.concat([...elements, Buffer.from([0])]);
  return Buffer.concat([number(content.length + 4), content]);
}

function text(name: string, value: string): Buffer {
  const content = Buffer.from(`${value}\0`);
  return Buffer.concat([Buffer.from([2]), Buffer.from(`${name}\0`), number(content.length), content]);
}

function int32(name: string, value: number): Buffer {
  return Buffer.concat([Buffer.from([16]), Buffer.from(`${name}\0`), number(value)]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
