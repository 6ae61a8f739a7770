import { createHash } from 'node:crypto';
import { publicKeys, signedText } from '#app/crypto/signing.server.ts';
import type { Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { resultOf, type CheckResult } from './checks.server.ts';

const purpose = 'receipts of checks';

/** Who looks: a program, for what it asked or what was asked about its own company; or somebody at the facility, for what they asked. */
export type Looker =
  { kind: 'program'; id: string; vendorId: string | null } | { kind: 'person'; id: string };

/** What was answered, as it is signed. */
export interface Receipt {
  /** Scheme and host of the site that signed it. */
  iss: string;
  receiptId: string;
  kind: 'check' | 'list';
  /** The program that asked; null for somebody at the facility. */
  askedBy: string | null;
  purpose: string;
  recipient: string;
  /** The slug of the company that was meant; null where nobody, or several, answered to the name. */
  vendor: string | null;
  identifiable: boolean;
  /** The past moment that was asked about; null for "now". */
  at: string | null;
  /** Of a list: `answered`, or why it was not, or not to its end. */
  end: 'answered' | 'refused' | 'brokenOff' | 'keyEnded' | 'underWay';
  checkedAt: string | null;
  /** Until when the answer could be relied on; null where it never could. */
  validUntil: string | null;
  rows: number;
  permitted: number;
  denied: Record<string, number>;
  /** Of a check: SHA-256 of its nonce, and after it its results as JSON without spaces. */
  resultsSha256: string | null;
  /** Of a list: SHA-256 of the bytes that came, and of those that went out. */
  askedSha256: string | null;
  answeredSha256: string | null;
}

export interface FoundReceipt {
  receipt: Receipt;
  /** For the one who asked alone; null for anybody else, and of a list, whose rows are not kept. */
  results: CheckResult[] | null;
  /** What is hashed with the results, for whoever may see them: without it a single patient's answer is guessed from the hash. */
  resultsNonce: string | null;
  /** Whether the answer may be relied on at this moment. */
  isValid: boolean;
  /** The receipt as a compact JWS. */
  signed: string;
}

/** A receipt for those who may see it; null for all others, and where there is none. */
export async function findReceipt(
  world: World,
  looker: Looker,
  receiptId: string,
): Promise<FoundReceipt | null> {
  const found =
    (await checkReceipt(world, looker, receiptId)) ?? (await listReceipt(world, looker, receiptId));
  if (!found) return null;
  const { validUntil } = found.receipt;
  return {
    ...found,
    isValid: validUntil !== null && world.clock().toISOString() < validUntil,
    signed: signedText(world.keys, purpose, 'plainview-receipt+jws', found.receipt),
  };
}

/** With these anybody verifies a receipt that was signed here, for as long as its key is in the ring. */
export function receiptKeys(world: World) {
  return publicKeys(world.keys, purpose);
}

/** One's own program's, or about one's own company. */
function programsOwn({ id, vendorId }: Extract<Looker, { kind: 'program' }>) {
  return { OR: [{ machineClientId: id }, ...(vendorId ? [{ vendorId }] : [])] };
}

/** The lists that somebody asked about, newest first. */
export function ownLists(db: Db, askedById: string, most: number) {
  return db.cohortCheck.findMany({
    where: { askedById },
    orderBy: { id: 'desc' },
    take: most,
    select: {
      id: true,
      beganAt: true,
      vendor: { select: { name: true } },
      end: true,
      rowCount: true,
      permitted: true,
    },
  });
}

async function checkReceipt({ db, appOrigin }: World, looker: Looker, id: string) {
  if (looker.kind === 'person') return null;
  const row = await db.exportCheck.findFirst({
    where: { id, ...programsOwn(looker) },
    select: {
      id: true,
      machineClientId: true,
      machineClient: { select: { name: true, vendorId: true } },
      vendor: { select: { slug: true } },
      purpose: true,
      recipient: true,
      identifiable: true,
      asOfAt: true,
      resultsNonce: true,
      checkedAt: true,
      validUntil: true,
    },
  });
  if (!row) return null;
  const results = await resultsOf(db, id, row.machineClient.vendorId === null);
  const { permitted, denied } = counted(results);
  const receipt: Receipt = {
    iss: appOrigin,
    receiptId: row.id,
    kind: 'check',
    askedBy: row.machineClient.name,
    purpose: row.purpose,
    recipient: row.recipient,
    vendor: row.vendor?.slug ?? null,
    identifiable: row.identifiable,
    at: row.asOfAt?.toISOString() ?? null,
    end: 'answered',
    checkedAt: row.checkedAt.toISOString(),
    validUntil: row.validUntil.toISOString(),
    rows: results.length,
    permitted,
    denied,
    resultsSha256: createHash('sha256')
      .update(`${row.resultsNonce}${JSON.stringify(results)}`)
      .digest('hex'),
    askedSha256: null,
    answeredSha256: null,
  };
  const isOwn = row.machineClientId === looker.id;
  return { receipt, results: isOwn ? results : null, resultsNonce: isOwn ? row.resultsNonce : null };
}

/** As they were told. @param withRecords whether who asked was told the records that they rest on */
async function resultsOf(db: Db, checkId: string, withRecords: boolean): Promise<CheckResult[]> {
  const items = await db.exportCheckItem.findMany({
    where: { checkId },
    orderBy: { index: 'asc' },
    select: { issuer: true, value: true, studyUid: true, decision: true, reason: true, optOutId: true },
  });
  return items.map(({ issuer, value, studyUid, decision, reason, optOutId }) =>
    resultOf(
      { patientId: value, issuer, ...(studyUid === null ? {} : { studyUid }) },
      { decision, reason },
      withRecords ? optOutId : null,
    ),
  );
}

function counted(results: CheckResult[]): { permitted: number; denied: Record<string, number> } {
  const denied: Record<string, number> = {};
  for (const { decision, reason } of results)
    if (decision === 'deny') denied[reason] = (denied[reason] ?? 0) + 1;
  return { permitted: results.filter(({ decision }) => decision === 'permit').length, denied };
}

async function listReceipt({ db, appOrigin }: World, looker: Looker, id: string) {
  const row = await db.cohortCheck.findFirst({
    where: { id, ...(looker.kind === 'program' ? programsOwn(looker) : { askedById: looker.id }) },
    select: {
      id: true,
      machineClient: { select: { name: true } },
      vendor: { select: { slug: true } },
      purpose: true,
      recipient: true,
      identifiable: true,
      checkedAt: true,
      validUntil: true,
      end: true,
      rowCount: true,
      permitted: true,
      denied: true,
      askedSha256: true,
      answeredSha256: true,
    },
  });
  if (!row) return null;
  const isAnswered = row.end === 'answered';
  const receipt: Receipt = {
    iss: appOrigin,
    receiptId: row.id,
    kind: 'list',
    askedBy: row.machineClient?.name ?? null,
    purpose: row.purpose,
    recipient: row.recipient,
    vendor: row.vendor?.slug ?? null,
    identifiable: row.identifiable,
    at: null,
    end: row.end ?? 'underWay',
    checkedAt: row.checkedAt?.toISOString() ?? null,
    validUntil: isAnswered ? (row.validUntil?.toISOString() ?? null) : null,
    rows: Number(row.rowCount),
    permitted: Number(row.permitted),
    denied: row.denied as Record<string, number>,
    resultsSha256: null,
    askedSha256: row.askedSha256,
    answeredSha256: row.answeredSha256,
  };
  return { receipt, results: null, resultsNonce: null };
}
