import type { LabMachine } from './lab-machine.ts';

const SOAP = 'http://www.w3.org/2003/05/soap-envelope';
const ADDRESS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const ENUMERATION = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
const TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer';

/** Properties of an instance; several of one name are a list. */
type Properties = readonly (readonly [name: string, value: string | number | boolean])[];

/** What AMT refuses with HTTP 400. */
export class Fault extends Error {
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

const MODULES = [0, 2].map((slot): Properties => [
  ['BankLabel', `BANK ${slot}`],
  ['Capacity', 16 * 2 ** 30],
  ['ConfiguredMemoryClockSpeed', 2133],
  ['MemoryType', 26],
  ['PartNumber', 'LAB16GX4M2A2133C13  '],
]);

/** Invented texts; the names of classes and properties are those of recorded answers of AMT 12, as the stand-in beside the real machine has them. */
function instances(machine: LabMachine, kind: string): readonly Properties[] {
  switch (kind) {
    case 'CIM_ServiceAvailableToElement':
      return [[...machine.available().map((state) => ['AvailableRequestedPowerStates', state] as const), ['PowerState', machine.state]]];
    case 'CIM_Card':
      return [
        [
          ['CreationClassName', kind],
          ['Manufacturer', 'ASRock'],
          ['Model', 'Q170M vPro'],
          ['SerialNumber', `M80-${machine.name}`],
        ],
      ];
    case 'CIM_BIOSElement':
      return [
        [
          ['Manufacturer', 'American Megatrends Inc.'],
          ['Version', 'P7.40'],
        ],
      ];
    case 'CIM_Chip':
      return [
        [
          ['Manufacturer', 'Intel(R) Corporation'],
          ['Version', 'Intel(R) Core(TM) i7-6700 CPU @ 3.40GHz'],
        ],
      ];
    case 'CIM_PhysicalMemory':
      return MODULES;
    case 'CIM_MediaAccessDevice':
      return [2_000_398_934, 2_000_398_934, 480_103_981].map((size, index): Properties => [
        ['DeviceID', `MEDIA DEV ${index}`],
        ['MaxMediaSize', size],
      ]);
    case 'CIM_SoftwareIdentity':
      return Object.entries({ Flash: machine.version, AMT: machine.version, Sku: '16392', 'Build Number': machine.build }).map(
        ([id, version]): Properties => [
          ['InstanceID', id],
          ['VersionString', version],
        ],
      );
    case 'CIM_KVMRedirectionSAP':
      return [[['EnabledState', !machine.sap ? 3 : machine.session ? 2 : 6]]];
    case 'IPS_KVMRedirectionSettingData':
      return [
        [
          ['EnabledByMEBx', true],
          ['Is5900PortEnabled', true],
          ['OptInPolicy', machine.lab.consent],
          ['RFBPassword', ''],
        ],
      ];
    case 'IPS_OptInService':
      return [
        [
          ['OptInRequired', machine.lab.consent ? 1 : 0],
          ['OptInState', 0],
        ],
      ];
    case 'AMT_BootSettingData':
      return [
        [
          ['BIOSLastStatus', 2],
          ['BIOSLastStatus', 0],
          ['InstanceID', 'Intel(r) AMT:BootSettingData 0'],
          ['OptionsCleared', true],
          ...Object.entries(machine.settings),
        ],
      ];
    default:
      throw new Fault(
        'b:DestinationUnreachable',
        'No route can be determined to reach the destination role defined by the WSAddressing To.',
      );
  }
}

const SEVERAL: ReadonlySet<string> = new Set([
  'CIM_ServiceAvailableToElement',
  'CIM_PhysicalMemory',
  'CIM_MediaAccessDevice',
  'CIM_SoftwareIdentity',
]);

/** What AMT answers to one message. @throws Fault */
export function answer(machine: LabMachine, text: string): string {
  const element = (name: string): string => new RegExp(`<(?:\\w+:)?${name}[^>]*>([^<]*)</`, 'u').exec(text)?.[1] ?? '';
  const [action, resource] = [element('Action'), element('ResourceURI')];
  const kind = resource.split('/').at(-1) ?? '';
  const verb = action.split('/').at(-1) ?? '';
  machine.seen.push(`${kind} ${verb}`);
  const wrap = (inner: string): string => envelope(`${action}Response`, inner);
  switch (action) {
    case `${TRANSFER}/Get`:
      if (SEVERAL.has(kind)) throw new Fault('e:InvalidSelectors', 'The Selectors for the resource are not valid.');
      return wrap(
        instances(machine, kind)
          .map((each) => rendered(resource, kind, each))
          .join(''),
      );
    case `${TRANSFER}/Put`:
      put(machine, kind, element);
      return wrap(
        instances(machine, kind)
          .map((each) => rendered(resource, kind, each))
          .join(''),
      );
    case `${ENUMERATION}/Enumerate`:
      instances(machine, kind);
      return wrap(
        `<g:EnumerateResponse xmlns:g="${ENUMERATION}"><g:EnumerationContext>${kind}-1</g:EnumerationContext></g:EnumerateResponse>`,
      );
    case `${ENUMERATION}/Pull`: {
      // An association answers with its subclass.
      const shown = kind === 'CIM_ServiceAvailableToElement' ? 'CIM_AssociatedPowerManagementService' : kind;
      const items = instances(machine, kind)
        .map((each) => rendered(resource, shown, each))
        .join('');
      return wrap(
        `<g:PullResponse xmlns:g="${ENUMERATION}"><g:Items>${items}</g:Items><g:EndOfSequence></g:EndOfSequence></g:PullResponse>`,
      );
    }
    default: {
      const result = invoke(machine, `${kind}.${verb}`, element).map(([name, value]) => `<g:${name}>${value}</g:${name}>`);
      return wrap(`<g:${verb}_OUTPUT xmlns:g="${resource}">${result.join('')}</g:${verb}_OUTPUT>`);
    }
  }
}

function put(machine: LabMachine, kind: string, element: (name: string) => string): void {
  if (kind !== 'AMT_BootSettingData') throw new Fault('b:ActionNotSupported', 'The action is not supported by the service.');
  const wanted = Object.keys(machine.settings).map((name): [string, string] => [name, element(name)]);
  // It is given back whole.
  if (wanted.some(([, value]) => value === '')) throw new Fault('d:InvalidRepresentation', 'The XML content was invalid.');
  machine.settings = Object.fromEntries(wanted);
}

function invoke(machine: LabMachine, method: string, element: (name: string) => string): Properties {
  switch (method) {
    case 'CIM_PowerManagementService.RequestPowerStateChange':
      return [['ReturnValue', machine.power(Number(element('PowerState')))]];
    case 'CIM_BootConfigSetting.ChangeBootOrder':
      machine.source = element('Selector') || null;
      return [['ReturnValue', 0]];
    case 'CIM_BootService.SetBootConfigRole':
      machine.role = Number(element('Role'));
      return [['ReturnValue', 0]];
    case 'AMT_MessageLog.PositionToFirstRecord':
      return [
        ['IterationIdentifier', 1],
        ['ReturnValue', machine.records.length > 0 ? 0 : 2],
      ];
    case 'AMT_MessageLog.GetRecords': {
      const start = Number(element('IterationIdentifier')) - 1;
      // Fewer than asked for, as when a message would be too long.
      const page = machine.records.slice(start, start + 10);
      const over = start + page.length >= machine.records.length;
      return [
        ['IterationIdentifier', start + page.length + 1],
        ['NoMoreRecords', over],
        ...page.map((record) => ['RecordArray', record.toString('base64')] as const),
        ['ReturnValue', 0],
      ];
    }
    default:
      throw new Fault('b:ActionNotSupported', 'The action is not supported by the service.');
  }
}

function rendered(resource: string, kind: string, properties: Properties): string {
  const namespace = resource.replace(/[^/]+$/u, kind);
  return `<h:${kind} xmlns:h="${namespace}">${properties.map(([name, value]) => `<h:${name}>${value}</h:${name}>`).join('')}</h:${kind}>`;
}

function envelope(action: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:a="${SOAP}" xmlns:b="${ADDRESS}"><a:Header><b:Action>${action}</b:Action></a:Header><a:Body>${body}</a:Body></a:Envelope>`;
}

export function faultOf({ code, message }: Fault): string {
  const value = `<a:Code><a:Value>a:Sender</a:Value><a:Subcode><a:Value>${code}</a:Value></a:Subcode></a:Code>`;
  return envelope(
    `${ADDRESS}/fault`,
    `<a:Fault>${value}<a:Reason><a:Text xml:lang="en-US">${message}</a:Text></a:Reason><a:Detail></a:Detail></a:Fault>`,
  );
}
