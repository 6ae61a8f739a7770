/** The companies of the demo, where they receive, and what Riverbend sends them images for. */
export const vendors = [
  {
    slug: 'northlight',
    name: 'Northlight AI',
    relationship: 'businessAssociate',
    address: '400 Harbor Road, Portland, ME 04101',
    contact: 'privacy@northlight.example',
    endpoints: [
      { kind: 'aeTitle', value: 'NORTHLIGHT_AI' },
      { kind: 'ipCidr', value: '192.0.2.40/31' },
      { kind: 'host', value: 'ingest.northlight.example' },
    ],
    // Reads the patient's own scan and helps the radiologist: treatment, so 164.528(a)(1)(i) leaves it out of an accounting.
    rule: {
      purpose: 'TREATDS',
      legalBasis: 'treatment',
      legallyRequired: false,
      exclusionReason: 'treatmentPaymentOperations',
    },
  },
  {
    slug: 'kestrel',
    name: 'Kestrel Research Institute',
    relationship: 'researchPartner',
    address: '9 Observatory Lane, Ann Arbor, MI 48104',
    contact: 'privacy@kestrel.example',
    endpoints: [
      { kind: 'aeTitle', value: 'KESTREL_RES' },
      { kind: 'host', value: 'stow.kestrel.example' },
    ],
    // Research under a waiver of authorization (164.512(i)): in the accounting.
    rule: { purpose: 'HRESCH', legalBasis: 'irbWaiver', legallyRequired: true, exclusionReason: null },
  },
  {
    slug: 'umbra',
    name: 'Umbra CAD',
    relationship: 'businessAssociate',
    address: null,
    contact: 'contact@umbra.example',
    endpoints: [
      { kind: 'aeTitle', value: 'UMBRA_CAD' },
      { kind: 'host', value: 'xds.umbra.example' },
      { kind: 'ipCidr', value: '198.51.100.77/32' },
    ],
    // Trains its software with Riverbend's images: health care operations of the facility, as the contract says.
    rule: {
      purpose: 'MLTRAINING',
      legalBasis: 'operations',
      legallyRequired: false,
      exclusionReason: 'treatmentPaymentOperations',
    },
  },
] as const;

/** Riverbend's own systems: what goes to them has not left the house. */
export const ownEndpoints = [
  { kind: 'aeTitle', value: 'RIVERPACS' },
  { kind: 'aeTitle', value: 'WORKLIST1' },
  { kind: 'aeTitle', value: 'DEIDGATE' },
  { kind: 'aeTitle', value: 'ORTHANC' },
  { kind: 'aeTitle', value: 'RBGATE' },
] as const;

/** Known habits of the systems that report: this bridge leaves the issuer out. */
export const auditSources = [{ auditSourceId: 'orthanc-bridge', defaultIssuer: 'RIVERBEND' }];
