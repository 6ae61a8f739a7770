import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { openAlert } from '#app/disclosures/alerts.server.ts';
import { confirmImport } from '#app/disclosures/imports/confirm.server.ts';
import { continueImport } from '#app/disclosures/imports/run.server.ts';
import { keepUpload } from '#app/disclosures/imports/uploads.server.ts';
import { takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import { decideGroup } from '#app/disclosures/matching-decide.server.ts';
import { recordSuspension } from '#app/disclosures/suspensions.server.ts';
import { askOrder } from '#app/people/credential-orders.server.ts';
import { claimIdentity } from '#app/people/identity-claims.server.ts';
import { giveReason } from '#app/people/record-looks.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { bytesOf, destinationXml, messageXml, sourceXml } from '#tests/fixtures/dicom-audit/messages.ts';
import { connected } from '#tests/support/database.ts';
import { builtRoutes } from '#tests/support/manifest.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { tellStory, type ToldStory } from '#tests/support/told-story.ts';
import { castMember, minutes, patientOf, personOf } from '#tests/support/world.ts';

// Every page of the facility's people that holds a patient's name or number leaves an event that names the record: a page that is new and
// forgets it fails here, also one that is a list.

const canaries = ['Okafor', 'RB000417'];
const readers = ['staff', 'privacyOfficer', 'auditor'] as const;
type Reader = (typeof readers)[number];

let site: Site;
let story: ToldStory;
let group: string[];
const at: Record<string, string> = {};
const signedIn = {} as Record<Reader, { cookie: string; id: string }>;

beforeAll(async () => {
  site = await startSite();
  const { world, clock } = site;
  story = await tellStory(world);
  const [dana, amara, ines] = [
    await personOf(world, 'staff'),
    await personOf(world, 'privacyOfficer'),
    await patientOf(world, 'RB000417'),
  ];
  const { patientId } = ines;
  group = await recordGroup(world.db, patientId);
  await inTransaction(world.db, (tx) =>
    openAlert(
      tx,
      {
        disclosureId: story.sent.id,
        patientId,
        optOutId: story.optOutId,
        purpose: 'MLTRAINING',
        raisedAt: clock.now(),
      },
      clock.now(),
    ),
  );
  const vendor = await world.db.vendor.findFirstOrThrow({ select: { id: true } });
  await recordSuspension(world, amara, {
    patientId,
    vendorId: vendor.id,
    agencyKind: 'lawEnforcement',
    form: 'written',
    statedOn: '2026-11-20',
    endsOn: '2027-11-20',
    official: 'Agent Lee',
    says: 'It would impede the case.',
  });
  // A report with her number that waits for somebody, and one that was decided.
  for (const title of ['ELSEWHERE', 'ANOTHER_PLACE'])
    await takeInDicomAudit(world, {
      bytes: bytesOf(
        messageXml({ participants: [sourceXml, destinationXml.replace('NORTHLIGHT_AI', title)] }),
      ),
      channel: 'dicomAuditHttp',
      actor: dana,
      now: clock.now(),
    });
  await takeInDicomAudit(world, {
    bytes: bytesOf('<AuditMessage>'),
    channel: 'dicomAuditHttp',
    actor: dana,
    now: clock.now(),
  });
  const refused = await world.db.auditRecord.findFirstOrThrow({
    where: { state: 'rejected' },
    select: { id: true },
  });
  const groups = await world.db.waitingRecord.findMany({
    where: { groupKind: { startsWith: 'recipient' } },
    orderBy: { recordId: 'desc' },
    select: { groupId: true },
  });
  const [decide, wait] = [...new Set(groups.map(({ groupId }) => groupId))];
  if (!decide || !wait) throw new Error('two groups wait');
  const decided = await decideGroup(world, {
    actor: dana,
    groupId: decide,
    choice: { kind: 'setAside' },
    reason: 'Test',
  });
  if (!decided.ok) throw new Error(decided.refusal);
  const source = await keepUpload(world, {
    actor: dana,
    source: 'PACS',
    file: {
      fileName: 'log.csv',
      bytes: bytesOf(
        'event_time,patient_id,issuer,destination_ae\r\n2026-10-01T08:00:00Z,RB000417,RIVERBEND,UNHEARD_OF\r\n',
      ),
    },
  });
  if (!source.ok) throw new Error(source.refusal);
  await confirmImport(world, { importId: source.importId, actor: dana, uses: null });
  await continueImport(world, source.importId);
  const waiting = await world.db.fileImport.findFirstOrThrow({
    where: { state: 'waiting' },
    select: { id: true },
  });
  const help = await askOrder(world, {
    actor: dana,
    userId: ines.id,
    kind: 'codeSheet',
    identityCheck: 'Passport at the desk',
    reason: 'No phone',
  });
  if (!help.ok) throw new Error(help.refusal);
  const zoe = await patientOf(world, 'RB000902');
  const claimed = await claimIdentity(world, {
    person: { ...(await personOf(world, { mrn: 'RB000902' })), patientId: null, id: zoe.id },
    claim: {
      givenName: 'Ines',
      familyName: 'Okafor',
      bornOn: '1961-03-10',
      issuer: 'RIVERBEND',
      value: 'RB000417',
    },
  }).catch(() => ({ ok: false as const, refusal: 'notTaken' }));
  await giveReason(world, { patientId, actor: dana, why: 'other', text: 'She rang' }).catch(() => null);
  Object.assign(at, {
    patient: patientId,
    claim: claimed.ok ? claimed.claimId : story.people.claim,
    group: wait,
    refused: refused.id,
    decision: decided.decisionId,
    import: source.importId,
    waitingImport: waiting.id,
    help: help.id,
    account: ines.id,
    alert: (await world.db.optOutAlert.findFirstOrThrow({ select: { id: true } })).id,
    vendor: vendor.id,
    vendorNotice: (await world.db.vendorNotice.findFirstOrThrow({ where: { patientId: { in: group } } })).id,
    endpoint: (await world.db.vendorEndpoint.findFirstOrThrow({ where: { vendorId: vendor.id } })).id,
    evidence: (
      await world.db.representativeEvidence.findFirstOrThrow({
        where: { representationId: story.people.asked },
      })
    ).id,
    program: (await world.db.machineClient.findFirstOrThrow({ select: { id: true } })).id,
    file: (await world.db.attachment.findFirstOrThrow({ where: { requestId: story.letter.id } })).id,
    source: sha256Hex('dcm4chee-arc'),
  });
  for (const role of readers)
    signedIn[role] = {
      cookie: await signIn(site, castMember(role)),
      id: (await personOf(world, role)).id,
    };
}, 180_000);
afterAll(() => site.stop({ errors: true }));

/** What fills the params of an address; more than one where the page shows something else for another. */
const addresses: Record<string, () => string[]> = {
  '/staff/requests/:id': () => [`/staff/requests/${story.untouched.id}`],
  '/staff/requests/:id/answer.pdf': () => [`/staff/requests/${story.answered.id}/answer.pdf`],
  '/staff/requests/:id/files/:fileId': () => [`/staff/requests/${story.letter.id}/files/${at.file}`],
  '/staff/requests/:id/letter.pdf': () => [`/staff/requests/${story.answered.id}/letter.pdf`],
  '/staff/requests/:id/list/:format': () => [`/staff/requests/${story.answered.id}/list/csv`],
  '/staff/requests/:id/pack.zip': () => [`/staff/requests/${story.answered.id}/pack.zip`],
  '/staff/requests/:id/receipt': () => [`/staff/requests/${story.answered.id}/receipt`],
  '/staff/intake/:id': () => [`/staff/intake/${at.patient}`],
  '/staff/unmatched': () => ['/staff/unmatched'],
  '/staff/unmatched/:id': () => [`/staff/unmatched/${at.group}`],
  '/staff/unmatched/decisions/:id': () => [`/staff/unmatched/decisions/${at.decision}`],
  '/staff/unmatched/refused/:id': () => [`/staff/unmatched/refused/${at.refused}`],
  '/staff/disclosures/new/:patientId': () => [`/staff/disclosures/new/${at.patient}`],
  '/staff/disclosures/:id': () => [`/staff/disclosures/${story.sent.id}`],
  '/staff/disclosures/:id/correct': () => [`/staff/disclosures/${story.sent.id}/correct`],
  '/staff/disclosures/:id/documents/:documentId': () => [],
  '/staff/disclosures/studies/:id': () => ['/staff/disclosures/studies/new'],
  '/staff/representatives/:id': () => [`/staff/representatives/${story.people.asked}`],
  '/staff/representatives/:id/evidence/:evidenceId': () => [
    `/staff/representatives/${story.people.asked}/evidence/${at.evidence}`,
  ],
  '/staff/sign-in-help/new': () => [
    '/staff/sign-in-help/new',
    `/staff/sign-in-help/new?person=${at.account}`,
  ],
  '/staff/sign-in-help/:id': () => [`/staff/sign-in-help/${at.help}`],
  '/staff/imports/:id': () => [`/staff/imports/${at.waitingImport}`, `/staff/imports/${at.import}`],
  '/staff/imports/:id/lines.csv': () => [`/staff/imports/${at.import}/lines.csv`],
  '/staff/vendors/:id': () => [`/staff/vendors/${at.vendor}`],
  '/staff/vendors/:id/edit': () => [`/staff/vendors/${at.vendor}/edit`],
  '/staff/vendors/:id/add/:what': () => [`/staff/vendors/${at.vendor}/add/endpoint`],
  '/staff/vendors/:id/end/:rowId': () => [`/staff/vendors/${at.vendor}/end/${at.endpoint}`],
  '/staff/vendors/:id/notices': () => [`/staff/vendors/${at.vendor}/notices`],
  '/staff/vendor-notices/:id': () => [`/staff/vendor-notices/${at.vendorNotice}`],
  '/staff/vendor-notices/:id/proof/:proofId': () => [],
  // A receipt: of a list that was cleaned, who asked and how many rows went; no row is in it.
  '/staff/list-cleaner/:receiptId/receipt.json': () => [],
  '/staff/vendors/:id/label': () => [`/staff/vendors/${at.vendor}/label`],
  '/staff/vendors/:id/label/:group': () => [`/staff/vendors/${at.vendor}/label/training`],
  '/staff/vendors/:id/label/preview': () => [`/staff/vendors/${at.vendor}/label/preview`],
  '/staff/vendors/:id/label/history': () => [`/staff/vendors/${at.vendor}/label/history`],
  '/staff/vendors/:id/label/import': () => [`/staff/vendors/${at.vendor}/label/import`],
  '/staff/vendors/:id/label/import/:cardId': () => [],
  '/staff/identity/:id': () => [`/staff/identity/${at.claim}`],
  '/staff/patients/:id': () => [`/staff/patients/${at.patient}`],
  '/staff/patients/:id/why': () => [`/staff/patients/${at.patient}/why`],
  '/staff/patients/:id/allowed': () => [`/staff/patients/${at.patient}/allowed`],
  '/staff/patients/:id/flags': () => [`/staff/patients/${at.patient}/flags`],
  '/staff/patients/:id/merge': () => [`/staff/patients/${at.patient}/merge?with=${story.people.lookAlike}`],
  '/staff/patients/:id/part': () => [`/staff/patients/${at.patient}/part?merge=${story.people.merge}`],
  '/staff/patients/:id/invite': () => [`/staff/patients/${at.patient}/invite`],
  '/officer/audit': () => ['/officer/audit', `/officer/audit?request=${story.answered.reference}`],
  '/officer/alerts/:id': () => [`/officer/alerts/${at.alert}`],
  '/officer/keys/:id': () => [`/officer/keys/${at.program}`],
  '/officer/orders/:id': () => [`/officer/orders/${story.people.order}`],
  '/officer/people/:id': () => [`/officer/people/${at.account}`],
  '/officer/sources/:id': () => [`/officer/sources/${at.source}`],
  '/officer/suspensions/new/:patientId': () => [`/officer/suspensions/new/${at.patient}`],
  '/officer/settings/rules/:vendorId': () => [`/officer/settings/rules/${at.vendor}`],
  '/officer/settings/templates/:kind/:use/:locale': () => [
    '/officer/settings/templates/accounting/granted/en',
  ],
};

/** Searches: what is found is shown by the answer to a form. */
const searches: { path: string; fields: Record<string, string>; by: Reader[] }[] = [
  { path: '/staff?index', fields: { intent: 'search', text: 'Okafor' }, by: ['staff', 'auditor'] },
  ...[
    '/staff/patients?index',
    '/staff/intake?index',
    '/staff/disclosures/new',
    '/officer/suspensions/new',
  ].map((path) => ({
    path,
    fields: { name: 'Okafor', bornOn: '', number: '', issuer: '' },
    by: ['privacyOfficer'] as Reader[],
  })),
  {
    path: '/staff/disclosures?index',
    fields: {
      number: 'RB000417',
      vendor: '',
      study: '',
      from: '',
      to: '',
      basis: '',
      layer: 'both',
    },
    by: ['staff', 'auditor'],
  },
  {
    path: '/staff/disclosures?index',
    fields: { number: '', vendor: '', study: '', from: '2020-01-01', to: '', basis: '', layer: 'both' },
    by: ['privacyOfficer'],
  },
  {
    path: '/officer/people?index',
    fields: { search: 'Okafor', role: '', state: '', page: '1' },
    by: ['privacyOfficer'],
  },
];

/** Ten minutes later, with a factor shown just now: no page is told by what another one wrote. */
async function later(): Promise<bigint> {
  site.clock.advance(minutes(11));
  const now = site.clock.now().toISOString();
  return connected(site.databaseUrl, async (client) => {
    await client.query(
      `update session set factor_at = $1, last_seen_at = $1, absolute_expires_at = $1::timestamptz + interval '1 hour'`,
      [now],
    );
    const { rows } = await client.query<{ id: string }>('select max(id) as id from audit_event');
    return BigInt(rows[0]?.id ?? 0);
  });
}

const readTypes = [
  'records.read',
  'records.listed',
  'request.read',
  'request.downloaded',
  'request.packTaken',
  'request.fileRead',
  'evidence.read',
  'ingest.refusedRead',
  'accounting.downloaded',
];

/** @param who the patient of the canaries, or whoever a document is about */
async function isNamed(reader: Reader, since: bigint, who: 'her' | 'anybody' = 'her'): Promise<boolean> {
  const events = await site.world.db.auditEvent.count({
    where: {
      id: { gt: since },
      type: { in: readTypes },
      actorId: signedIn[reader].id,
      ...(who === 'anybody'
        ? // Evidence for somebody who has no record yet, and a message that nobody could read, are nobody's to see.
          {
            OR: [
              { patientId: { not: null }, visibleToPatient: true },
              { type: { in: ['evidence.read', 'ingest.refusedRead'] } },
            ],
          }
        : {
            visibleToPatient: true,
            OR: [{ patientId: { in: group } }, { shownPatientIds: { hasSome: group } }],
          }),
    },
  });
  return events > 0;
}

const holds = ({ text }: Answer) => canaries.some((canary) => text.includes(canary));
/** What is in a document is pressed or drawn: it is taken to name the patient it is about. */
const isDocument = ({ headers }: Answer) =>
  !/^(text\/|application\/json)/.test(String(headers['content-type']));

/** Documents that are about no patient. */
const aboutNobody: string[] = ['/officer/reports/file.pdf'];

/** Pages that do not name her: they name nobody, or in this story somebody else. One that begins to leaves this list, and an event. */
const doNotNameHer: string[] = [
  '/officer/calendar',
  '/officer/calendar/address',
  '/officer/choices',
  '/officer/keys',
  '/officer/keys/:id',
  '/officer/keys/new',
  '/officer/orders',
  '/officer/orders/:id',
  '/officer/people',
  '/officer/people/invite',
  '/officer/reports',
  '/officer/reports/file.csv',
  '/officer/reports/file.pdf',
  '/officer/settings',
  '/officer/settings/choices',
  '/officer/settings/facility',
  '/officer/settings/fees',
  '/officer/settings/holidays',
  '/officer/settings/holidays/import',
  '/officer/settings/pauses',
  '/officer/settings/promises',
  '/officer/settings/reminders',
  '/officer/settings/rules',
  '/officer/settings/rules/:vendorId',
  '/officer/settings/templates',
  '/officer/settings/templates/:kind/:use/:locale',
  '/officer/settings/vendor-notices',
  '/officer/sources',
  '/officer/sources/:id',
  '/officer/suspensions/new',
  '/staff/disclosures',
  '/staff/disclosures/:id/documents/:documentId',
  '/staff/disclosures/new',
  '/staff/disclosures/studies',
  '/staff/disclosures/studies/:id',
  '/staff/identity',
  '/staff/identity/:id',
  '/staff/imports',
  '/staff/imports/new',
  '/staff/intake',
  '/staff/intake/new',
  '/staff/list-cleaner',
  '/staff/list-cleaner/:receiptId/receipt.json',
  '/staff/list-cleaner/rows',
  '/staff/patients',
  '/staff/representatives/invite',
  '/staff/requests/:id/list/:format',
  '/staff/unmatched',
  '/staff/unmatched/decisions',
  '/staff/unmatched/decisions/:id',
  '/staff/unmatched/refused',
  '/staff/vendor-notices/:id',
  '/staff/vendor-notices/:id/proof/:proofId',
  '/staff/vendors',
  '/staff/vendors/:id',
  '/staff/vendors/:id/add/:what',
  '/staff/vendors/:id/edit',
  '/staff/vendors/:id/end/:rowId',
  '/staff/vendors/:id/label',
  '/staff/vendors/:id/label/:group',
  '/staff/vendors/:id/label/history',
  '/staff/vendors/:id/label/import',
  '/staff/vendors/:id/label/import/:cardId',
  '/staff/vendors/:id/label/preview',
  '/staff/vendors/:id/notices',
  '/staff/vendors/new',
];

const routes = (await builtRoutes()).filter(
  ({ pattern, hasLoader }) => hasLoader && pattern !== null && /^\/(staff|officer)(\/|$)/.test(pattern),
);
const patternOf = ({ pattern }: (typeof routes)[number]) => (pattern ?? '').replace(/\/$/, '');

describe('a page of the facility’s people that shows a patient', () => {
  it('is known to this walk with what fills its address', () => {
    const missing = routes.map(patternOf).filter((pattern) => /[:*]/.test(pattern) && !addresses[pattern]);
    expect(missing).toEqual([]);
  });

  it('leaves an event that names the record, whichever page it is', async () => {
    const showed = new Set<string>();
    const silent: string[] = [];
    for (const route of routes) {
      const pattern = patternOf(route);
      for (const path of addresses[pattern]?.() ?? [pattern])
        for (const reader of readers) {
          const since = await later();
          const answer = await site.ask(path, { headers: { Cookie: signedIn[reader].cookie } });
          const opened = isDocument(answer) && !aboutNobody.includes(pattern);
          if (answer.status !== 200 || !(holds(answer) || opened)) continue;
          showed.add(pattern);
          const who = holds(answer) ? 'her' : 'anybody';
          if (!(await isNamed(reader, since, who))) silent.push(`${reader} ${path}`);
          // Who may see it is one question; that it is told, one reader shows as well as three.
          break;
        }
    }
    expect(silent).toEqual([]);
    // The walk saw what it is about: every other page names her.
    expect(
      routes
        .map(patternOf)
        .filter((pattern) => !showed.has(pattern))
        .sort(),
    ).toEqual([...doNotNameHer].sort());
  }, 240_000);

  it('or is found by a search: the same', async () => {
    for (const { path, fields, by } of searches)
      for (const reader of by) {
        const since = await later();
        const form = asForm(fields);
        const answer = await site.ask(path, {
          ...form,
          headers: { ...form.headers, Cookie: signedIn[reader].cookie },
        });
        expect(answer.status, `${reader} ${path}`).toBe(200);
        expect(holds(answer), `${reader} ${path}`).toBe(true);
        expect(await isNamed(reader, since), `${reader} ${path}`).toBe(true);
      }
  }, 60_000);

  it('names a record once in ten minutes to the same person, who turns the pages of a list', async () => {
    const ask = () => site.ask('/staff', { headers: { Cookie: signedIn.staff.cookie } });
    const since = await later();
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    const events = await site.world.db.auditEvent.findMany({
      where: { id: { gt: since }, type: 'records.listed' },
      select: { subjectId: true, actorId: true, shownPatientIds: true },
    });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ subjectId: 'queue', actorId: signedIn.staff.id });
    expect(events[0]?.shownPatientIds.filter((id) => group.includes(id)).length).toBeGreaterThan(0);
  });

  it('is not shown where that cannot be written down', async () => {
    await later();
    const withRule = (sql: string) => connected(site.databaseUrl, (client) => client.query(sql));
    await withRule(
      `alter table audit_event add constraint no_lists check (type <> 'records.listed') not valid`,
    );
    try {
      const answer = await site.ask('/staff', { headers: { Cookie: signedIn.staff.cookie } });
      expect(answer.status).toBe(500);
      expect(holds(answer)).toBe(false);
    } finally {
      await withRule('alter table audit_event drop constraint no_lists');
    }
  });

  it('is in the patient’s activity, in words, one line a day and list, without what the law hides', async () => {
    await later();
    const cookie = await signIn(site, castMember('patient'));
    const read = async (path: string) => (await site.ask(path, { headers: { Cookie: cookie } })).text;
    let text = '';
    for (let path: string | undefined = '/account/activity'; path;) {
      const page: string = await read(path);
      text += page;
      path = /href="(\/account\/activity\?before=\d+)"/.exec(page)?.[1];
    }
    for (const words of [
      'We saw your name in the list of requests',
      'We saw your name in a search of patients',
      'We saw your name in the record of images sent',
      'We saw your name in the privacy office’s log',
    ])
      expect(text).toContain(words);
    // That an agency asked for silence may not be told by the name of a list.
    expect(text).not.toMatch(/agenc/i);
    // Somebody else's activity holds nothing of it: Zoë asked for nothing and stands in no list of requests.
    const other = await signIn(site, castMember({ mrn: 'RB000902' }));
    const theirs = await site.ask('/account/activity', { headers: { Cookie: other } });
    expect(theirs.text).not.toContain('in the list of requests');
  });
});
