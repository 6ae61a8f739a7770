import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { appendEvent } from '#app/audit/audit.server.ts';
import { sealEvents } from '#app/audit/seal.server.ts';
import type { Actor, Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import { createAccount } from '#app/people/accounts.server.ts';
import { grantRepresentation } from '#app/people/representation-grants.server.ts';
import { askToRepresent } from '#app/people/representations.server.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { cast, demoApiKey, facility, holidays, patients, representations } from './cast.ts';
import { publishLabels } from './labels.server.ts';
import { auditSources, ownEndpoints, vendors } from './vendors.ts';

const contractsBegan = new Date('2020-01-01T05:00:00Z');
const seeder: Actor = { kind: 'system', name: 'Demo seed' };

/**
 * Fills an empty database with the demo facility. What has a door goes through it: accounts, keys, and the archive's audit messages, by
 * the same ingestion that the HTTP endpoint uses.
 */
export async function fillDemo(world: World): Promise<void> {
  const patientIds = await writeRegister(world);
  // Before there is an officer: nobody gets a letter about what was before the demo began.
  await createMachineClient(world.db, {
    name: 'Riverbend archive and export gateway',
    scopes: ['disclosures:write', 'checks:read'],
    actor: seeder,
    now: world.clock(),
    chosenKey: demoApiKey,
  });
  for (const { patientMrn, ...account } of cast) {
    const patientId = patientMrn ? patientIds.get(patientMrn) : undefined;
    await createAccount(world, { ...account, ...(patientId ? { patientId } : {}) }, seeder);
  }
  await postAuditMessages(world);
  await grantRepresentations(world, patientIds);
  await publishLabels(world, {
    staff: await personCalled(world, 'dana.whitlow@demo.example'),
    officer: await personCalled(world, 'amara.diallo@demo.example'),
  });
  await endSeeding(world);
}

/** Says up to where the audit trail was told by the seed, as of days before it was written; then everything has its place in the chain. */
export async function endSeeding(world: World): Promise<void> {
  await inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: 'facility.seeded',
      actor: seeder,
      at: world.clock(),
      subject: { kind: 'facility', id: '1' },
      after: { name: facility.name },
      visibleToPatient: false,
    }),
  );
  await sealEvents(world.db, world.clock());
}

/** Posts the archive's messages, in the order of their file names. */
async function postAuditMessages(world: World): Promise<void> {
  const folder = path.resolve('prisma/seed/audit-messages');
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.xml')).sort()) {
    const bytes = new Uint8Array(await readFile(path.join(folder, file)));
    await takeInDicomAudit(world, { bytes, channel: 'seed', actor: seeder, now: world.clock() });
  }
}

/** Who acts for whom: asked by themselves, decided by staff. Nobody gets a letter about what was before the demo began. */
async function grantRepresentations(world: World, patientIds: Map<string, string>): Promise<void> {
  for (const { email, decidedBy, mrn, startsOn, ...said } of representations) {
    const patient = patients.find((one) => one.mrn === mrn);
    const patientId = patientIds.get(mrn);
    if (!patient || !patientId) throw new Error(`${mrn} is not among the patients`);
    const { givenName, familyName, bornOn } = patient;
    const asked = await askToRepresent(world, {
      actor: await personCalled(world, email),
      asking: { ...said, givenName, familyName, bornOn, patientNumber: mrn },
      document: { fileName: 'birth-certificate.pdf', mediaType: 'application/pdf', bytes: paper },
    });
    if (!asked.ok) throw new Error(asked.refusal);
    const granted = await grantRepresentation(world, {
      actor: await personCalled(world, decidedBy),
      representationId: asked.id,
      patientId,
      grant: { basis: said.basis, scope: said.scope, startsOn, endsOn: null },
    });
    if (!granted.ok) throw new Error(granted.refusal);
  }
  await putInThePost(world);
}

/** Marks what is owed so far as sent, without a letter: at the demo's start nobody gets mail about what was before it. */
export async function putInThePost(world: World): Promise<void> {
  await inTransaction(world.db, async (tx) => {
    const owed = await tx.notice.findMany({ where: { sentAt: null }, select: { id: true, owedAt: true } });
    for (const { id, owedAt } of owed) {
      await tx.$queryRaw`select graphile_worker.remove_job(${`notice:${id}`}::text)::text`;
      await tx.notice.update({ where: { id }, data: { sentAt: owedAt }, select: { id: true } });
    }
  });
}

const paper = new TextEncoder().encode(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

/** Somebody of the cast, by address. */
export async function personCalled(world: World, email: string): Promise<Person> {
  const { displayName, ...user } = await world.db.user.findUniqueOrThrow({
    where: { email },
    select: { id: true, displayName: true, role: true, patientId: true },
  });
  return { kind: 'person', name: displayName, ...user };
}

/** Facility, holidays, patients, vendors: what no page writes yet. The mark goes in first and with them, in one transaction. */
function writeRegister(world: World): Promise<Map<string, string>> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    await tx.installationMark.create({ data: { id: 1, kind: 'demo', markedAt: now } });
    await tx.facility.create({ data: { id: 1, ...facility } });
    await tx.holiday.createMany({
      data: holidays.map(([date, name]) => ({ onDate: new Date(`${date}T00:00:00Z`), name })),
    });
    const patientIds = new Map<string, string>();
    for (const { mrn, issuer = facility.issuer, bornOn, ...name } of patients) {
      const { id } = await tx.patient.create({
        data: {
          ...name,
          bornOn: new Date(`${bornOn}T00:00:00Z`),
          createdAt: now,
          identifiers: { create: { issuer, value: mrn, recordedAt: now } },
        },
        select: { id: true },
      });
      patientIds.set(mrn, id);
    }
    for (const { endpoints, rule, ...vendor } of vendors) {
      await tx.vendor.create({
        data: {
          ...vendor,
          createdAt: now,
          endpoints: { create: endpoints.map((endpoint) => ({ ...endpoint, validFrom: contractsBegan })) },
          releaseRules: { create: { ...rule, validFrom: contractsBegan } },
        },
      });
    }
    await tx.vendorEndpoint.createMany({
      data: ownEndpoints.map((endpoint) => ({ ...endpoint, validFrom: contractsBegan })),
    });
    await tx.auditSource.createMany({ data: auditSources });
    return patientIds;
  });
}
