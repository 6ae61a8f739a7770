import type { Person } from '#app/audit/actor.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { coverageOf } from '#app/disclosures/coverage.server.ts';
import { missingElements, type AccountingDocument } from '#app/disclosures/accounting.ts';
import { changesSince, prepareAccounting, readAccounting } from '#app/disclosures/accounting.server.ts';
import type { MoveRefusal } from './decide.ts';
import { kindDefinition } from './kinds/registry.ts';
import { isOutcome, type Outcome } from './moves.ts';
import { moveWithin } from './requests.server.ts';

export type AnswerRefusal = MoveRefusal | 'notFound' | 'ledgerChanged' | 'elementsMissing';
export type Answered = { ok: true } | { ok: false; refusal: AnswerRefusal };

interface Turn {
  requestId: string;
  expectedVersion: number;
  actor: Person;
}

class Refused extends Error {
  constructor(readonly refusal: AnswerRefusal) {
    super(refusal);
  }
}

/** Runs one turn in one transaction; a refusal rolls all of it back. */
async function inOneTurn(world: World, work: (tx: Tx, now: Date) => Promise<void>): Promise<Answered> {
  try {
    await inTransaction(world.db, (tx) => work(tx, world.clock()));
    return { ok: true };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** What staff put into a draft. Of a letter all of it; a list and a confirmation know their outcome, and take a note. */
export interface DraftedLetter {
  note: string | null;
  outcome?: Outcome;
  ground?: string | null;
  contains?: readonly string[];
}

/**
 * Drafts the answer of a request from what is on record now, in place of an earlier draft: an accounting of both layers from the
 * ledger, the confirmation that a choice is in force, or a letter. The patient sees nothing of it before it is sent.
 */
export function draftAnswer(
  world: World,
  { requestId, expectedVersion, actor }: Turn,
  letter: DraftedLetter,
): Promise<Answered> {
  return inOneTurn(world, async (tx, now) => {
    const moved = await moveWithin(tx, world, requestId, { name: 'draftAnswer', expectedVersion }, actor);
    if (!moved.ok) throw new Refused(moved.refusal);
    const request = await tx.privacyRequest.findUniqueOrThrow({
      where: { id: requestId },
      select: { kind: true, reference: true, patientId: true, details: true },
    });
    let accountingId: string | null = null;
    let outcome: Outcome | null = 'granted';
    const { answer, grounds } = kindDefinition(request.kind);
    if (answer === 'letter') outcome = letter.outcome ?? null;
    if (request.kind === 'accounting') {
      const window = kindDefinition('accounting').details.parse(request.details);
      accountingId = await prepareAccounting(tx, world.keys, {
        requestId,
        now,
        window,
        coverage: await coverageOf(tx, window, now),
        reference: request.reference,
        patientId: request.patientId,
      });
      const document = await readAccounting(tx, world.keys, accountingId);
      if (document.requiredByLaw.length + document.alsoShown.length === 0) outcome = 'nothingToReport';
    }
    const draft = {
      accountingId,
      resolution: outcome,
      ground: outcome === 'denied' ? (grounds.find(({ id }) => id === letter.ground)?.id ?? null) : null,
      contains: [...(letter.contains ?? [])],
      noteSealed: sealedNote(world, requestId, letter.note),
      draftedAt: now,
      draftedById: actor.id,
    };
    await tx.requestResponse.upsert({ where: { requestId }, create: { requestId, ...draft }, update: draft });
  });
}

/**
 * Sends the draft that was reviewed. Refused when the ledger has changed since (what was reviewed is not what is true), and when a row
 * that the law lists lacks an element the law asks for (45 CFR 164.528(b)(2)), unless the sender says that it was looked for and is not
 * known: the answer then says so itself.
 * @param sent.note in place of the drafted note; a letter goes as it was drafted and looked at
 */
export function sendAnswer(
  world: World,
  { requestId, expectedVersion, actor }: Turn,
  { note, elementsLookedFor }: { note?: string | null; elementsLookedFor: boolean },
): Promise<Answered> {
  return inOneTurn(world, async (tx, now) => {
    const draft = await tx.requestResponse.findUnique({
      where: { requestId },
      select: { accountingId: true, request: { select: { kind: true, patientId: true } } },
    });
    const moved = await moveWithin(tx, world, requestId, { name: 'respond', expectedVersion }, actor);
    if (!moved.ok) throw new Refused(moved.refusal);
    if (draft?.accountingId) {
      const document = await readAccounting(tx, world.keys, draft.accountingId);
      const lacking = document.requiredByLaw.some((row) => missingElements(row).length > 0);
      if (lacking && !elementsLookedFor) throw new Refused('elementsMissing');
      if ((await changesSince(tx, document, { patientId: draft.request.patientId, now })) > 0)
        throw new Refused('ledgerChanged');
      await tx.accounting.update({ where: { id: draft.accountingId }, data: { givenAt: now } });
    }
    const isLetter = draft && kindDefinition(draft.request.kind).answer === 'letter';
    await tx.requestResponse.update({
      where: { requestId },
      data: {
        ...(note === undefined || isLetter ? {} : { noteSealed: sealedNote(world, requestId, note) }),
        sentAt: now,
        sentById: actor.id,
      },
    });
  });
}

export interface ReadAnswer {
  outcome: Outcome | null;
  /** Of a denial: the id of one of its kind's grounds. */
  ground: string | null;
  contains: string[];
  draftedBy: { id: string; name: string } | null;
  draftedAt: Date;
  sentAt: Date | null;
  note: string | null;
  accounting: AccountingDocument | null;
  /** Releases that changed in the ledger since the draft; 0 once it is sent. */
  ledgerChanges: number;
}

/** The answer of a request with its note and accounting opened. @param only `sent` for the patient: a draft is not theirs to see */
export async function readAnswer(
  world: World,
  requestId: string,
  only: 'sent' | 'any',
): Promise<ReadAnswer | null> {
  const row = await world.db.requestResponse.findFirst({
    where: { requestId, ...(only === 'sent' ? { sentAt: { not: null } } : {}) },
    select: {
      resolution: true,
      ground: true,
      contains: true,
      draftedBy: { select: { id: true, displayName: true } },
      draftedAt: true,
      sentAt: true,
      noteSealed: true,
      accountingId: true,
      request: { select: { patientId: true } },
    },
  });
  if (!row) return null;
  const accounting = row.accountingId ? await readAccounting(world.db, world.keys, row.accountingId) : null;
  return {
    outcome: isOutcome(row.resolution) ? row.resolution : null,
    ground: row.ground,
    contains: row.contains,
    draftedBy: row.draftedBy && { id: row.draftedBy.id, name: row.draftedBy.displayName },
    draftedAt: row.draftedAt,
    sentAt: row.sentAt,
    note: row.noteSealed
      ? open(world.keys, row.noteSealed, boundTo('request_response', requestId)).toString('utf8')
      : null,
    accounting,
    ledgerChanges:
      accounting && !row.sentAt
        ? await changesSince(world.db, accounting, { patientId: row.request.patientId, now: world.clock() })
        : 0,
  };
}

function sealedNote(world: World, requestId: string, note: string | null): string | null {
  return note ? seal(world.keys, note, boundTo('request_response', requestId)) : null;
}
