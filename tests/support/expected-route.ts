export type Who = 'nobody' | 'half' | 'patient' | 'other' | 'staff' | 'auditor' | 'officer';
export const everybody: Who[] = ['nobody', 'half', 'patient', 'other', 'staff', 'auditor', 'officer'];
export const signedIn: Who[] = ['patient', 'other', 'staff', 'auditor', 'officer'];
export const patients: Who[] = ['patient', 'other'];
export const facility: Who[] = ['staff', 'auditor', 'officer'];
export const overseeing: Who[] = ['auditor', 'officer'];
export const working: Who[] = ['staff', 'officer'];

/** Ids of what belongs to the patient Ines. `other` is Zoë: to her they are as absent as ids that nobody has. */
export const ids = {
  request: '',
  answered: '',
  file: '',
  optOut: '',
  patient: '',
  other: '',
  merge: '',
  group: '',
  decision: '',
  refused: '',
  representation: '',
  evidence: '',
  claim: '',
  order: '',
  officerOrder: '',
  closed: '',
  colleague: '',
  program: '',
  staffFile: '',
  calendar: '',
  alert: '',
  entry: '',
  entryDocument: '',
  import: '',
  vendor: '',
  endpoint: '',
  modelCard: '',
  source: '',
  vendorNotice: '',
  vendorProof: '',
  vendorLink: '',
};

export interface Expectation {
  /** Whom it opens for. Anybody else who is signed in gets 403; whoever is not, is sent to sign in. */
  opens: Who[];
  /** An address, when the route has params. A function: the ids are there only once the test runs. */
  at?: () => string;
  /** Those it answers with 404: another patient, whose record it is not. */
  absentFor?: Who[];
  /** Who may send its form. Anybody else: refused, and nothing changes. */
  acts?: Who[];
}

/**
 * What each route does for whom. A route that is not here fails the test: say whom it opens for.
 * `page`: opens by this table; `file`: the same, not HTML; `form`: takes a form and shows nothing (404); `public`: for all, no guard;
 * `signIn`: only for whoever is not signed in; `newcomer`: only for a patient whose account has no record, of whom there is none here; `machine`: a key, no cookie; `frame`: a layout; `nowhere`: 404 for all.
 */
export type Line =
  | ({ kind: 'page' | 'file' } & Expectation)
  | { kind: 'public' | 'form' | 'signIn' | 'newcomer' | 'machine' | 'frame' | 'nowhere'; at?: () => string };
