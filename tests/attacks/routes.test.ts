import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askOrder } from '#app/people/credential-orders.server.ts';
import { askOfficerOrder } from '#app/people/officer-orders.server.ts';
import { anotherOfficer } from '#tests/support/colleague-codes.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { enterDisclosure } from '#app/disclosures/enter.server.ts';
import { openAlert } from '#app/disclosures/alerts.server.ts';
import { setFlag } from '#app/people/flags.server.ts';
import { claimIdentity } from '#app/people/identity-claims.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { confirmImport } from '#app/disclosures/imports/confirm.server.ts';
import { continueImport } from '#app/disclosures/imports/run.server.ts';
import { keepUpload } from '#app/disclosures/imports/uploads.server.ts';
import { takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import { decideGroup } from '#app/disclosures/matching-decide.server.ts';
import { bytesOf, destinationXml, messageXml, sourceXml } from '#tests/fixtures/dicom-audit/messages.ts';
import { mergeRecords } from '#app/people/merging.server.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { makeCalendarAddress } from '#app/requests/oversight-calendar.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { addFile } from '#app/requests/staff-files.server.ts';
import { writeToPatient } from '#app/requests/messages.server.ts';
import { connected } from '#tests/support/database.ts';
import { fileOptOut, handEntry } from '#tests/support/filing.ts';
import { builtRoutes, type BuiltRoute } from '#tests/support/manifest.ts';
import { smallPdf } from '#tests/support/multipart.ts';
import { asForm, givePassword, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, patientOf, personOf } from '#tests/support/world.ts';

type Who = 'nobody' | 'half' | 'patient' | 'other' | 'staff' | 'auditor' | 'officer';
const everybody: Who[] = ['nobody', 'half', 'patient', 'other', 'staff', 'auditor', 'officer'];
const signedIn: Who[] = ['patient', 'other', 'staff', 'auditor', 'officer'];
const patients: Who[] = ['patient', 'other'];
const facility: Who[] = ['staff', 'auditor', 'officer'];
const overseeing: Who[] = ['auditor', 'officer'];
const working: Who[] = ['staff', 'officer'];

/** Ids of what belongs to the patient Ines. `other` is Zoë: to her they are as absent as ids that nobody has. */
const ids = {
  request: '',
  answered: '',
  file: '',
  optOut: '',
  patient: '',
  other: '',
  merge: '',
  group: '',
  decision: '',
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
  source: '',
};

interface Expectation {
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
type Line =
  | ({ kind: 'page' | 'file' } & Expectation)
  | { kind: 'public' | 'form' | 'signIn' | 'newcomer' | 'machine' | 'frame' | 'nowhere'; at?: () => string };

const own = (at: () => string): Expectation => ({ opens: ['patient'], absentFor: ['other'], at });

const table: Record<string, Line> = {
  root: { kind: 'frame' },
  'routes/_public+/_layout': { kind: 'frame' },
  'routes/_patient+/_layout': { kind: 'frame' },
  'routes/staff+/_layout': { kind: 'frame' },
  'routes/officer+/_layout': { kind: 'frame' },

  'routes/_patient+/account+/_layout': { kind: 'frame' },

  'routes/_public+/index': { kind: 'public' },
  'routes/_public+/transparency': { kind: 'public' },
  'routes/_public+/$': { kind: 'nowhere', at: () => '/no/such/page' },
  'routes/_public+/deadlines': { kind: 'public' },
  'routes/_public+/sign-in': { kind: 'signIn' },
  'routes/_public+/sign-in_.two-factor': { kind: 'signIn' },
  'routes/_public+/sign-up': { kind: 'signIn' },
  'routes/_public+/sign-up_.code': { kind: 'signIn' },
  'routes/_public+/sign-up_.password': { kind: 'signIn' },
  'routes/_public+/sign-up_.second-step': { kind: 'signIn' },
  'routes/_public+/sign-up_.codes': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_public+/recover': { kind: 'signIn' },
  'routes/_public+/recover_.code': { kind: 'signIn' },
  'routes/_public+/recover_.second-step': { kind: 'signIn' },
  'routes/_public+/recover_.password': { kind: 'signIn' },
  'routes/_public+/recover_.done': { kind: 'signIn' },
  // For patients without a record alone; tests/integration/welcome.test.ts holds what it does for them.
  'routes/_patient+/welcome': { kind: 'newcomer' },
  'routes/_public+/sign-in_.passkey': { kind: 'form' },
  'routes/_public+/passkey-options': { kind: 'form' },
  'routes/_public+/sign-out': { kind: 'form' },
  'routes/_public+/language': { kind: 'form' },
  'routes/_public+/theme': { kind: 'form' },
  // Demo mode alone, whose accounts everybody knows; tests/attacks/demo.test.ts holds them shut elsewhere.
  'routes/_public+/demo+/index': { kind: 'public' },
  'routes/_public+/demo+/outbox': { kind: 'public' },
  'routes/_public+/demo+/cast[.]json': { kind: 'public' },

  'routes/_patient+/account+/contact': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/contact_.code': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/contact_.email': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/security': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/security_.app': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/security_.codes': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/security_.passkeys': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/security_.password': { kind: 'page', opens: signedIn, acts: signedIn },
  // Whoever is signed in: about their own session.
  'routes/_public+/session': { kind: 'form' },
  'routes/_public+/confirm': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_public+/kept': { kind: 'page', opens: [], absentFor: signedIn, acts: signedIn },

  'routes/_patient+/home': { kind: 'page', opens: patients },
  'routes/_patient+/disclosures': { kind: 'page', opens: patients },
  'routes/_patient+/opt-outs+/index': { kind: 'page', opens: patients },
  'routes/_patient+/opt-outs+/new': { kind: 'page', opens: patients, acts: patients },
  'routes/_patient+/opt-outs+/new_.$question': {
    kind: 'page',
    opens: patients,
    at: () => '/opt-outs/new/everything',
    acts: patients,
  },
  'routes/_patient+/opt-outs+/new_.check': {
    kind: 'page',
    opens: patients,
    at: () => '/opt-outs/new/check?everything=yes&key=0198a5c0-0000-4000-8000-000000000000',
    acts: patients,
  },
  'routes/_patient+/opt-outs+/$id_.withdraw': {
    kind: 'page',
    ...own(() => `/opt-outs/${ids.optOut}/withdraw`),
    acts: ['patient'],
  },
  'routes/_patient+/requests+/index': { kind: 'page', opens: patients },
  'routes/_patient+/requests+/new': { kind: 'page', opens: patients },
  'routes/_patient+/requests+/new_.accounting': { kind: 'page', opens: patients, acts: patients },
  'routes/_patient+/requests+/new_.$kind': {
    kind: 'page',
    opens: patients,
    at: () => '/requests/new/amendment',
    acts: patients,
  },
  'routes/_patient+/requests+/new_.$kind_.draft': { kind: 'form', at: () => '/requests/new/amendment/draft' },
  'routes/_patient+/requests+/$id': {
    kind: 'page',
    ...own(() => `/requests/${ids.answered}`),
    acts: ['patient'],
  },
  'routes/_patient+/requests+/$id_.answer[.]pdf': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/answer.pdf`),
  },
  'routes/_patient+/requests+/$id_.list.$format': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/list/json`),
  },
  'routes/_patient+/requests+/$id_.receipt[.]pdf': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/receipt.pdf`),
  },
  'routes/_patient+/requests+/$id_.file[.]pdf': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/file.pdf`),
  },
  'routes/_patient+/requests+/$id_.file[.]json': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/file.json`),
  },
  'routes/_patient+/requests+/$id_.files.$fileId': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/files/${ids.file}`),
  },
  'routes/_patient+/requests+/$id_.again': {
    kind: 'page',
    ...own(() => `/requests/${ids.answered}/again`),
    acts: ['patient'],
  },

  'routes/_patient+/account+/activity': { kind: 'page', opens: signedIn },
  'routes/_patient+/account+/representatives': { kind: 'page', opens: patients, acts: patients },
  'routes/_patient+/account+/representatives_.ask': { kind: 'page', opens: patients, acts: patients },

  'routes/staff+/index': { kind: 'page', opens: facility, at: () => '/staff?index', acts: facility },
  'routes/staff+/intake+/index': { kind: 'page', opens: working, acts: working },
  'routes/staff+/intake+/$id': {
    kind: 'page',
    opens: working,
    at: () => `/staff/intake/${ids.patient}?kind=optOut`,
    acts: working,
  },
  'routes/staff+/patients+/index': { kind: 'page', opens: facility, acts: facility },
  'routes/staff+/patients+/$id': {
    kind: 'page',
    opens: facility,
    at: () => `/staff/patients/${ids.patient}`,
    acts: working,
  },
  'routes/staff+/patients+/$id_.merge': {
    kind: 'page',
    opens: working,
    at: () => `/staff/patients/${ids.patient}/merge?with=${ids.other}`,
    acts: working,
  },
  'routes/staff+/patients+/$id_.part': {
    kind: 'page',
    opens: working,
    at: () => `/staff/patients/${ids.patient}/part?merge=${ids.merge}`,
    acts: working,
  },
  'routes/staff+/patients+/$id_.flags': {
    kind: 'page',
    opens: working,
    at: () => `/staff/patients/${ids.patient}/flags`,
    acts: working,
  },
  // Of a record that an officer closed.
  'routes/staff+/patients+/$id_.why': {
    kind: 'page',
    opens: facility,
    at: () => `/staff/patients/${ids.closed}/why`,
    acts: facility,
  },
  'routes/staff+/patients+/$id_.invite': {
    kind: 'page',
    opens: working,
    at: () => `/staff/patients/${ids.patient}/invite`,
    acts: working,
  },
  'routes/staff+/representatives+/index': { kind: 'page', opens: working },
  'routes/staff+/representatives+/$id': {
    kind: 'page',
    opens: working,
    at: () => `/staff/representatives/${ids.representation}`,
    acts: working,
  },
  'routes/staff+/representatives+/$id_.evidence.$evidenceId': {
    kind: 'file',
    opens: working,
    at: () => `/staff/representatives/${ids.representation}/evidence/${ids.evidence}`,
  },
  'routes/staff+/identity+/index': { kind: 'page', opens: working },
  'routes/staff+/identity+/$id': {
    kind: 'page',
    opens: working,
    at: () => `/staff/identity/${ids.claim}`,
    acts: working,
  },
  'routes/staff+/requests.$id': {
    kind: 'page',
    opens: facility,
    at: () => `/staff/requests/${ids.request}`,
    acts: working,
  },
  'routes/staff+/requests.$id_.receipt': {
    kind: 'page',
    opens: facility,
    at: () => `/staff/requests/${ids.request}/receipt`,
  },
  'routes/staff+/requests.$id_.files.$fileId': {
    kind: 'file',
    opens: facility,
    at: () => `/staff/requests/${ids.request}/files/${ids.staffFile}`,
  },
  'routes/staff+/requests.$id_.pack[.]zip': {
    kind: 'file',
    opens: overseeing,
    at: () => `/staff/requests/${ids.answered}/pack.zip`,
  },
  'routes/staff+/requests.$id_.answer[.]pdf': {
    kind: 'file',
    opens: facility,
    at: () => `/staff/requests/${ids.answered}/answer.pdf`,
  },

  'routes/staff+/requests.$id_.list.$format': {
    kind: 'file',
    opens: facility,
    at: () => `/staff/requests/${ids.answered}/list/csv`,
  },
  'routes/staff+/disclosures+/index': { kind: 'page', opens: facility, acts: facility },
  'routes/staff+/disclosures+/new': { kind: 'page', opens: working, acts: working },
  'routes/staff+/disclosures+/new_.$patientId': {
    kind: 'page',
    opens: working,
    at: () => `/staff/disclosures/new/${ids.patient}`,
    acts: working,
  },
  'routes/staff+/disclosures+/$id': {
    kind: 'page',
    opens: facility,
    at: () => `/staff/disclosures/${ids.entry}`,
  },
  'routes/staff+/disclosures+/$id_.correct': {
    kind: 'page',
    opens: working,
    at: () => `/staff/disclosures/${ids.entry}/correct`,
    acts: working,
  },
  'routes/staff+/disclosures+/$id_.documents.$documentId': {
    kind: 'file',
    opens: facility,
    at: () => `/staff/disclosures/${ids.entry}/documents/${ids.entryDocument}`,
  },
  'routes/staff+/disclosures+/studies': { kind: 'page', opens: facility },
  'routes/staff+/disclosures+/studies_.$id': {
    kind: 'page',
    opens: working,
    at: () => '/staff/disclosures/studies/new',
    acts: working,
  },

  'routes/staff+/imports+/index': { kind: 'page', opens: facility },
  'routes/staff+/imports+/new': { kind: 'page', opens: working, acts: working },
  'routes/staff+/imports+/$id': {
    kind: 'page',
    opens: facility,
    at: () => `/staff/imports/${ids.import}`,
    acts: working,
  },
  'routes/staff+/imports+/$id_.lines[.]csv': {
    kind: 'file',
    opens: facility,
    at: () => `/staff/imports/${ids.import}/lines.csv`,
  },
  'routes/staff+/unmatched+/index': { kind: 'page', opens: facility },
  'routes/staff+/unmatched+/$id': {
    kind: 'page',
    opens: facility,
    at: () => `/staff/unmatched/${ids.group}`,
    acts: working,
  },
  'routes/staff+/unmatched+/decisions': { kind: 'page', opens: facility },
  'routes/staff+/unmatched+/decisions_.$id': {
    kind: 'page',
    opens: working,
    at: () => `/staff/unmatched/decisions/${ids.decision}`,
    acts: working,
  },
  'routes/staff+/vendors+/index': { kind: 'page', opens: facility },
  'routes/staff+/vendors+/new': { kind: 'page', opens: working, acts: working },
  'routes/staff+/vendors+/$id': { kind: 'page', opens: facility, at: () => `/staff/vendors/${ids.vendor}` },
  'routes/staff+/vendors+/$id_.edit': {
    kind: 'page',
    opens: working,
    at: () => `/staff/vendors/${ids.vendor}/edit`,
    acts: working,
  },
  'routes/staff+/vendors+/$id_.add.$what': {
    kind: 'page',
    opens: working,
    at: () => `/staff/vendors/${ids.vendor}/add/endpoint`,
    acts: working,
  },
  'routes/staff+/vendors+/$id_.end.$rowId': {
    kind: 'page',
    opens: working,
    at: () => `/staff/vendors/${ids.vendor}/end/${ids.endpoint}`,
    acts: working,
  },
  'routes/staff+/sign-in-help+/index': { kind: 'page', opens: working },
  'routes/staff+/sign-in-help+/new': { kind: 'page', opens: working, acts: working },
  'routes/staff+/sign-in-help+/$id': {
    kind: 'page',
    opens: working,
    at: () => `/staff/sign-in-help/${ids.order}`,
    acts: working,
  },

  'routes/officer+/index': { kind: 'page', opens: overseeing },
  'routes/officer+/people+/index': { kind: 'page', opens: overseeing, acts: overseeing },
  'routes/officer+/calendar': { kind: 'page', opens: overseeing },
  'routes/officer+/reports': { kind: 'page', opens: overseeing },
  'routes/officer+/reports_.file[.]csv': { kind: 'file', opens: overseeing },
  'routes/officer+/reports_.file[.]pdf': { kind: 'file', opens: overseeing },
  'routes/officer+/calendar_.address': { kind: 'page', opens: overseeing, acts: overseeing },
  // The address is the secret; tests/integration/oversight.test.ts holds what it shows, and when it ends.
  'routes/_public+/calendar.$file': { kind: 'public', at: () => `/calendar/${ids.calendar}.ics` },
  'routes/officer+/people+/$id': {
    kind: 'page',
    opens: overseeing,
    at: () => `/officer/people/${ids.colleague}`,
    acts: ['officer'],
  },
  'routes/officer+/people+/invite': { kind: 'page', opens: ['officer'], acts: ['officer'] },
  'routes/officer+/keys+/index': { kind: 'page', opens: overseeing },
  'routes/officer+/keys+/new': { kind: 'page', opens: ['officer'], acts: ['officer'] },
  'routes/officer+/keys+/$id': {
    kind: 'page',
    opens: overseeing,
    at: () => `/officer/keys/${ids.program}`,
    acts: ['officer'],
  },
  'routes/officer+/orders+/index': { kind: 'page', opens: ['officer'] },
  'routes/officer+/orders+/$id': {
    kind: 'page',
    opens: ['officer'],
    at: () => `/officer/orders/${ids.officerOrder}`,
    acts: ['officer'],
  },
  'routes/officer+/alerts+/index': { kind: 'page', opens: overseeing },
  'routes/officer+/alerts+/$id': {
    kind: 'page',
    opens: overseeing,
    at: () => `/officer/alerts/${ids.alert}`,
    acts: ['officer'],
  },
  'routes/officer+/suspensions+/index': { kind: 'page', opens: overseeing, acts: ['officer'] },
  'routes/officer+/suspensions+/new': { kind: 'page', opens: ['officer'], acts: ['officer'] },
  'routes/officer+/suspensions+/new_.$patientId': {
    kind: 'page',
    opens: ['officer'],
    at: () => `/officer/suspensions/new/${ids.patient}`,
    acts: ['officer'],
  },
  'routes/officer+/sources+/index': { kind: 'page', opens: overseeing },
  'routes/officer+/sources+/$id': {
    kind: 'page',
    opens: overseeing,
    at: () => `/officer/sources/${ids.source}`,
    acts: ['officer'],
  },
  'routes/officer+/notices': { kind: 'page', opens: overseeing, acts: ['officer'] },
  'routes/officer+/settings+/index': { kind: 'page', opens: overseeing },
  'routes/officer+/settings+/facility': { kind: 'page', opens: overseeing, acts: ['officer'] },
  'routes/officer+/settings+/holidays': { kind: 'page', opens: overseeing, acts: ['officer'] },
  'routes/officer+/settings+/holidays_.import': { kind: 'page', opens: ['officer'], acts: ['officer'] },
  'routes/officer+/settings+/promises': { kind: 'page', opens: overseeing, acts: ['officer'] },
  'routes/officer+/settings+/reminders': { kind: 'page', opens: overseeing, acts: ['officer'] },
  'routes/officer+/settings+/fees': { kind: 'page', opens: overseeing, acts: ['officer'] },
  'routes/officer+/settings+/rules': { kind: 'page', opens: overseeing },
  'routes/officer+/settings+/rules_.$vendorId': {
    kind: 'page',
    opens: overseeing,
    at: () => `/officer/settings/rules/${ids.vendor}`,
    acts: ['officer'],
  },
  'routes/officer+/settings+/templates': { kind: 'page', opens: overseeing },
  'routes/officer+/settings+/templates_.$kind.$use.$locale': {
    kind: 'page',
    opens: overseeing,
    at: () => '/officer/settings/templates/accounting/granted/en',
    acts: ['officer'],
  },
  'routes/officer+/looks': { kind: 'page', opens: overseeing },
  'routes/officer+/audit': { kind: 'page', opens: overseeing },

  'routes/api+/$': { kind: 'machine', at: () => '/api/no/such/call' },
  'routes/api+/v1+/openapi[.]json': { kind: 'public' },
  // Anybody may ask; tests/integration/deadlines.test.ts holds what it refuses.
  'routes/api+/v1+/deadlines': {
    kind: 'public',
    at: () => '/api/v1/deadlines?rule=hipaa.access&receivedAt=2026-01-15',
  },
  'routes/api+/v1+/checks': { kind: 'machine' },
  'routes/api+/v1+/disclosures+/csv': { kind: 'machine' },
  'routes/api+/v1+/disclosures+/dicom-audit': { kind: 'machine' },
  'routes/api+/v1+/disclosures+/index': { kind: 'machine' },
  'routes/fhir+/$': { kind: 'machine', at: () => '/fhir/r4/no/such/call' },
  'routes/fhir+/r4+/index': { kind: 'machine' },
  'routes/fhir+/r4+/AuditEvent': { kind: 'machine' },
};

/** The seed's own group waits; another one was decided. */
async function decideAndLeaveOne(dana: Person): Promise<void> {
  const { world, clock } = site;
  const own = await world.db.waitingRecord.findFirstOrThrow({ select: { groupId: true } });
  ids.group = own.groupId;
  const bytes = bytesOf(
    messageXml({ participants: [sourceXml, destinationXml.replace('NORTHLIGHT_AI', 'ELSEWHERE')] }),
  );
  await takeInDicomAudit(world, { bytes, channel: 'dicomAuditHttp', actor: dana, now: clock.now() });
  const { groupId } = await world.db.waitingRecord.findFirstOrThrow({
    where: { groupId: { not: own.groupId } },
    orderBy: { recordId: 'desc' },
    select: { groupId: true },
  });
  const decided = await decideGroup(world, {
    actor: dana,
    groupId,
    choice: { kind: 'setAside' },
    reason: 'Test',
  });
  if (!decided.ok) throw new Error(decided.refusal);
  ids.decision = decided.decisionId;
}

async function enteredByHand(dana: Person, patientId: string): Promise<string> {
  const { id: vendorId } = await site.world.db.vendor.findFirstOrThrow({ select: { id: true } });
  const entered = await enterDisclosure(site.world, {
    actor: dana,
    entry: handEntry({ enteredBy: dana.id, patientId, vendorId }),
    documents: [{ fileName: 'receipt.pdf', mediaType: 'application/pdf', bytes: smallPdf }],
  });
  if (!entered.ok) throw new Error(entered.refusal);
  return entered.disclosureId;
}

const routes = await builtRoutes();
const note = 'canary-note-of-the-answer';
let site: Site;
let reference = '';
const cookieFor: Partial<Record<Who, string>> = {};

beforeAll(async () => {
  site = await startSite();
  const [ines, dana] = await Promise.all([patientOf(site.world, 'RB000417'), personOf(site.world, 'staff')]);
  const file = async () => {
    const filed = await submitRequest(site.world, {
      actor: ines,
      kind: 'accounting',
      locale: 'en',
      submissionKey: crypto.randomUUID(),
      details: { from: '2020-11-22', to: '2026-11-22' },
    });
    if (!filed.ok) throw new Error(filed.refusal);
    return filed;
  };
  ids.optOut = await fileOptOut(site.world);
  ids.request = (await file()).requestId;
  const answered = await file();
  ids.answered = answered.requestId;
  // Ines’s record, joined with another one, and one that looks alike.
  ids.patient = ines.patientId;
  const recordOf = async (value: string) =>
    (await site.world.db.patientIdentifier.findFirstOrThrow({ where: { value } })).patientId;
  ids.other = await recordOf('RB000760');
  const merged = { survivorId: ids.patient, mergedId: await recordOf('RB000533'), reason: 'Same person' };
  await mergeRecords(site.world, { actor: dana, ...merged });
  await decideAndLeaveOne(dana);
  ids.merge = (await site.world.db.patientMerge.findFirstOrThrow()).id;
  const evidence = await site.world.db.representativeEvidence.findFirstOrThrow();
  ids.evidence = evidence.id;
  ids.representation = evidence.representationId;
  const rosa = await site.world.db.user.findFirstOrThrow({ where: { role: 'patient', patientId: null } });
  const claimed = await claimIdentity(site.world, {
    person: { kind: 'person', id: rosa.id, name: rosa.displayName, role: 'patient', patientId: null },
    claim: {
      givenName: 'Tor',
      familyName: 'L',
      bornOn: '1984-11-27',
      issuer: 'RIVERBEND',
      value: 'RB000533',
    },
  });
  if (!claimed.ok) throw new Error(claimed.refusal);
  ids.claim = claimed.claimId;
  reference = answered.reference;
  await draftAnswer(site.world, { requestId: ids.answered, expectedVersion: 1, actor: dana }, { note });
  await sendAnswer(
    site.world,
    { requestId: ids.answered, expectedVersion: 2, actor: dana },
    { note, elementsLookedFor: true },
  );

  const written = await writeToPatient(site.world, {
    requestId: ids.answered,
    actor: dana,
    text: note,
    documents: [{ fileName: 'page.pdf', mediaType: 'application/pdf', bytes: smallPdf }],
    submissionKey: crypto.randomUUID(),
    waits: null,
  });
  if (!written.ok) throw new Error(written.refusal);
  ids.file = (
    await site.world.db.attachment.findFirstOrThrow({ where: { use: 'toPatient' }, select: { id: true } })
  ).id;

  const sent = await site.world.db.disclosure.findFirstOrThrow({
    where: { patientId: ines.patientId },
    select: { id: true },
  });
  await inTransaction(site.world.db, (tx) =>
    openAlert(
      tx,
      {
        disclosureId: sent.id,
        patientId: ines.patientId,
        optOutId: ids.optOut,
        purpose: 'MLTRAINING',
        raisedAt: site.clock.now(),
      },
      site.clock.now(),
    ),
  );
  ids.alert = (await site.world.db.optOutAlert.findFirstOrThrow({ select: { id: true } })).id;
  ids.entry = await enteredByHand(dana, ines.patientId);
  ids.entryDocument = (await site.world.db.entryDocument.findFirstOrThrow({ select: { id: true } })).id;
  ids.colleague = dana.id;
  ids.import = await importedFile(dana);
  const endpoint = await site.world.db.vendorEndpoint.findFirstOrThrow({
    where: { value: 'UMBRA_CAD' },
    select: { id: true, vendorId: true },
  });
  ids.endpoint = endpoint.id;
  ids.vendor = endpoint.vendorId ?? '';
  ids.source = sha256Hex('dcm4chee-arc');
  const program = await site.world.db.machineClient.findFirstOrThrow({ select: { id: true } });
  ids.program = program.id;
  const zoe = await patientOf(site.world, 'RB000902');
  await addFile(site.world, {
    requestId: ids.request,
    actor: dana,
    use: 'internal',
    document: {
      fileName: 'x.pdf',
      mediaType: 'application/pdf',
      bytes: new TextEncoder().encode('%PDF-1.4'),
    },
  });
  ids.staffFile = (
    await site.world.db.attachment.findFirstOrThrow({ where: { use: 'internal' }, select: { id: true } })
  ).id;
  const order = await askOrder(site.world, {
    actor: dana,
    userId: zoe.id,
    kind: 'codeSheet',
    identityCheck: 'Passport at the desk',
    reason: 'No phone',
  });
  if (!order.ok) throw new Error(order.refusal);
  ids.order = order.id;
  const amara = await personOf(site.world, 'privacyOfficer');
  const asked = await askOfficerOrder(site.world, {
    actor: await anotherOfficer(site.world),
    content: { kind: 'key', name: 'Asked for', scopes: ['checks:read'], vendorId: null, days: 30 },
    reason: 'A new gateway',
  });
  if (!asked.ok) throw new Error(asked.refusal);
  ids.officerOrder = asked.id;
  ids.closed = zoe.patientId;
  const closed = await setFlag(site.world, {
    actor: amara,
    patientId: zoe.patientId,
    flag: { kind: 'closedToStaff', reason: 'A colleague', personName: null, againstId: null },
  });
  if (!closed.ok) throw new Error(closed.refusal);
  ids.calendar = await makeCalendarAddress(site.world, amara);

  cookieFor.patient = await signIn(site, castMember('patient'));
  cookieFor.other = await signIn(site, castMember({ mrn: 'RB000902' }));
  cookieFor.staff = await signIn(site, castMember('staff'));
  cookieFor.auditor = await signIn(site, castMember('auditor'));
  cookieFor.officer = await signIn(site, castMember('privacyOfficer'));
  cookieFor.half = await givePassword(site, castMember('patient'));
});
afterAll(() => site.stop());

/** A file of the archive with a row that waits for somebody. */
async function importedFile(actor: Person): Promise<string> {
  const bytes = bytesOf(
    'event_time,patient_id,destination_ae\r\n2026-10-01T08:00:00Z,RB000417,NORTHLIGHT_AI\r\n',
  );
  const kept = await keepUpload(site.world, { actor, source: 'PACS', file: { fileName: 'log.csv', bytes } });
  if (!kept.ok) throw new Error(kept.refusal);
  await confirmImport(site.world, { importId: kept.importId, actor, uses: null });
  await continueImport(site.world, kept.importId);
  return kept.importId;
}

const ask = (who: Who, target: string) =>
  site.ask(target, { headers: cookieFor[who] ? { Cookie: cookieFor[who] } : {} });

/** What is Ines’s alone, and the facility’s: it may be in no answer to anybody else. */
const canaries = () => ['Okafor', 'RB000417', reference, note, 'NORTHLIGHT_AI', ids.optOut];

function expectNoData(answer: Answer, what: string, who?: Who): void {
  // Her own name stands at the top of every page she gets; an id in the address may be repeated.
  for (const canary of canaries().filter(
    (one) => one !== ids.optOut && (who !== 'patient' || one !== 'Okafor'),
  ))
    expect(answer.text, what).not.toContain(canary);
}

const addressOf = (route: BuiltRoute, line: Line) =>
  (line.at?.() ?? (route.pattern ?? '/').replace(/\/$/, '')) || '/';
/** Remix asks for a page's data under this address. */
const dataOf = (path: string, routesAsked = '') => {
  const { pathname, searchParams } = new URL(path, 'http://site.invalid');
  if (routesAsked) searchParams.set('_routes', routesAsked);
  const query = searchParams.toString();
  return `${pathname === '/' ? '/_root' : pathname}.data${query ? `?${query}` : ''}`;
};

const rows = () =>
  connected(site.databaseUrl, async (client) => {
    // That somebody was refused is noted, and is no change.
    const audit = `(select * from audit_event where type <> 'access.denied')`;
    const tables = [
      'privacy_request',
      'request_response',
      'sent_letter',
      'opt_out',
      'disclosure',
      'accounting',
      'audit_event',
      'notice',
      'user_account',
      'machine_client',
      'machine_key',
      'invitation',
      'credential_order',
      'officer_order',
      'code_set',
      'saved_view',
      'attachment',
      'request_message',
      'setting_version',
      'holiday',
      'answer_template',
      'accounting_suspension',
      'research_protocol',
      'audit_record',
      'entry_document',
      'file_import',
      'column_mapping',
      'opt_out_alert',
    ];
    const { rows: found } = await client.query<object>(
      `select ${tables.map((name) => `(select count(*) || ' ' || coalesce(sum(hashtext(t::text)), 0) from ${name === 'audit_event' ? audit : name} t) as ${name}`).join(', ')}`,
    );
    return found[0];
  });

describe('the table of routes', () => {
  it('has a line for every route of the build', () => {
    expect(routes.map(({ id }) => id).filter((id) => !(id in table))).toEqual([]);
  });

  it('gives an address for every route with params', () => {
    for (const { id, pattern } of routes)
      if (pattern && /[:*]/.test(pattern)) expect(table[id]?.at, id).toBeDefined();
  });
});

const known = routes.flatMap((route) => {
  const line = table[route.id];
  return line ? [{ ...route, line }] : [];
});
const withKind = (...kinds: Line['kind'][]) => known.filter(({ line }) => kinds.includes(line.kind));

describe.each(withKind('page', 'file'))('$id', (route) => {
  const { line } = route;
  if (line.kind !== 'page' && line.kind !== 'file') return;

  it.each(everybody)('for %s', async (who) => {
    const path = addressOf(route, line);
    const opens = line.opens.includes(who);
    const isSignedIn = who !== 'nobody' && who !== 'half';
    const status = opens ? 200 : line.absentFor?.includes(who) ? 404 : isSignedIn ? 403 : 302;

    const page = await ask(who, path);
    expect(page.status, path).toBe(status);
    if (status === 302) expect(page.headers.location).toMatch(/^\/sign-in\?next=/);
    expect(page.headers['cache-control']).toMatch(/no-store/);

    // A redirect in data is a 202 with a record of it.
    const asData = status === 302 ? 202 : status;
    const targets = route.isPage
      ? [dataOf(path), dataOf(path, route.id), dataOf(path, `root,${route.id}`)]
      : [];
    for (const target of targets) {
      const answer = await ask(who, target);
      expect(answer.status, target).toBe(asData);
      if (!opens) expectNoData(answer, target, who);
    }
    if (!opens) expectNoData(page, path, who);
    // Somebody else's page of the same address tells nothing of Ines.
    if (who === 'other') expectNoData(page, path);
  });

  if (route.hasAction)
    it('takes its form only from those who may send it', async () => {
      const path = addressOf(route, line);
      const before = await rows();
      for (const who of everybody.filter((one) => !line.acts?.includes(one))) {
        for (const target of [path, dataOf(path)]) {
          const answer = await site.ask(target, asForm({ intent: 'send', move: 'respond' }, cookieFor[who]));
          // 400: the form is read before the record is looked for, so its answer tells nothing of the record.
          const refused = [202, 302, 403, 404, 405, ...(line.absentFor?.includes(who) ? [400] : [])];
          expect(refused, `${who} ${target}`).toContain(answer.status);
          expectNoData(answer, `${who} ${target}`, who);
        }
        expect(await rows(), who).toEqual(before);
      }
      for (const who of line.acts ?? []) {
        const answer = await site.ask(path, asForm({}, cookieFor[who]));
        expect(answer.status, `${who} with an empty form`).toBeLessThan(500);
        expect(await rows(), who).toEqual(before);
      }
    });

  if (line.at && line.absentFor)
    it('answers a stranger’s id, an id that nobody has and no id alike', async () => {
      const path = addressOf(route, line);
      const shape = async (who: Who, target: string) => {
        const { status, text } = await ask(who, target);
        return {
          status,
          length: text.replaceAll(/nonce="[^"]*"|nonce-[^']*/g, '').replaceAll(target, 'PATH').length,
        };
      };
      const id = [ids.answered, ids.optOut].find((one) => path.includes(one)) ?? '';
      const strangers = await shape('other', path);
      expect(strangers.status).toBe(404);
      expect((await shape('other', path.replace(id, '0198a5c0-0000-7000-8000-000000000000'))).status).toBe(
        404,
      );
      for (const nonsense of ['1', "'", '%00', 'null', id.toUpperCase()]) {
        expect([400, 404], nonsense).toContain((await shape('patient', path.replace(id, nonsense))).status);
      }
    });
});

describe('routes without a guard', () => {
  it.each(withKind('public'))('$id shows everybody a page, and nothing of a patient', async (route) => {
    const path = addressOf(route, route.line);
    for (const who of everybody) {
      const answer = await ask(who, path);
      expect(answer.status, who).toBe(200);
      if (!route.id.includes('demo'))
        for (const canary of ['RB000417', reference, note]) expect(answer.text, who).not.toContain(canary);
    }
  });

  it.each(withKind('form'))('$id shows nothing', async (route) => {
    for (const who of everybody) {
      const answer = await ask(who, addressOf(route, route.line));
      expect(answer.status, who).toBe(404);
      expectNoData(answer, who, who);
    }
  });

  it.each(withKind('nowhere'))('$id is nowhere', async (route) => {
    for (const who of everybody) {
      expect((await ask(who, addressOf(route, route.line))).status, who).toBe(404);
      expect((await site.ask(addressOf(route, route.line), asForm({}, cookieFor[who]))).status, who).toBe(
        404,
      );
    }
  });

  it.each(withKind('signIn'))('$id is for whoever is not signed in', async (route) => {
    const path = addressOf(route, route.line);
    for (const who of everybody.filter((one) => one !== 'nobody' && one !== 'half')) {
      const answer = await ask(who, path);
      expect(answer.status, who).toBe(302);
      expect(answer.headers.location).toBe(
        patients.includes(who) ? '/home' : who === 'staff' ? '/staff' : '/officer',
      );
      expect((await ask(who, dataOf(path))).status, who).toBe(202);
    }
    expectNoData(await ask('half', path), path);
  });

  it.each(withKind('newcomer'))('$id opens for nobody who has a record', async (route) => {
    const path = addressOf(route, route.line);
    for (const who of everybody) {
      const [status, location] = facility.includes(who)
        ? [403, undefined]
        : [302, patients.includes(who) ? '/home' : expect.stringMatching(/^\/sign-in\?next=/)];
      for (const how of [{}, asForm({ intent: 'claim' })]) {
        const headers = { ...how.headers, ...(cookieFor[who] ? { Cookie: cookieFor[who] } : {}) };
        const before = await rows();
        const answer = await site.ask(path, { ...how, headers });
        expect([answer.status, answer.headers.location], who).toEqual([status, location]);
        if (facility.includes(who)) continue;
        expect(await rows(), who).toEqual(before);
      }
      expectNoData(await ask(who, dataOf(path)), who, who);
    }
  });

  it.each(withKind('machine'))('$id knows keys, and no cookie', async (route) => {
    const path = addressOf(route, route.line);
    for (const who of everybody) {
      for (const answer of [await ask(who, path), await site.ask(path, asForm({}, cookieFor[who]))]) {
        expect([401, 404, 405], who).toContain(answer.status);
        const type = path.startsWith('/fhir/') ? 'application/fhir+json' : 'application/problem+json';
        expect(answer.headers['content-type'], who).toContain(type);
        expectNoData(answer, who, who);
      }
    }
  });

  it.each(withKind('frame'))('$id guards nothing, and gives nothing away', async ({ id }) => {
    const encoded = encodeURIComponent(id);
    for (const who of ['nobody', 'half', 'other'] as const) {
      for (const path of ['/home.data', '/staff.data', '/officer.data', '/_root.data']) {
        const answer = await ask(who, `${path}?_routes=${encoded}`);
        expect(answer.status, path).toBeLessThan(500);
        expectNoData(answer, `${who} ${path}`);
      }
    }
  });

  it('asked for by another page’s address, a guarded route still gives nothing', async () => {
    for (const route of withKind('page')) {
      for (const who of ['nobody', 'half', 'other'] as const) {
        for (const path of ['/_root.data', '/sign-in.data', '/staff.data']) {
          const answer = await ask(who, `${path}?_routes=${encodeURIComponent(route.id)}`);
          expect(answer.status, route.id).toBeLessThan(500);
          expectNoData(answer, `${who} ${route.id} at ${path}`);
        }
      }
    }
  });
});

describe('records that an officer closed', () => {
  // Of the addresses with params, those that lead to nothing of a patient's record; any other asks at the door.
  const ofNobody = new Set([
    'routes/staff+/disclosures+/studies_.$id',
    'routes/staff+/imports+/$id',
    'routes/staff+/unmatched+/$id',
    'routes/staff+/unmatched+/decisions_.$id',
    'routes/staff+/vendors+/$id',
    'routes/staff+/vendors+/$id_.edit',
    'routes/staff+/vendors+/$id_.add.$what',
    'routes/staff+/vendors+/$id_.end.$rowId',
    'routes/officer+/keys+/$id',
    'routes/officer+/orders+/$id',
    'routes/officer+/sources+/$id',
    'routes/officer+/settings+/rules_.$vendorId',
    'routes/officer+/settings+/templates_.$kind.$use.$locale',
    // Of an account: who it is for, and its sign-ins.
    'routes/officer+/people+/$id',
    'routes/staff+/sign-in-help+/$id',
    // The door itself.
    'routes/staff+/patients+/$id_.why',
  ]);
  // A report that matches no record, and a file of reports, tell what their sender wrote, of whomever it is.
  const asReported = new Set(['routes/staff+/unmatched+/$id', 'routes/staff+/imports+/$id']);
  // The rows of such a file, as a file: that somebody took it is written down.
  const taken = 'routes/staff+/imports+/$id_.lines[.]csv';
  const doors = withKind('page', 'file').filter(
    ({ id, pattern }) => id !== taken && /^routes\/(staff|officer)\+/.test(id) && /:/.test(pattern ?? ''),
  );

  it('open to staff and auditors through the page that asks why, and through no other', async () => {
    const amara = await personOf(site.world, 'privacyOfficer');
    const { patientId: child } = await site.world.db.representation.findUniqueOrThrow({
      where: { id: ids.representation },
    });
    for (const patientId of [ids.patient, child ?? '']) {
      const flag = { kind: 'closedToStaff', reason: 'Closed', personName: null, againstId: null } as const;
      const set = await setFlag(site.world, { actor: amara, patientId, flag });
      if (!set.ok) throw new Error(set.refusal);
    }
    const before = await rows();
    const asked = new Set<string>();
    const open: string[][] = [];
    for (const route of doors)
      for (const who of ['staff', 'auditor'] as const) {
        const { line } = route;
        if ((line.kind !== 'page' && line.kind !== 'file') || !line.opens.includes(who)) continue;
        const path = addressOf(route, line);
        const answers = [
          await ask(who, path),
          ...(route.isPage ? [await ask(who, dataOf(path)), await ask(who, dataOf(path, route.id))] : []),
          ...(line.acts?.includes(who) ? [await site.ask(path, asForm({}, cookieFor[who]))] : []),
        ];
        for (const answer of answers) {
          const told = canaries().filter((one) => !path.includes(one) && answer.text.includes(one));
          if (told.length > 0 && !asReported.has(route.id)) open.push([who, path, ...told]);
          if (ofNobody.has(route.id)) continue;
          const to = answer.status === 202 ? answer.text : answer.headers.location;
          if (/\/staff\/patients\/[0-9a-f-]{36}\/why\?to=/.test(to ?? '')) asked.add(route.id);
          else open.push([who, path, String(answer.status)]);
        }
      }
    expect(open).toEqual([]);
    expect(asked.size).toBeGreaterThan(15);
    const trail = await ask('auditor', `/officer/audit?request=${reference}`);
    expect(trail.headers.location).toContain('/why?to=');
    // The other one of two that are compared, and the patient that a correction names.
    const twin = { survivor: ids.other, other: ids.patient, reason: 'Same person' };
    const merged = await site.ask(`/staff/patients/${ids.other}/merge`, asForm(twin, cookieFor.staff));
    expect(merged.headers.location).toContain(`/staff/patients/${ids.patient}/why?to=`);
    expect(await rows()).toEqual(before);
  });
});
