import { randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { json } from 'node:stream/consumers';
import { makeCertificate } from '#test/lab/tls/certificates.ts';
import { ON, type LabMachine } from './lab-machine.ts';

/** AMT's numbers, by Redfish's words for the same. */
const RESETS: Readonly<Record<string, number>> = { On: 2, ForceOff: 8, PowerCycle: 5, ForceRestart: 10 };
const SHUTDOWN = 'GracefulShutdown';
const TARGETS = ['None', 'Pxe', 'Hdd', 'Cd', 'BiosSetup'];
const PAGE = 3;
const GIB = 1024 * 1024 * 1024;
export const SYSTEM = '/redfish/v1/Systems/System.Embedded.1';
const MANAGER = '/redfish/v1/Managers/iDRAC.Embedded.1';
const LOG = `${MANAGER}/LogServices/Sel`;
const SESSIONS = '/redfish/v1/SessionService/Sessions';

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A controller with Redfish, as an iDRAC has it, over HTTPS on loopback; what is off is a flag. */
export class RedfishWeb {
  readonly fingerprint: string;
  readonly user = 'vigie';
  password = 'redfish secret';
  /** Requests as they came: `PATCH /redfish/v1/…`. */
  readonly seen: string[] = [];
  /** Sessions that are open, by token. */
  readonly sessions = new Map<string, string>();
  failures = 0;
  /** What is answered in the place of what it would say, by `METHOD path`. */
  readonly reactions = new Map<string, Answer>();
  /** Which ResetTypes stand with the action. */
  resets: readonly string[] = [...Object.keys(RESETS), SHUTDOWN];
  readonly #machine: LabMachine;
  readonly #server: ReturnType<typeof createServer>;
  #version = 1;

  private constructor(machine: LabMachine) {
    this.#machine = machine;
    const certificate = makeCertificate({ names: ['idrac'] });
    this.fingerprint = new X509Certificate(certificate.cert).fingerprint256;
    this.#server = createServer(certificate, (request, response) => void this.#serve(request, response));
  }

  static async start(machine: LabMachine): Promise<RedfishWeb> {
    const web = new RedfishWeb(machine);
    web.#server.listen(0, '127.0.0.1');
    await once(web.#server, 'listening');
    return web;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /** Somebody else changes what it boots from. */
  touch(): void {
    this.#version += 1;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const sent: unknown = method === 'POST' || method === 'PATCH' ? await json(request) : {};
    const { lab } = this.#machine;
    if (lab.drop > 0) {
      lab.drop -= 1;
      request.socket.destroy();
      return;
    }
    this.seen.push(`${method} ${url}`);
    const answer =
      this.reactions.get(`${method} ${url}`) ?? this.#answer({ method, url, headers, sent: new Map(Object.entries(Object(sent))) });
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  #answer(asked: Asked): Answer {
    const { method, url, headers } = asked;
    if (url === '/redfish/v1/') return ok({ RedfishVersion: '1.17.0', Links: { Sessions: { '@odata.id': SESSIONS } } });
    if (method === 'POST' && url === SESSIONS) return this.#begin(asked);
    if (!this.sessions.has(String(headers['x-auth-token']))) return refused(401, 'Base.1.12.NoValidSession');
    if (method === 'DELETE') {
      this.sessions.delete(String(headers['x-auth-token']));
      return { status: 204 };
    }
    if (method === 'POST' && url === `${SYSTEM}/Actions/ComputerSystem.Reset`) return this.#reset(String(asked.sent.get('ResetType')));
    if (method === 'PATCH' && url === SYSTEM) return this.#patch(asked);
    const found = this.#things()[url];
    return found === undefined ? refused(404, 'Base.1.12.ResourceMissingAtURI') : ok(found, this.#etag);
  }

  get #etag(): string {
    return `W/"${this.#version}"`;
  }

  #begin({ sent }: Asked): Answer {
    if (sent.get('UserName') !== this.user || sent.get('Password') !== this.password) {
      this.failures += 1;
      this.#machine.note(6, 5);
      return refused(401, 'Base.1.12.NoValidSession');
    }
    this.failures = 0;
    const token = randomBytes(16).toString('hex');
    const path = `${SESSIONS}/${this.sessions.size + 1}`;
    this.sessions.set(token, path);
    return { status: 201, body: { '@odata.id': path }, headers: { 'x-auth-token': token, location: path } };
  }

  #reset(kind: string): Answer {
    if (kind === SHUTDOWN && this.resets.includes(kind)) {
      this.#machine.changes.push('shutdown');
      this.#machine.goOff(this.#machine.lab.settle);
      return { status: 204 };
    }
    const wanted = this.resets.includes(kind) ? RESETS[kind] : undefined;
    if (wanted === undefined) return refused(400, 'Base.1.12.ActionParameterNotSupported');
    return this.#machine.power(wanted) === 0 ? { status: 204 } : refused(409, 'Base.1.12.ResourceInUse');
  }

  #patch({ headers, sent }: Asked): Answer {
    if (headers['if-match'] !== this.#etag) return refused(412, 'Base.1.12.PreconditionFailed');
    const boot = new Map(Object.entries(Object(sent.get('Boot'))));
    const [enabled, target] = [boot.get('BootSourceOverrideEnabled'), String(boot.get('BootSourceOverrideTarget') ?? 'None')];
    if (!TARGETS.includes(target)) return refused(400, 'Base.1.12.PropertyValueNotInList');
    const machine = this.#machine;
    machine.role = enabled === 'Once' && target !== 'None' ? 1 : 32_768;
    machine.source = target === 'Pxe' ? 'PXE' : null;
    machine.settings['BIOSSetup'] = String(target === 'BiosSetup');
    this.#version += 1;
    return ok(this.#system());
  }

  #system(): object {
    const { state, role, source, settings } = this.#machine;
    const target = settings['BIOSSetup'] === 'true' ? 'BiosSetup' : source === 'PXE' ? 'Pxe' : 'Hdd';
    return {
      '@odata.id': SYSTEM,
      Manufacturer: 'Dell Inc.',
      Model: 'PowerEdge R6515',
      SerialNumber: 'CNLAB0000000001',
      BiosVersion: '2.14.1',
      PowerState: state === ON ? 'On' : 'Off',
      Boot: {
        BootSourceOverrideEnabled: role === 1 ? 'Once' : 'Disabled',
        BootSourceOverrideTarget: role === 1 ? target : 'None',
        'BootSourceOverrideTarget@Redfish.AllowableValues': TARGETS,
      },
      Processors: { '@odata.id': `${SYSTEM}/Processors` },
      Memory: { '@odata.id': `${SYSTEM}/Memory` },
      Storage: { '@odata.id': `${SYSTEM}/Storage` },
      Links: { ManagedBy: [{ '@odata.id': MANAGER }] },
      Actions: {
        '#ComputerSystem.Reset': {
          target: `${SYSTEM}/Actions/ComputerSystem.Reset`,
          ...(this.resets.length > 0
            ? { 'ResetType@Redfish.AllowableValues': this.resets }
            : { '@Redfish.ActionInfo': `${SYSTEM}/ResetActionInfo` }),
        },
      },
    };
  }

  #things(): Readonly<Record<string, object>> {
    return {
      '/redfish/v1/Systems': members(SYSTEM),
      [SYSTEM]: this.#system(),
      [`${SYSTEM}/ResetActionInfo`]: { Parameters: [{ Name: 'ResetType', AllowableValues: ['On', 'ForceOff'] }] },
      [`${SYSTEM}/Processors`]: members(`${SYSTEM}/Processors/CPU.1`),
      [`${SYSTEM}/Processors/CPU.1`]: { Model: 'AMD EPYC 7302P 16-Core Processor', Status: { State: 'Enabled' } },
      [`${SYSTEM}/Memory`]: members(...['A1', 'A2', 'A3'].map((slot) => `${SYSTEM}/Memory/${slot}`)),
      [`${SYSTEM}/Memory/A1`]: memoryModule('A1'),
      [`${SYSTEM}/Memory/A2`]: memoryModule('A2'),
      [`${SYSTEM}/Memory/A3`]: { DeviceLocator: 'A3', Status: { State: 'Absent' } },
      [`${SYSTEM}/Storage`]: members(`${SYSTEM}/Storage/AHCI.1`),
      [`${SYSTEM}/Storage/AHCI.1`]: { Drives: [{ '@odata.id': `${SYSTEM}/Storage/AHCI.1/Drives/0` }] },
      [`${SYSTEM}/Storage/AHCI.1/Drives/0`]: { CapacityBytes: 2_000_398_934_016, SerialNumber: 'WD-LAB0000' },
      [MANAGER]: { FirmwareVersion: '6.10.80.00', LogServices: { '@odata.id': `${MANAGER}/LogServices` } },
      [`${MANAGER}/LogServices`]: members(`${MANAGER}/LogServices/Lclog`, LOG),
      [LOG]: { Entries: { '@odata.id': `${LOG}/Entries` } },
      ...this.#pages(),
    };
  }

  /** The newest first, some on each page. */
  #pages(): Readonly<Record<string, object>> {
    const { records } = this.#machine;
    const pathOf = (skip: number): string => (skip === 0 ? `${LOG}/Entries` : `${LOG}/Entries?$skip=${skip}`);
    const starts = Array.from({ length: Math.max(1, Math.ceil(records.length / PAGE)) }, (_each, page) => page * PAGE);
    return Object.fromEntries(
      starts.map((skip) => [
        pathOf(skip),
        {
          Members: records.slice(skip, skip + PAGE).map(entryOf),
          ...(skip + PAGE < records.length ? { 'Members@odata.nextLink': pathOf(skip + PAGE) } : {}),
        },
      ]),
    );
  }
}

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly sent: ReadonlyMap<string, unknown>;
}

function ok(body: object, etag?: string): Answer {
  return { status: 200, body, ...(etag === undefined ? {} : { headers: { etag } }) };
}

export function refused(status: number, MessageId: string): Answer {
  return { status, body: { error: { code: 'Base.1.12.GeneralError', '@Message.ExtendedInfo': [{ MessageId }] } } };
}

export function members(...paths: readonly string[]): object {
  return { 'Members@odata.count': paths.length, Members: paths.map((path) => ({ '@odata.id': path })) };
}

function memoryModule(slot: string): object {
  return {
    DeviceLocator: slot,
    CapacityMiB: (16 * GIB) / 1024 / 1024,
    MemoryDeviceType: 'DDR4',
    OperatingSpeedMhz: 2_933,
    PartNumber: 'LAB16GX4M2A2933C13  ',
    Status: { State: 'Enabled' },
  };
}

function entryOf(record: Buffer): object {
  return {
    Created: new Date(record.readUInt32LE(0) * 1_000).toISOString(),
    EntryType: 'SEL',
    SensorType: record[5] === 15 ? 'System Firmware Progress' : 'Platform Security Violation Attempt',
    MessageId: record[5] === 15 ? 'SYS1003' : 'USR0031',
    Severity: record[9] === 16 ? 'Critical' : 'OK',
  };
}
