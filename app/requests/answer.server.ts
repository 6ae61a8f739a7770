import type { Person } from '#app/audit/actor.ts';
import { isJurisdiction, placeOf, type Jurisdiction } from '#app/clocks/jurisdictions.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { coverageOf } from '#app/disclosures/coverage.server.ts';
import { missingElements, type AccountingDocument } from '#app/disclosures/accounting.ts';
import { changesSince, prepareAccounting, readAccounting } from '#app/disclosures/accounting.server.ts';
import { facilitySettings, type FacilitySettings } from '#app/facility/facility.server.ts';
import { hasBlanks } from '#app/facility/templates.ts';
import { localeOfPatient } from '#app/people/letters.server.ts';
import type { MoveRefusal } from './decide.ts';
import { identityNotShown, saysNo } from './kinds/kind.ts';
import { groundsIn, kindDefinition, type RequestKind } from './kinds/registry.ts';
import { isOutcome, type Outcome } from './moves.ts';
import { composeAnswer } from './letter.ts';
import { isSameTime, timeAskedFor, type Asked } from './narrowing.ts';
import { moveWithin } from './requests.server.ts';
import { keepLetter } from './sent-letters.server.ts';

export type AnswerRefusal =
  | MoveRefusal
  | 'notFound'
  | 'ledgerChanged'
  /** The request asks about another time than the draft is of. */
  | 'timeChanged'
  | 'elementsMissing';
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
      select: {
        kind: true,
        reference: true,
        patientId: true,
        details: true,
        timeZone: true,
        jurisdiction: true,
      },
    });
    let accountingId: string | null = null;
    let outcome: Outcome | null = 'granted';
    const definition = kindDefinition(request.kind);
    if (definition.answer === 'letter') outcome = letter.outcome ?? null;
    if (request.kind === 'accounting') {
      const window = kindDefinition('accounting').details.parse(request.details);
      const { timeZone } = request;
      accountingId = await prepareAccounting(tx, world.keys, {
        requestId,
        now,
        window,
        timeZone,
        place: placeOf(lawOf(request)),
        coverage: await coverageOf(tx, window, { timeZone, now }),
        reference: request.reference,
        patientId: request.patientId,
      });
      const document = await readAccounting(tx, world.keys, accountingId);
      if (document.requiredByLaw.length + document.alsoShown.length === 0) outcome = 'nothingToReport';
    }
    const draft = {
      accountingId,
      resolution: outcome,
      ground:
        outcome && saysNo(definition, outcome)
          ? (groundsOfLaw(request).find(({ id }) => id === letter.ground)?.id ?? null)
          : null,
      contains: [...(letter.contains ?? [])],
      noteSealed: sealedNote(world, requestId, letter.note),
      draftedAt: now,
      draftedById: actor.id,
      filesById: [],
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
      select: {
        accountingId: true,
        resolution: true,
        ground: true,
        noteSealed: true,
        request: { select: { kind: true, details: true, patientId: true, jurisdiction: true } },
      },
    });
    if (note && hasBlanks(note)) throw new Refused('blanksLeft');
    const moved = await moveWithin(tx, world, requestId, { name: 'respond', expectedVersion }, actor);
    if (!moved.ok) throw new Refused(moved.refusal);
    if (draft?.accountingId) {
      const document = await readAccounting(tx, world.keys, draft.accountingId);
      if (isOfOtherTime(document, draft.request)) throw new Refused('timeChanged');
      const lacking = document.requiredByLaw.some((row) => missingElements(row).length > 0);
      if (lacking && !elementsLookedFor) throw new Refused('elementsMissing');
      if ((await changesSince(tx, document, { patientId: draft.request.patientId, now })) > 0)
        throw new Refused('ledgerChanged');
      await tx.accounting.update({ where: { id: draft.accountingId }, data: { givenAt: now } });
    }
    const facility = await facilityHere(tx);
    if (draft?.ground && !groundsOfLaw(draft.request).some(({ id }) => id === draft.ground))
      throw new Refused('groundMissing');
    const isLetter = draft && kindDefinition(draft.request.kind).answer === 'letter';
    if (isLetter && isOutcome(draft.resolution))
      await keepAnswer(tx, world, {
        ...draft.request,
        requestId,
        facility,
        outcome: draft.resolution,
        ground: draft.ground,
        note: draft.noteSealed && openNote(world, requestId, draft.noteSealed),
        now,
      });
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

/**
 * Answers, by the privacy officer, that a request is refused because nobody has shown who asked: 45 CFR 164.514(h)(1), GDPR Art. 12(2).
 * @param note why, in words that whoever asked may read
 */
export function refuseUnproved(
  world: World,
  { requestId, expectedVersion, actor }: Turn,
  { note }: { note: string },
): Promise<Answered> {
  return inOneTurn(world, async (tx, now) => {
    if (hasBlanks(note)) throw new Refused('blanksLeft');
    const move = { name: 'refuseIdentity' as const, expectedVersion, reason: note };
    const moved = await moveWithin(tx, world, requestId, move, actor);
    if (!moved.ok) throw new Refused(moved.refusal);
    const request = await tx.privacyRequest.findUniqueOrThrow({
      where: { id: requestId },
      select: { kind: true, patientId: true, jurisdiction: true },
    });
    const refused = { outcome: 'denied' as const, ground: identityNotShown.id };
    const answer = {
      accountingId: null,
      resolution: refused.outcome,
      ground: refused.ground,
      contains: [],
      noteSealed: sealedNote(world, requestId, note),
      draftedAt: now,
      draftedById: actor.id,
      filesById: [],
      sentAt: now,
      sentById: actor.id,
    };
    await tx.requestResponse.upsert({
      where: { requestId },
      create: { requestId, ...answer },
      update: answer,
    });
    const facility = await facilityHere(tx);
    await keepAnswer(tx, world, { ...request, ...refused, requestId, facility, note, now });
  });
}

async function facilityHere(tx: Tx): Promise<FacilitySettings> {
  const facility = await facilitySettings(tx);
  if (!facility) throw new Error('the facility was never set up');
  return facility;
}

/** The grounds that the law by which a request is answered knows for its kind. */
function groundsOfLaw(request: { jurisdiction: string; kind: RequestKind }) {
  return groundsIn(lawOf(request), kindDefinition(request.kind).grounds);
}

function lawOf({ jurisdiction }: { jurisdiction: string }): Jurisdiction {
  if (!isJurisdiction(jurisdiction)) throw new Error(`there are no rules of ${jurisdiction}`);
  return jurisdiction;
}

/** Keeps the letter that goes out now, in the language in which its patient is written to. */
async function keepAnswer(
  tx: Tx,
  { keys }: World,
  {
    requestId,
    patientId,
    facility,
    now,
    ...letter
  }: Parameters<typeof composeAnswer>[0] & {
    requestId: string;
    patientId: string;
    facility: FacilitySettings;
    now: Date;
  },
): Promise<void> {
  const composed = composeAnswer(letter, facility, await localeOfPatient(tx, patientId));
  await keepLetter(tx, keys, { requestId, use: 'answer', letter: composed, now });
}

/** Whether a list was drafted for another time than its request asks about now. */
function isOfOtherTime({ window }: AccountingDocument, request: Asked): boolean {
  const time = timeAskedFor(request);
  return time !== null && !isSameTime(window, time);
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
  /** Whether the request asks about less time than the draft is of; false once it is sent. */
  timeChanged: boolean;
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
      request: { select: { kind: true, details: true, patientId: true } },
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
    note: row.noteSealed ? openNote(world, requestId, row.noteSealed) : null,
    accounting,
    ledgerChanges:
      accounting && !row.sentAt
        ? await changesSince(world.db, accounting, { patientId: row.request.patientId, now: world.clock() })
        : 0,
    timeChanged: accounting !== null && !row.sentAt && isOfOtherTime(accounting, row.request),
  };
}

function openNote({ keys }: World, requestId: string, sealed: string): string {
  return open(keys, sealed, boundTo('request_response', requestId)).toString('utf8');
}

function sealedNote(world: World, requestId: string, note: string | null): string | null {
  return note ? seal(world.keys, note, boundTo('request_response', requestId)) : null;
}
