import { machineScopes, type MachineScope } from './can.ts';

/** FHIR resources that tokens open, and what may be done with them: c create, r read, s search. */
const openActs = { AuditEvent: 'crs', Consent: 'rs' } as const;
export type SmartResource = keyof typeof openActs;
export type SmartAct = 'c' | 'r' | 's';

const resources = Object.keys(openActs) as SmartResource[];

/** The scopes that are told as supported. */
export const smartScopes: readonly string[] = resources.map((one) => `system/${one}.${openActs[one]}`);

const needed = (act: SmartAct): MachineScope => (act === 'c' ? 'fhir:write' : 'fhir:read');

/** A SMART scope in parts, in its second form (`rs`), or the first (`read`); null: it is none. */
function parsed(scope: string): { of: readonly SmartResource[]; acts: string } | null {
  const [, name, acts] = /^system\/(\w+|\*)\.(read|write|\*|c?r?u?d?s?)$/.exec(scope) ?? [];
  if (name === undefined || !acts) return null;
  const letters: Record<string, string> = { read: 'rs', write: 'cud', '*': 'cruds' };
  const of = resources.filter((one) => name === '*' || name === one);
  return { of, acts: letters[acts] ?? acts };
}

/**
 * What is granted of what a program asks for: no more than it may with a key, and never more than it asked. Our own scopes may be asked for
 * by their names. What is not known, or not the program's, is left out (RFC 6749 §3.3).
 */
export function grantedOf(asked: readonly string[], allowed: readonly MachineScope[]): string[] {
  const granted = asked.flatMap((scope): string[] => {
    if (machineScopes.some((one) => one === scope))
      return allowed.some((one) => one === scope) ? [scope] : [];
    const smart = parsed(scope);
    if (!smart) return [];
    return smart.of.flatMap((resource) => {
      const acts = [...openActs[resource]].filter(
        (act) => smart.acts.includes(act) && allowed.includes(needed(act as SmartAct)),
      );
      return acts.length > 0 ? [`system/${resource}.${acts.join('')}`] : [];
    });
  });
  return [...new Set(granted)];
}

/** The scopes of ours that what was granted stands for, of those that the program has now. */
export function machineScopesOf(granted: readonly string[], has: readonly string[]): MachineScope[] {
  return machineScopes.filter(
    (scope) =>
      has.includes(scope) &&
      granted.some(
        (one) =>
          one === scope || [...(parsed(one)?.acts ?? '')].some((act) => needed(act as SmartAct) === scope),
      ),
  );
}

/** Whether what was granted is good for one act on one resource. */
export function grantCovers(
  granted: readonly string[],
  { resource, act }: { resource: SmartResource; act: SmartAct },
): boolean {
  return granted.some((scope) => {
    if (scope === needed(act)) return true;
    const smart = parsed(scope);
    return smart !== null && smart.of.includes(resource) && smart.acts.includes(act);
  });
}
