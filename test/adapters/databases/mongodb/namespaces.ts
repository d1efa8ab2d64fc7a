import { isRecord, type Json, type JsonObject } from '#kernel/json.ts';

/** A server's no. */
export class Refusal extends Error {
  readonly codeName: string;

  constructor(codeName: string, message: string) {
    super(message);
    this.codeName = codeName;
  }
}

export interface FakeCollection {
  readonly type: string;
  readonly options: JsonObject;
  /** What is in it. */
  readonly documents: Json[];
}

type Database = Map<string, FakeCollection>;

interface Change {
  readonly q: Json | undefined;
  readonly u: Json | undefined;
}

function changesIn(list: Json | undefined): readonly Change[] {
  return Array.isArray(list) ? list.filter(isRecord).map((each) => ({ q: each['q'] as Json, u: each['u'] as Json | undefined })) : [];
}

/** A document by its own key; without a filter each is meant. */
function isMeant(document: Json, filter: Json | undefined): boolean {
  return !isRecord(filter) || (isRecord(document) && document['_id'] === filter['_id']);
}

/** Databases, as a MongoDB has them: one is there while it has a collection. */
export class Namespaces {
  readonly databases = new Map<string, Database>();
  readonly users = new Map<string, JsonObject>();

  /** @param documents of each collection; a name that ends with `?` is a view of all */
  fill(name: string, content: Readonly<Record<string, readonly Json[]>>): void {
    const collections = Object.entries(content).map(([key, documents]): [string, FakeCollection] =>
      key.endsWith('?')
        ? [key.slice(0, -1), { type: 'view', options: { viewOn: String(documents[0]), pipeline: [] }, documents: [] }]
        : [key, { type: 'collection', options: {}, documents: [...documents] }],
    );
    this.databases.set(name, new Map(collections));
  }

  /** In the form that `fill` takes, without what vigie notes there. */
  content(name: string): Readonly<Record<string, readonly Json[]>> | null {
    const found = this.databases.get(name);
    if (found === undefined) return null;
    const shown = [...found].filter(([key]) => key !== '_vigie_notes');
    return Object.fromEntries(
      shown
        .map(([key, { type, options, documents }]): [string, readonly Json[]] =>
          type === 'view' ? [`${key}?`, [options['viewOn'] ?? '']] : [key, documents],
        )
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  run(db: string, command: JsonObject, half = false): JsonObject {
    const [verb = '', target] = Object.entries(command)[0] ?? [];
    const name = String(target);
    const collections = this.databases.get(db);
    if (verb === 'listDatabases') return { databases: [...this.databases.keys()].map((each) => ({ name: each })) };
    if (verb === 'listCollections')
      return cursor([...(collections ?? [])].map(([each, { type, options }]) => ({ name: each, type, options })));
    if (verb === 'create') return this.#create(db, name, command);
    if (verb === 'drop') return this.#drop(db, name);
    if (verb === 'dropDatabase') return this.databases.delete(db) ? {} : {};
    if (verb === 'renameCollection') return this.#rename(name, String(command['to']), command['dropTarget'] === true, half);
    if (verb === 'find') return cursor((collections?.get(name)?.documents ?? []).filter((each) => isMeant(each, command['filter'])));
    if (verb === 'aggregate') return cursor([{ rows: { $numberInt: String(collections?.get(name)?.documents.length ?? 0) } }]);
    if (verb === 'update' || verb === 'delete') {
      for (const change of changesIn(command[`${verb}s`])) this.#put(db, name, change);
      return {};
    }
    return this.#other(verb, name, command);
  }

  #other(verb: string, name: string, command: JsonObject): JsonObject {
    if (verb === 'createUser') this.users.set(name, command);
    else if (verb === 'dropUser') this.users.delete(name);
    else if (verb === 'usersInfo' && name === '[object Object]')
      return { users: [...this.users].map(([user, { roles }]) => ({ user, roles: roles ?? [] })) };
    else if (verb === 'usersInfo') return { users: this.users.has(name) ? [name] : [] };
    else if (verb === 'buildInfo') return { version: '8.0.4' };
    else if (verb === 'dbStats') return { storageSize: { $numberDouble: '4096.0' }, indexSize: { $numberLong: '1024' } };
    else if (verb !== 'hello') throw new Refusal('CommandNotFound', `no such command: '${verb}'`);
    return {};
  }

  #create(db: string, name: string, { create: _create, ...options }: JsonObject): JsonObject {
    const collections = this.databases.get(db) ?? new Map<string, FakeCollection>();
    if (collections.has(name)) throw new Refusal('NamespaceExists', `Collection ${db}.${name} already exists`);
    collections.set(name, { type: 'viewOn' in options ? 'view' : 'collection', options, documents: [] });
    this.databases.set(db, collections);
    return {};
  }

  #drop(db: string, name: string): JsonObject {
    const collections = this.databases.get(db);
    if (collections?.delete(name) !== true) throw new Refusal('NamespaceNotFound', 'ns not found');
    if (collections.size === 0) this.databases.delete(db);
    return {};
  }

  /** @param change without `u`: what is meant goes */
  #put(db: string, name: string, { q, u }: Change): void {
    if (this.databases.get(db)?.has(name) !== true) this.#create(db, name, {});
    const others = (this.databases.get(db)?.get(name)?.documents ?? []).filter((each) => !isMeant(each, q));
    this.databases.get(db)?.set(name, { type: 'collection', options: {}, documents: u === undefined ? others : [...others, u] });
  }

  #rename(from: string, to: string, dropTarget: boolean, half: boolean): JsonObject {
    const [[sourceDb, source], [targetDb, target]] = [cut(from), cut(to)];
    const found = this.databases.get(sourceDb)?.get(source);
    if (found === undefined) throw new Refusal('NamespaceNotFound', `Source collection ${from} does not exist`);
    if (found.type !== 'collection') throw new Refusal('CommandNotSupportedOnView', `cannot rename view: ${from}`);
    if (!dropTarget && this.databases.get(targetDb)?.has(target) === true) throw new Refusal('NamespaceExists', 'target namespace exists');
    const collections = this.databases.get(targetDb) ?? new Map<string, FakeCollection>();
    collections.set(target, found);
    this.databases.set(targetDb, collections);
    if (!half || sourceDb === targetDb) this.#drop(sourceDb, source);
    return {};
  }
}

function cut(namespace: string): readonly [string, string] {
  const dot = namespace.indexOf('.');
  return [namespace.slice(0, dot), namespace.slice(dot + 1)];
}

function cursor(firstBatch: readonly Json[]): JsonObject {
  return { cursor: { firstBatch } };
}
