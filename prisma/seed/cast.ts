import type { Role } from '#app/audit/actor.ts';
import type { Locale } from '#app/words/locales.ts';

// Everybody and everything of the demo facility is made up. These passwords and secrets are public: they exist only in a database that
// the demo made, and nothing but the demo starts on one of those.

export interface CastMember {
  role: Role;
  email: string;
  displayName: string;
  locale: Locale;
  password: string;
  /** Base 32. */
  totpSecret: string;
  /** MRN of the patient record that the account is bound to. */
  patientMrn?: string;
}

export const cast: CastMember[] = [
  {
    role: 'patient',
    email: 'ines.okafor@demo.example',
    displayName: 'Ines Okafor',
    locale: 'en',
    password: 'river-lantern-otter-42',
    totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    patientMrn: 'RB000417',
  },
  {
    role: 'patient',
    email: 'zoe.jimenez@demo.example',
    displayName: 'Zoë Jiménez',
    locale: 'es',
    password: 'naranja-puente-luna-73',
    totpSecret: 'KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU',
    patientMrn: 'RB000902',
  },
  {
    role: 'staff',
    email: 'dana.whitlow@demo.example',
    displayName: 'Dana Whitlow',
    locale: 'en',
    password: 'copper-window-maple-18',
    totpSecret: 'MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK',
  },
  {
    role: 'privacyOfficer',
    email: 'amara.diallo@demo.example',
    displayName: 'Amara Diallo',
    locale: 'en',
    password: 'granite-sparrow-tide-65',
    totpSecret: 'ONSWG4TFOQ2TMNZYONSWG4TFOQ2TMNZY',
  },
  {
    role: 'auditor',
    email: 'per.holm@demo.example',
    displayName: 'Per Holm',
    locale: 'en',
    password: 'velvet-harbor-pine-31',
    totpSecret: 'NBSWY3DPO5XXE3DENBSWY3DPO5XXE3DE',
  },
  // No patient here herself: she acts for her daughter.
  {
    role: 'patient',
    email: 'rosa.castellano@demo.example',
    displayName: 'Rosa Castellano',
    locale: 'en',
    password: 'meadow-kettle-bridge-57',
    totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  },
];

/** The demo's export gateway and archive: one key with both scopes, so that a person can try the machine calls by hand. */
export const demoApiKey = 'pvk_demo_riverbend_gateway';

export const facility = {
  name: 'Riverbend Imaging',
  issuer: 'RIVERBEND',
  timeZone: 'America/New_York',
  jurisdiction: 'US',
  phone: '(555) 010-0142',
  email: 'privacy@riverbend.example',
  address: '12 Mill Street, Riverbend, MA 01000',
};

export const patients: {
  mrn: string;
  /** Riverbend where absent. */
  issuer?: string;
  givenName: string;
  familyName: string;
  bornOn: string;
}[] = [
  { mrn: 'RB000417', givenName: 'Ines', familyName: 'Okafor', bornOn: '1961-03-09' },
  { mrn: 'RB000533', givenName: 'Tor', familyName: 'Lindqvist', bornOn: '1984-11-27' },
  { mrn: 'RB000902', givenName: 'Zoë', familyName: 'Jiménez', bornOn: '1990-06-15' },
  { mrn: 'RB001204', givenName: 'Mila', familyName: 'Castellano', bornOn: '2015-05-20' },
  // One person, perhaps: the second record came from a practice that Riverbend took over.
  { mrn: 'RB000760', givenName: 'Marguerite', familyName: 'Delacroix', bornOn: '1957-08-14' },
  {
    mrn: 'MS-2231',
    issuer: 'MILLSTREET',
    givenName: 'Margueritte',
    familyName: 'Delacroix',
    bornOn: '1957-08-14',
  },
];

/** Who acts for whom when the demo begins. */
export const representations = [
  {
    email: 'rosa.castellano@demo.example',
    decidedBy: 'dana.whitlow@demo.example',
    mrn: 'RB001204',
    relationship: 'Mother',
    basis: 'parentOfMinor',
    scope: 'both',
    startsOn: '2026-11-22',
  },
] as const;

/** Weekdays on which Riverbend is closed: US federal holidays, as observed (5 U.S.C. 6103). */
export const holidays: [string, string][] = [
  ['2026-11-26', 'Thanksgiving Day'],
  ['2026-12-25', 'Christmas Day'],
  ['2027-01-01', 'New Year’s Day'],
  ['2027-01-18', 'Birthday of Martin Luther King, Jr.'],
  ['2027-02-15', 'Washington’s Birthday'],
  ['2027-05-31', 'Memorial Day'],
  ['2027-06-18', 'Juneteenth (observed)'],
  ['2027-07-05', 'Independence Day (observed)'],
  ['2027-09-06', 'Labor Day'],
  ['2027-10-11', 'Columbus Day'],
  ['2027-11-11', 'Veterans Day'],
  ['2027-11-25', 'Thanksgiving Day'],
  ['2027-12-24', 'Christmas Day (observed)'],
  ['2027-12-31', 'New Year’s Day (observed)'],
  ['2028-01-17', 'Birthday of Martin Luther King, Jr.'],
  ['2028-02-21', 'Washington’s Birthday'],
];
