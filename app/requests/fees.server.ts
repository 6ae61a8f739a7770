import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { audienceOf, stillActs } from '#app/people/acting-for.server.ts';
import { can, mayAct } from '#app/people/can.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { whoWorksOn } from './assign.server.ts';
import { feeLaw, mayTakeFeeBack, type FeeGround } from './fees.ts';
import { feeGroundsOf, isFree } from './free-of-charge.server.ts';
import { writeWithin } from './messages.server.ts';
import { keepNarrowed } from './narrowing.server.ts';
import { narrow, type AskedTime } from './narrowing.ts';
import { moveWithin } from './requests.server.ts';
import { inOneTurn, Refused, lockedRow, type FeeDone } from './fee-turn.server.ts';

/**
 * Tells the patient what the answer would cost, before it costs anything: they choose to go on, to change the request, or to stop
 * (45 CFR 164.528(c)(2), 164.524(c)(4)). Once, and again where they asked to change it. Until they chose, no answer goes out.
 * @param fee.basis what it is made of, in words that the patient reads
 */
export function tellFee(
  world: World,
  {
    requestId,
    actor,
    amountCents,
    currency,
    basis,
    ground = null,
  }: {
    requestId: string;
    actor: Person;
    amountCents: number;
    currency: string;
    basis: string;
    ground?: FeeGround | null;
  },
): Promise<FeeDone> {
  return inOneTurn(world, async (tx, now) => {
    if (!can(actor.role, 'requests.process')) throw new Refused('notYours');
    const row = await lockedRow(tx, requestId);
    const law = feeLaw(row.kind, row.ruleId);
    if (!law || amountCents <= 0) throw new Refused('noFee');
    if (row.feeNotice && row.feeNotice.choice !== 'change') throw new Refused('toldAlready');
    if (basis.trim() === '') throw new Refused('wordsMissing');
    if (law === 'gdpr' && !(ground && (await feeGroundsOf(tx, row, requestId)).includes(ground)))
      throw new Refused('feeGroundMissing');
    if (law === 'hipaa' && row.kind === 'accounting' && (await isFree(tx, row, requestId)))
      throw new Refused('stillFree');
    const told = {
      amountCents,
      currency,
      ground: law === 'gdpr' ? ground : null,
      basisSealed: seal(world.keys, basis, boundTo('fee_notice', requestId)),
      toldAt: now,
      toldById: actor.id,
    };
    await tx.feeNotice.upsert({
      where: { requestId },
      create: { requestId, ...told },
      update: { ...told, choice: null, chosenAt: null, chosenById: null },
      select: { requestId: true },
    });
    await appendEvent(tx, {
      type: 'request.feeTold',
      actor,
      at: now,
      subject: { kind: 'request', id: requestId },
      patientId: row.patientId,
      requestId,
      after: { amountCents, currency, ...(told.ground ? { ground: told.ground } : {}) },
      visibleToPatient: true,
    });
    const readers = await audienceOf(tx, { ...row, now });
    // Told when its letter is posted; only where the period runs from the payment is that kept with the clock.
    if (readers.length === 0 && row.ruleId === 'uk.gdpr.art12a')
      await tx.requestClockEvent.create({
        data: { requestId, type: 'feeWritten', at: now, recordedById: actor.id },
        select: { id: true },
      });
    for (const userId of readers) await oweNotice(tx, { kind: 'feeTold', userId, requestId, now });
  });
}

export type FeeChoice = 'goOn' | 'change' | 'stop';

/**
 * What the patient wants after they were told the cost, once. `change` narrows the time that a list asks about, sends a message that says
 * how, or both; `stop` takes the request back. All in one transaction.
 * @param chosen.text for `change`: how the request should be changed
 * @param chosen.toldAt when the cost was told that they saw; absent: the last one
 * @param chosen.time for `change` of a list: the time that it is to be about; as it is, or null: it stays
 */
export function chooseFee(
  world: World,
  {
    requestId,
    actor,
    choice,
    text,
    time = null,
    toldAt,
    submissionKey,
  }: {
    requestId: string;
    actor: Person;
    choice: FeeChoice;
    text: string;
    time?: AskedTime | null;
    toldAt?: Date;
    submissionKey: string;
  },
): Promise<FeeDone> {
  return inOneTurn(world, async (tx, now) => {
    if (!mayAct(actor, 'ownRequests.file') || !actor.patientId) throw new Refused('notYours');
    const row = await lockedRow(tx, requestId);
    const group = await recordGroup(tx, actor.patientId);
    if (!group.includes(row.patientId)) throw new Refused('notFound');
    if (actor.onBehalfOf?.scope === 'file' && row.filedById !== actor.id) throw new Refused('notFound');
    if (!(await stillActs(tx, actor, now))) throw new Refused('notYours');
    if (!row.feeNotice || row.feeNotice.choice === 'takenBack') throw new Refused('noFee');
    if (row.feeNotice.choice) throw new Refused('chosenAlready');
    if (toldAt && toldAt.getTime() !== row.feeNotice.toldAt.getTime()) throw new Refused('costChanged');
    const change = choice === 'change' ? narrow(row, { time, text }) : null;
    if (change && !change.ok) throw new Refused(change.refusal);
    await keepFeeChoice(tx, { requestId, patientId: row.patientId, actor, choice, now });
    if (change?.time) await keepNarrowed(tx, { requestId, row, time: change.time, actor, now });
    if (change && text.trim() !== '')
      await writeWithin(tx, world, { requestId, actor, text, documents: [], submissionKey }, now);
    else if (change)
      for (const userId of await whoWorksOn(tx, row.assigneeId))
        await oweNotice(tx, { kind: 'patientReplied', userId, requestId, now });
    if (choice === 'stop') {
      const taken = { name: 'withdraw' as const, expectedVersion: row.version };
      const moved = await moveWithin(tx, world, requestId, taken, actor);
      if (!moved.ok) throw new Refused(moved.refusal);
    }
  });
}

/** Writes down what was chosen. The request's row is held, and the choice was open. @param chosen.word how it came, where staff entered it */
export async function keepFeeChoice(
  tx: Tx,
  {
    requestId,
    patientId,
    actor,
    choice,
    now,
    word = {},
  }: {
    requestId: string;
    patientId: string;
    actor: Person;
    choice: FeeChoice;
    now: Date;
    word?: { channel?: string; receivedOn?: string };
  },
): Promise<void> {
  await tx.feeNotice.update({
    where: { requestId },
    data: { choice, chosenAt: now, chosenById: actor.id },
    select: { requestId: true },
  });
  await appendEvent(tx, {
    type: 'request.feeChosen',
    actor,
    at: now,
    subject: { kind: 'request', id: requestId },
    patientId,
    requestId,
    after: { choice, ...word },
    visibleToPatient: true,
  });
}

/**
 * Takes back a cost: the answer may go out, and nothing is charged. The clock did not stop for the cost, so this is what is left when a
 * patient never answers.
 */
export function takeFeeBack(
  world: World,
  { requestId, actor }: { requestId: string; actor: Person },
): Promise<FeeDone> {
  return inOneTurn(world, async (tx, now) => {
    if (!can(actor.role, 'requests.process')) throw new Refused('notYours');
    const row = await lockedRow(tx, requestId);
    if (!row.feeNotice) throw new Refused('noFee');
    if (!mayTakeFeeBack(row.kind, row.feeNotice.choice)) throw new Refused('chosenByPatient');
    await tx.feeNotice.update({
      where: { requestId },
      data: { choice: 'takenBack', chosenAt: now, chosenById: actor.id },
      select: { requestId: true },
    });
    await appendEvent(tx, {
      type: 'request.feeTakenBack',
      actor,
      at: now,
      subject: { kind: 'request', id: requestId },
      patientId: row.patientId,
      requestId,
      visibleToPatient: true,
    });
  });
}

export interface ToldFee {
  amountCents: number;
  currency: string;
  ground: FeeGround | null;
  basis: string;
  toldAt: Date;
  /** `takenBack`: the facility asks for nothing after all. */
  choice: FeeChoice | 'takenBack' | null;
  chosenAt: Date | null;
}

/** What a patient was told of the cost, and what they chose; null where nothing was said. */
export async function readFee(
  { db, keys }: Pick<World, 'db' | 'keys'>,
  requestId: string,
): Promise<ToldFee | null> {
  const row = await db.feeNotice.findUnique({
    where: { requestId },
    select: {
      amountCents: true,
      currency: true,
      ground: true,
      basisSealed: true,
      toldAt: true,
      choice: true,
      chosenAt: true,
    },
  });
  if (!row) return null;
  const { basisSealed, ...fee } = row;
  return { ...fee, basis: open(keys, basisSealed, boundTo('fee_notice', requestId)).toString('utf8') };
}
