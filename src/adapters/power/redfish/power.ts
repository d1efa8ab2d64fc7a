import { VigieError } from '#kernel/errors.ts';
import type { PowerChange, PowerState, PowerView } from '#ports/power.ts';
import type { Conversation } from './client.ts';
import { inside, linkIn, listIn, textIn, textsIn, type Resource } from './resource.ts';

/** `PoweringOn` and `PoweringOff` are on the way: neither is said before it is so. */
const STATES: ReadonlyMap<string, PowerState> = new Map([
  ['On', 'on'],
  ['Off', 'off'],
  ['Paused', 'asleep'],
]);
/** What each change is called there; what is hard here is hard there. */
const RESETS: Readonly<Record<PowerChange, string>> = {
  on: 'On',
  shutdown: 'GracefulShutdown',
  off: 'ForceOff',
  cycle: 'PowerCycle',
  reset: 'ForceRestart',
};

export async function stateOf(conversation: Conversation): Promise<Omit<PowerView, 'since'>> {
  const { resource } = await conversation.system();
  const code = textIn(resource, 'PowerState');
  const state = STATES.get(code) ?? 'unknown';
  const allowed = await allowedResets(conversation, resource);
  const possible = Object.entries(RESETS).flatMap(([change, reset]) => (isChange(change) && allowed.includes(reset) ? [change] : []));
  return { state, code, possible: possible.filter((change) => state === 'unknown' || (change === 'on') === (state === 'off')) };
}

function isChange(word: string): word is PowerChange {
  return word in RESETS;
}

/** Asks for what the controller says that it can do, and for nothing else. @throws machine_refused */
export async function changePower(conversation: Conversation, change: PowerChange): Promise<void> {
  const { resource } = await conversation.system();
  const target = textIn(resetAction(resource), 'target');
  const allowed = await allowedResets(conversation, resource);
  const ResetType = RESETS[change];
  if (!target.startsWith('/redfish/') || !allowed.includes(ResetType))
    throw new VigieError('machine_refused', { machine: conversation.machine, doing: change, value: `no ResetType ${ResetType}` });
  await conversation.post(change, target, { ResetType });
}

function resetAction(system: Resource): Resource {
  return inside(system, 'Actions', '#ComputerSystem.Reset');
}

/** They stand with the action, or in a resource of their own. */
async function allowedResets({ find }: Conversation, system: Resource): Promise<readonly string[]> {
  const action = resetAction(system);
  const here = textsIn(action, 'ResetType@Redfish.AllowableValues');
  if (here.length > 0) return here;
  const info = await find(linkIn({ info: { '@odata.id': action['@Redfish.ActionInfo'] } }, 'info'));
  const parameter = listIn(info ?? {}, 'Parameters').find((each) => textIn(each, 'Name') === 'ResetType');
  return textsIn(parameter ?? {}, 'AllowableValues');
}
