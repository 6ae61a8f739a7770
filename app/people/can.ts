import type { Person, Role } from '#app/audit/actor.ts';

/**
 * Who may do what. Deny by default: what is not in a role's line, the role cannot do. Pages render their links from this table
 * too, so that nobody is shown a door that is shut.
 */
const capabilities = {
  // About themselves
  'ownAccount.manage': ['patient', 'staff', 'privacyOfficer', 'auditor'],
  'ownRecords.see': ['patient'],
  'ownRequests.file': ['patient'],
  // Who may file but not see reaches here what they filed themselves, without the answers.
  'ownRequests.follow': ['patient'],
  'ownRepresentatives.manage': ['patient'],
  // The facility's work
  'requests.see': ['staff', 'privacyOfficer', 'auditor'],
  'requests.process': ['staff', 'privacyOfficer'],
  // An extension and a denial are told to the patient in the facility's name: the officer's (45 CFR 164.530(a)(1)).
  'requests.extend': ['privacyOfficer'],
  'requests.deny': ['privacyOfficer'],
  'patients.see': ['staff', 'privacyOfficer', 'auditor'],
  'patients.manage': ['staff', 'privacyOfficer'],
  // Without saying why, where no open request says it; and a record that is closed to staff.
  'records.seeUnasked': ['privacyOfficer', 'auditor'],
  'records.seeClosed': ['privacyOfficer'],
  'disclosures.see': ['staff', 'privacyOfficer', 'auditor'],
  // By hand: a release that no system reports, and a correction of one.
  'disclosures.enter': ['staff', 'privacyOfficer'],
  // Files of transfers: what became of them, and sending and taking one in.
  'imports.see': ['staff', 'privacyOfficer', 'auditor'],
  'imports.make': ['staff', 'privacyOfficer'],
  // Lists for companies, without the patients who said no.
  'lists.clean': ['staff', 'privacyOfficer'],
  'research.manage': ['staff', 'privacyOfficer'],
  'invitations.issue': ['staff', 'privacyOfficer'],
  'identity.decide': ['staff', 'privacyOfficer'],
  'representatives.decide': ['staff', 'privacyOfficer'],
  'signInHelp.ask': ['staff', 'privacyOfficer'],
  'signInHelp.approve': ['staff', 'privacyOfficer'],
  'matching.see': ['staff', 'privacyOfficer', 'auditor'],
  'matching.decide': ['staff', 'privacyOfficer'],
  'vendors.see': ['staff', 'privacyOfficer', 'auditor'],
  'vendors.manage': ['staff', 'privacyOfficer'],
  // A label speaks to everybody in the facility's name: staff write it, the officer publishes it (docs/decisions/030-labels.md).
  'labels.publish': ['privacyOfficer'],
  // Oversight
  'deadlines.see': ['privacyOfficer', 'auditor'],
  'settings.see': ['privacyOfficer', 'auditor'],
  'settings.manage': ['privacyOfficer'],
  'rules.see': ['privacyOfficer', 'auditor'],
  'rules.manage': ['privacyOfficer'],
  'audit.read': ['privacyOfficer', 'auditor'],
  // 45 CFR 164.528(a)(2): that it exists is the officer's to know, and the auditor's.
  'suspensions.see': ['privacyOfficer', 'auditor'],
  'suspensions.manage': ['privacyOfficer'],
  'alerts.see': ['privacyOfficer', 'auditor'],
  'alerts.decide': ['privacyOfficer'],
  'sources.see': ['privacyOfficer', 'auditor'],
  'sources.manage': ['privacyOfficer'],
  'notices.see': ['privacyOfficer', 'auditor'],
  'notices.resend': ['privacyOfficer'],
  'people.see': ['privacyOfficer', 'auditor'],
  'people.manage': ['privacyOfficer'],
  'officerOrders.decide': ['privacyOfficer'],
  'apiKeys.see': ['privacyOfficer', 'auditor'],
  'apiKeys.manage': ['privacyOfficer'],
} as const satisfies Record<string, readonly Role[]>;

export type Capability = keyof typeof capabilities;
export const capabilityNames = Object.keys(capabilities) as Capability[];

export function can(role: Role, capability: Capability): boolean {
  return (capabilities[capability] as readonly Role[]).includes(role);
}

/** The same for a person who may act on behalf of a patient: no further than the scope that was granted. */
export function mayAct({ role, onBehalfOf }: Person, capability: Capability): boolean {
  return can(role, capability) && scopeAllows(onBehalfOf?.scope ?? null, capability);
}

/** How far a representative's scope goes. What concerns the representative's own account it does not touch. */
export function scopeAllows(scope: 'see' | 'file' | 'both' | null, capability: Capability): boolean {
  if (scope === null || scope === 'both') return true;
  if (capability === 'ownRequests.file') return scope === 'file';
  if (capability === 'ownRecords.see') return scope === 'see';
  return true;
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
