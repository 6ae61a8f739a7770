import type { Resource } from './fhir.ts';

// How a program that has read HL7's specification alone decides by Consents: a rule that denies wins over each that permits.

interface Provision {
  type?: 'deny' | 'permit';
  period?: { start: string; end?: string };
  purpose?: { code: string }[];
  actor?: { reference: { reference: string } }[];
  data?: { reference: { identifier: { value: string } } }[];
  securityLabel?: { code: string }[];
  provision?: Provision[];
}

export interface ConsentQuestion {
  purpose: string;
  organization: string;
  studyUid: string | null;
  identifiable: boolean;
  now: Date;
}

/**
 * What active Consents say.
 * @returns `none`: no rule is about it, and the facility's own counts
 */
export function decideByConsents(
  consents: readonly Resource[],
  question: ConsentQuestion,
): { says: 'deny' | 'permit' | 'none'; ids: string[] } {
  const found = { deny: [] as string[], permit: [] as string[] };
  for (const consent of consents) {
    if (consent.status !== 'active') throw new Error('asked for active ones alone');
    const root = consent.provision as Provision;
    // A root without purposes says only what holds where none of its exceptions does.
    for (const rule of root.purpose ? [root] : (root.provision ?? []))
      if (rule.type && concerns(rule, question)) found[rule.type].push(consent.id ?? '');
  }
  const says = found.deny.length > 0 ? 'deny' : found.permit.length > 0 ? 'permit' : 'none';
  return { says, ids: says === 'none' ? [] : found[says] };
}

function concerns(rule: Provision, { purpose, organization, studyUid, identifiable, now }: ConsentQuestion) {
  const { period, actor, data, provision = [] } = rule;
  const hasBegun = !period || Date.parse(period.start) <= now.getTime();
  const hasEnded = period?.end !== undefined && Date.parse(period.end) <= now.getTime();
  const isOfStudy =
    !data ||
    (studyUid === null
      ? rule.type === 'deny'
      : data.some(({ reference }) => reference.identifier.value === `urn:oid:${studyUid}`));
  const isException =
    !identifiable && provision.some(({ securityLabel }) => securityLabel?.[0]?.code === 'ANONYED');
  return (
    hasBegun &&
    !hasEnded &&
    isOfStudy &&
    !isException &&
    rule.purpose?.some(({ code }) => code === purpose) === true &&
    (!actor || actor.some(({ reference }) => reference.reference === `Organization/${organization}`))
  );
}
