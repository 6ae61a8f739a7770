import { issuerAsSystem } from '#app/people/issuer-system.ts';
import type { OptOutPurpose } from './purposes.ts';

const hl7 = 'http://terminology.hl7.org/CodeSystem';
export const actCode = `${hl7}/v3-ActCode`;
export const loinc = 'http://loinc.org';
/** LOINC: consent document. Every Consent of ours is one. */
export const consentDocument = '59284-0';

/** A patient's choice, as a program is told of it. */
export interface ConsentFacts {
  id: string;
  act: 'denied' | 'permitted';
  purposes: readonly OptOutPurpose[];
  /** `all`, or the companies that may be named to the reader. */
  vendors: 'all' | readonly { slug: string; name: string }[];
  studies: 'all' | readonly string[];
  coversDeidentified: boolean;
  effectiveFrom: Date;
  /** From when it counts no more: withdrawn, replaced, or past its last day; null: no end is known. */
  endsAt: Date | null;
  /** Whether that has come. */
  hasEnded: boolean;
  recordedAt: Date;
  /** When what is said here last changed. */
  changedAt: Date;
  wordingVersion: string;
  /** Who chose: by their own account, by somebody's who acts for them, or on paper that staff wrote in. */
  chosenBy: 'patient' | 'representative' | 'onPaper';
  /** Without id: the reader knows the patient by the number alone. */
  patient: { id: string | null; identifier: { issuer: string; value: string } | null };
}

const purposeCodes: Record<OptOutPurpose, { code: string; display: string }> = {
  // Not under HRESCH in v3-ActReason: who denies both has both codes.
  aiTraining: { code: 'MLTRAINING', display: 'machine learning training' },
  research: { code: 'HRESCH', display: 'healthcare research' },
  commercialSharing: { code: 'HMARKT', display: 'healthcare marketing' },
};

/** Purposes that v3-ActCode RESEARCH stands for among the categories. */
export const researchPurposes: readonly OptOutPurpose[] = ['aiTraining', 'research'];

const coded = (system: string, code: string, display: string) => ({ coding: [{ system, code, display }] });

/**
 * A choice as an R4 Consent without `meta` (hl7.org/fhir/R4/consent.html). A “no” that is withdrawn, replaced or past its end is
 * `inactive`, with the end of its period. A “no” to some companies permits in general and denies those.
 */
export function consentOf(
  facts: ConsentFacts,
  { origin, facilityName }: { origin: string; facilityName: string },
) {
  const { act, patient, chosenBy } = facts;
  const subject = {
    ...(patient.id === null ? {} : { reference: `Patient/${patient.id}` }),
    type: 'Patient',
    ...(patient.identifier
      ? {
          identifier: {
            system: issuerAsSystem(patient.identifier.issuer),
            value: patient.identifier.value,
            assigner: { display: patient.identifier.issuer },
          },
        }
      : {}),
  };
  const chooser =
    chosenBy === 'representative'
      ? { type: 'RelatedPerson', display: 'Somebody who may act for the patient' }
      : subject;
  return {
    resourceType: 'Consent' as const,
    id: facts.id,
    identifier: [{ system: `${origin}/opt-out`, value: facts.id }],
    status: facts.hasEnded ? ('inactive' as const) : ('active' as const),
    scope: coded(`${hl7}/consentscope`, 'patient-privacy', 'Privacy Consent'),
    category: [
      coded(loinc, consentDocument, 'Consent Document'),
      ...(facts.purposes.some((purpose) => researchPurposes.includes(purpose))
        ? [coded(actCode, 'RESEARCH', 'research information access')]
        : []),
    ],
    patient: subject,
    dateTime: facts.recordedAt.toISOString(),
    performer: [chooser],
    organization: [{ display: facilityName }],
    policy: [{ authority: origin, uri: `urn:plainview:opt-out-wording:${facts.wordingVersion}` }],
    policyRule: policyRule(facts),
    // Paper is in the facility's files; whoever has an account showed it with a second factor.
    ...(chosenBy === 'onPaper'
      ? {}
      : {
          verification: [
            { verified: true, verifiedWith: chooser, verificationDate: facts.recordedAt.toISOString() },
          ],
        }),
    provision: act === 'denied' ? denial(facts) : rule('permit', facts),
  };
}

function policyRule({ act, coversDeidentified }: ConsentFacts) {
  if (act === 'permitted') return coded(actCode, 'OPTIN', 'opt-in');
  return coversDeidentified
    ? coded(actCode, 'OPTOUT', 'opt-out')
    : coded(actCode, 'OPTOUTE', 'opt-out with exceptions');
}

function denial(facts: ConsentFacts) {
  const deny = rule('deny', facts);
  return facts.vendors === 'all' && facts.studies === 'all' ? deny : { type: 'permit', provision: [deny] };
}

function rule(type: 'deny' | 'permit', facts: ConsentFacts) {
  const { vendors, studies, effectiveFrom, endsAt } = facts;
  return {
    type,
    period: {
      start: effectiveFrom.toISOString(),
      ...(endsAt ? { end: endsAt.toISOString() } : {}),
    },
    ...(vendors === 'all'
      ? {}
      : {
          actor: vendors.map(({ slug, name }) => ({
            role: coded(`${hl7}/v3-ParticipationType`, 'IRCP', 'information recipient'),
            reference: { reference: `Organization/${slug}`, type: 'Organization', display: name },
          })),
        }),
    action: ['use', 'disclose'].map((code) => ({ coding: [{ system: `${hl7}/consentaction`, code }] })),
    purpose: facts.purposes.map((purpose) => ({ system: `${hl7}/v3-ActReason`, ...purposeCodes[purpose] })),
    ...(studies === 'all'
      ? {}
      : {
          data: studies.map((uid) => ({
            meaning: 'dependents',
            reference: {
              type: 'ImagingStudy',
              identifier: { system: 'urn:dicom:uid', value: `urn:oid:${uid}` },
            },
          })),
        }),
    // What carries no identity may go: the exception of OPTOUTE, as a rule within the rule.
    ...(type === 'deny' && !facts.coversDeidentified
      ? {
          provision: [
            {
              type: 'permit',
              securityLabel: [
                { system: `${hl7}/v3-ObservationValue`, code: 'ANONYED', display: 'anonymized' },
              ],
            },
          ],
        }
      : {}),
  };
}
