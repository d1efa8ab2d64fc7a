/** What constraints look at; a node as the Swarm port gives it fits. */
export interface ConstrainedNode {
  readonly id: string;
  readonly hostname: string;
  readonly role: string;
  readonly address: string | null;
  readonly platform: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly engineLabels: Readonly<Record<string, string>>;
}

/** `node.labels.disk == ssd`, `node.hostname!=pica02`. */
const CONSTRAINT = /^\s*([\w.-]+)\s*(==|!=)\s*(.*?)\s*$/u;
const NODE_LABEL = /^node\.labels\.(.+)$/iu;
const ENGINE_LABEL = /^engine\.labels\.(.+)$/iu;

/**
 * Whether a node meets one placement constraint, as Swarm judges it: without regard to case, and a label that isn't there is empty.
 * What vigie can't read, or a network (`node.ip == 10.0.0.0/8`), counts as met: it never refuses for what it doesn't understand.
 */
export function meetsConstraint(node: ConstrainedNode, constraint: string): boolean {
  const [, key = '', operator, wanted = ''] = CONSTRAINT.exec(constraint) ?? [];
  const value = valueOf(node, key);
  if (operator === undefined || value === null || (key.toLowerCase() === 'node.ip' && wanted.includes('/'))) return true;
  return (value.toLowerCase() === wanted.toLowerCase()) === (operator === '==');
}

/** @returns null for a key that Swarm may know and vigie doesn't */
function valueOf(node: ConstrainedNode, key: string): string | null {
  const label = NODE_LABEL.exec(key)?.[1];
  if (label !== undefined) return node.labels[label] ?? '';
  const engineLabel = ENGINE_LABEL.exec(key)?.[1];
  if (engineLabel !== undefined) return node.engineLabels[engineLabel] ?? '';
  switch (key.toLowerCase()) {
    case 'node.id':
      return node.id;
    case 'node.hostname':
      return node.hostname;
    case 'node.role':
      return node.role;
    case 'node.ip':
      return node.address;
    case 'node.platform.os':
      return node.platform?.split('/')[0] ?? null;
    default:
      return null;
  }
}
