import type { Role } from '#app/audit/actor.ts';

/**
 * Who may do what. Deny by default: what is not in a role's line, the role cannot do. Pages render their links from this table
 * too, so that nobody is shown a door that is shut.
 */
const capabilities = {
  'ownRecords.see': ['patient'],
  'ownRequests.file': ['patient'],
  'requests.see': ['staff', 'privacyOfficer', 'auditor'],
  'requests.process': ['staff', 'privacyOfficer'],
  'deadlines.see': ['privacyOfficer', 'auditor'],
  'audit.read': ['privacyOfficer', 'auditor'],
} as const satisfies Record<string, readonly Role[]>;

export type Capability = keyof typeof capabilities;

export function can(role: Role, capability: Capability): boolean {
  return (capabilities[capability] as readonly Role[]).includes(role);
}

/** Where a person lands after signing in. */
export function homeOf(role: Role): '/home' | '/staff' | '/officer' {
  if (role === 'patient') return '/home';
  return role === 'staff' ? '/staff' : '/officer';
}

export const machineScopes = [
  'disclosures:write',
  'checks:read',
  'fhir:read',
  'fhir:write',
  'metrics:read',
] as const;
export type MachineScope = (typeof machineScopes)[number];
