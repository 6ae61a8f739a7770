import type { World } from '#app/db/world.ts';
import type { StaffEntry } from '#app/disclosures/ingest/staff-entry/entry.ts';
import type { OptOutPurpose } from '#app/optouts/purposes.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { patientOf } from './seeded-people.ts';

interface Choice {
  mrn?: string;
  purposes?: OptOutPurpose[];
  vendors?: 'all' | string[];
  studies?: 'all' | string[];
  coversDeidentified?: boolean;
}

type Asked = Parameters<typeof submitRequest>[1];

/** Asks in English as that patient, through the room's door. */
export async function fileAs(world: World, actor: Asked['actor'], asked: Pick<Asked, 'kind' | 'details'>) {
  const filed = await submitRequest(world, {
    actor,
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    ...asked,
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed;
}

/** Asks for the official list of six years. */
export function fileList(world: World, actor: Asked['actor']) {
  return fileAs(world, actor, { kind: 'accounting', details: { from: '2020-11-22', to: '2026-11-22' } });
}

/** Files an opt-out as a patient of the seed, through the room's door. */
export async function fileOptOut(
  world: World,
  {
    mrn = 'RB000417',
    purposes = ['aiTraining', 'research'],
    vendors = 'all',
    studies = 'all',
    coversDeidentified = true,
  }: Choice = {},
): Promise<string> {
  const filed = await submitRequest(world, {
    actor: await patientOf(world, mrn),
    kind: 'optOut',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: { purposes, vendors, studies, coversDeidentified, wordingVersion: optOutWordingVersion },
  });
  if (!filed.ok) throw new Error(`the opt-out was refused: ${filed.refusal}`);
  const { id } = await world.db.optOut.findFirstOrThrow({
    where: { requestId: filed.requestId },
    select: { id: true },
  });
  return id;
}

/** Takes an opt-out back, as its patient. */
export async function withdrawOptOut(world: World, optOutId: string, mrn = 'RB000417'): Promise<void> {
  const filed = await submitRequest(world, {
    actor: await patientOf(world, mrn),
    kind: 'optOutWithdrawal',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: { optOutId, wordingVersion: optOutWordingVersion },
  });
  if (!filed.ok) throw new Error(`the withdrawal was refused: ${filed.refusal}`);
}

/** What staff write down of a disc that they gave away. */
export function handEntry(about: Pick<StaffEntry, 'enteredBy' | 'patientId' | 'vendorId'>): StaffEntry {
  return {
    ...about,
    format: 1,
    key: crypto.randomUUID(),
    receiver: 'Records desk',
    medium: 'disc',
    sentOn: '2026-11-10',
    sentTime: null,
    timeZone: 'America/New_York',
    occurredAt: null,
    studyUid: null,
    accession: null,
    modality: 'CT',
    studyOn: null,
    description: null,
    images: 120,
    deidentified: false,
    purpose: 'TREAT',
    basis: 'treatment',
    note: null,
    documents: [],
    corrects: null,
  };
}
