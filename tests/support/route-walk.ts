import pg from 'pg';
import { expect } from 'vitest';
import { askOrder } from '#app/people/credential-orders.server.ts';
import { askOfficerOrder } from '#app/people/officer-orders.server.ts';
import { anotherOfficer } from './colleague-codes.ts';
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
import { addFile } from '#app/requests/staff-files.server.ts';
import { writeToPatient } from '#app/requests/messages.server.ts';
import { keepModelCard } from '#app/vendors/model-cards.server.ts';
import { fileList, fileOptOut, handEntry } from './filing.ts';
import { answeredNotice } from './told-vendors.ts';
import { builtRoutes, type BuiltRoute } from './manifest.ts';
import { smallPdf } from './small-files.ts';
import { givePassword, signIn, startSite, type Answer, type Site } from './site.ts';
import { castMember, patientOf, personOf } from './world.ts';
import { ids, type Line, type Who } from './expected-route.ts';
import { machineRoutes } from './expected-machine-routes.ts';
import { officerRoutes } from './expected-officer-routes.ts';
import { patientRoutes } from './expected-patient-routes.ts';
import { publicRoutes } from './expected-public-routes.ts';
import { staffRoutes } from './expected-staff-routes.ts';
import { everyTable, settled } from './rows.ts';

/** Every route of the build has a line here, or the walk fails. */
export const expectedRoutes: Record<string, Line> = {
  ...publicRoutes,
  ...patientRoutes,
  ...staffRoutes,
  ...officerRoutes,
  ...machineRoutes,
};

const note = 'canary-note-of-the-answer';

export interface Walk {
  site: Site;
  cookieFor: Partial<Record<Who, string>>;
  /** Of the request that was answered. */
  reference: string;
  ask(who: Who, target: string, method?: 'GET' | 'HEAD'): Promise<Answer>;
  /** What is Ines’s alone, and the facility’s: it may be in no answer to anybody else. */
  canaries: string[];
  /** @throws AssertionError where an answer holds one of them */
  expectNoData(answer: Answer, what: string, who?: Who): void;
  /** What a refused form may not change: everything but that it was refused. */
  rows(): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

export type KnownRoute = BuiltRoute & { line: Line };

/** The routes of the build that have a line. */
export async function knownRoutes(): Promise<KnownRoute[]> {
  return (await builtRoutes()).flatMap((route) => {
    const line = expectedRoutes[route.id];
    return line ? [{ ...route, line }] : [];
  });
}

export const addressOf = ({ pattern, line }: KnownRoute) =>
  (line.at?.() ?? (pattern ?? '/').replace(/\/$/, '')) || '/';

/** A site in which every route has something to show that is Ines’s, or the facility’s. */
export async function startWalk(): Promise<Walk> {
  const site = await startSite();
  const cookieFor: Walk['cookieFor'] = {};
  const [ines, dana] = await Promise.all([patientOf(site.world, 'RB000417'), personOf(site.world, 'staff')]);
  const file = () => fileList(site.world, ines);
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
  await decideAndLeaveOne(site, dana);
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
  const { reference } = answered;
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
  ids.entry = await enteredByHand(site, dana, ines.patientId);
  ids.entryDocument = (await site.world.db.entryDocument.findFirstOrThrow({ select: { id: true } })).id;
  ids.colleague = dana.id;
  ids.import = await importedFile(site, dana);
  const endpoint = await site.world.db.vendorEndpoint.findFirstOrThrow({
    where: { value: 'UMBRA_CAD' },
    select: { id: true, vendorId: true },
  });
  ids.endpoint = endpoint.id;
  ids.vendor = endpoint.vendorId ?? '';
  const told = await answeredNotice(site.world, { vendorId: ids.vendor, optOutId: ids.optOut, by: dana });
  ids.vendorNotice = told.noticeId;
  ids.vendorProof = told.proofId;
  ids.vendorLink = told.token;
  const card = await keepModelCard(site.world, {
    vendorId: ids.vendor,
    fileName: 'card.xml',
    bytes: new TextEncoder().encode(
      '<AppliedModelCard><BasicInfo><ModelName>X</ModelName></BasicInfo></AppliedModelCard>',
    ),
    actor: dana,
  });
  if (!card.ok) throw new Error(card.refusal);
  ids.modelCard = card.id;
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
    content: {
      kind: 'key',
      name: 'Asked for',
      scopes: ['checks:read'],
      vendorId: null,
      days: 30,
      networks: [],
      sources: [],
    },
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

  const client = new pg.Client({ connectionString: site.databaseUrl });
  await client.connect();
  const canaries = ['Okafor', 'RB000417', reference, note, 'NORTHLIGHT_AI', ids.optOut];
  return {
    site,
    cookieFor,
    reference,
    canaries,
    ask: (who, target, method = 'GET') =>
      site.ask(target, { method, headers: cookieFor[who] ? { Cookie: cookieFor[who] } : {} }),
    expectNoData: (answer, what, who) => {
      // Her own name stands at the top of every page she gets; an id in the address may be repeated.
      for (const canary of canaries.filter(
        (one) => one !== ids.optOut && (who !== 'patient' || one !== 'Okafor'),
      ))
        expect(answer.text, what).not.toContain(canary);
    },
    rows: async () => {
      await settled(client);
      // That somebody looked, or was refused, is written down wherever they did.
      const { rows } = await client.query<{ events: string }>(
        `select count(*) as events from audit_event where type not in ('access.denied', 'records.listed', 'records.read')`,
      );
      return { ...(await everyTable(client)), ...rows[0] };
    },
    stop: async () => {
      await client.end();
      await site.stop();
    },
  };
}

/** The seed's own group waits; another one was decided. */
async function decideAndLeaveOne(site: Site, dana: Person): Promise<void> {
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
  const broken = { bytes: bytesOf('<AuditMessage>'), channel: 'dicomAuditHttp', actor: dana } as const;
  await takeInDicomAudit(world, { ...broken, now: clock.now() });
  const refused = await world.db.auditRecord.findFirstOrThrow({
    where: { state: 'rejected' },
    select: { id: true },
  });
  ids.refused = refused.id;
}

async function enteredByHand(site: Site, dana: Person, patientId: string): Promise<string> {
  const { id: vendorId } = await site.world.db.vendor.findFirstOrThrow({ select: { id: true } });
  const entered = await enterDisclosure(site.world, {
    actor: dana,
    entry: handEntry({ enteredBy: dana.id, patientId, vendorId }),
    documents: [{ fileName: 'receipt.pdf', mediaType: 'application/pdf', bytes: smallPdf }],
  });
  if (!entered.ok) throw new Error(entered.refusal);
  return entered.disclosureId;
}

/** A file of the archive with a row that waits for somebody. */
async function importedFile(site: Site, actor: Person): Promise<string> {
  const bytes = bytesOf(
    'event_time,patient_id,destination_ae\r\n2026-10-01T08:00:00Z,RB000417,NORTHLIGHT_AI\r\n',
  );
  const kept = await keepUpload(site.world, { actor, source: 'PACS', file: { fileName: 'log.csv', bytes } });
  if (!kept.ok) throw new Error(kept.refusal);
  await confirmImport(site.world, { importId: kept.importId, actor, uses: null });
  await continueImport(site.world, kept.importId);
  return kept.importId;
}
