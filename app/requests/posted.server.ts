import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { audienceOf } from '#app/people/acting-for.server.ts';
import { can } from '#app/people/can.ts';
import { askByPost, askingToPost } from './asking-by-post.server.ts';
import { cameAt, cameGap } from './came.ts';
import { extendByPost, extensionToPost } from './extension-by-post.server.ts';

/** What tells a patient something that the law or their answer waits for. */
const tells = [
  'request.acknowledged',
  'request.identityAsked',
  'request.moreAsked',
  'request.extended',
  'request.receivedCorrected',
  'request.feeTold',
  'request.responded',
  'request.markedDuplicate',
  'request.reopened',
] as const;

/** A clock that runs again, or from a payment: by then a last day is counted that nobody was told. */
const tellsTheLastDay = [
  { after: { path: ['countsOn'], equals: true } },
  { type: 'request.dueMoved', after: { path: ['because'], equals: 'feePaid' } },
];

interface Told {
  id: string;
  patientId: string;
  filedById: string;
}

/** What has to go by post, for nobody reads it on a page. */
export interface ToPost {
  /** When something was told last. */
  toldAt: Date;
  /** More time was taken, which counts from when it is posted. */
  extends: boolean;
  /** Something was asked: the clock of a rule that stops for it stops from when it is posted. */
  asks: boolean;
  /** A cost is told: a payment counts from when it is posted. */
  costs: boolean;
  /** The day on which a letter was posted after that, facility-local `YYYY-MM-DD`; null: none was. */
  postedOn: string | null;
}

/** Null where somebody reads on a page what is told, and while nothing was told. */
export async function toPost(db: Db | Tx, request: Told, now: Date): Promise<ToPost | null> {
  const extension = await extensionToPost(db, request.id);
  const { asks, costs } = await askingToPost(db, request.id);
  // Who has an account since then was told of it by no mail.
  if (!extension && !asks && !costs && (await audienceOf(db, { ...request, now })).length > 0) return null;
  const told = await db.auditEvent.findFirst({
    where: { requestId: request.id, OR: [{ type: { in: [...tells] } }, ...tellsTheLastDay] },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    select: { at: true },
  });
  const written = await db.requestMessage.findFirst({
    where: { requestId: request.id, audience: 'patient', byFacility: true },
    orderBy: { writtenAt: 'desc' },
    select: { writtenAt: true },
  });
  const toldAt = [told?.at, written?.writtenAt].filter((at) => at !== undefined).sort((a, b) => +b - +a)[0];
  if (!toldAt) return null;
  const posted = await db.auditEvent.findFirst({
    where: { requestId: request.id, type: 'request.letterPosted', at: { gte: toldAt } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    select: { after: true },
  });
  const { postedOn } = (posted?.after ?? {}) as { postedOn?: string };
  return { toldAt, extends: extension !== null, asks, costs, postedOn: postedOn ?? null };
}

export type PostRefusal = 'notYours' | 'notFound' | 'nothingToPost' | 'postedTooEarly' | 'postedLater';

/**
 * Records that what was told went out by post. Where the law wants the patient told that a request arrived, that day is the one on which
 * they were (DPA 2018 s.164A); an extension counts from then, if that is in time; and what stops the clock stops it from then.
 * @param postedOn a day of the request's zone, from the day on which it was told
 */
export function recordPosted(
  world: World,
  { requestId, actor, postedOn }: { requestId: string; actor: Person; postedOn: string },
): Promise<{ ok: true } | { ok: false; refusal: PostRefusal }> {
  return inTransaction(world.db, async (tx) => {
    if (!can(actor.role, 'requests.process')) return { ok: false, refusal: 'notYours' };
    await tx.$executeRaw`select 1 from privacy_request where id = ${requestId}::uuid for no key update`;
    const row = await tx.privacyRequest.findUnique({
      where: { id: requestId },
      select: {
        id: true,
        patientId: true,
        filedById: true,
        ackRuleId: true,
        acknowledgedAt: true,
        timeZone: true,
      },
    });
    if (!row) return { ok: false, refusal: 'notFound' };
    const { timeZone } = row;
    const now = world.clock();
    const owed = await toPost(tx, row, now);
    if (!owed || owed.postedOn !== null) return { ok: false, refusal: 'nothingToPost' };
    const [askedOn, today] = [localDateAt(owed.toldAt, timeZone), localDateAt(now, timeZone)];
    const gap = cameGap(postedOn, { askedOn, today });
    if (gap) return { ok: false, refusal: gap === 'cameInFuture' ? 'postedLater' : 'postedTooEarly' };
    const at = cameAt(postedOn, { askedAt: owed.toldAt, timeZone, now });
    if (row.ackRuleId !== null && row.acknowledgedAt === null)
      await tx.privacyRequest.update({
        where: { id: requestId },
        data: { acknowledgedAt: at },
        select: { id: true },
      });
    const dueOn = owed.extends ? await extendByPost(tx, world.keys, { requestId, actor, at }) : null;
    const stops = await askByPost(tx, { requestId, actor, at });
    await appendEvent(tx, {
      type: 'request.letterPosted',
      actor,
      at: now,
      subject: { kind: 'request', id: requestId },
      patientId: row.patientId,
      requestId,
      after: { postedOn, ...(dueOn ? { dueOn, extends: true } : {}), ...(stops ? { stops } : {}) },
      visibleToPatient: true,
    });
    return { ok: true };
  });
}
