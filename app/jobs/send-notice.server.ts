import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { composeNotice, owedLetter, type OwedLetter } from '#app/mail/compose-notice.server.ts';
import { giveUp, mostTries } from '#app/mail/dead-letters.server.ts';
import { failureOf, type OwnFailure } from '#app/mail/failure.ts';
import type { Mailer } from '#app/mail/mailer.server.ts';
import { isNoticeKind, notices } from '#app/notices/notices.ts';
import { askedByMail } from '#app/optouts/ask-again.server.ts';
import { goOtherWay } from '#app/optouts/vendor-notices/deliveries.server.ts';
import { letterOfNoticeSent, whyLetterStays } from '#app/optouts/vendor-notices/letters.server.ts';

export type MailingWorld = World & { mailer: Mailer };

/** What the queue keeps and logs of a try that failed: without the address that a server's words may hold. */
class NotTaken extends Error {
  override name = 'NotTaken';
}

// app/people/mail-proofs.server.ts: a code works for half an hour, so that mailing it later helps nobody.
const codeLife = 30 * 60_000;

/**
 * Sends one notice, at least once: a crash between the hand-over and the mark makes it go out again, under the same Message-ID. Each try
 * is counted before it begins, so that a letter at which the process dies is given up like one that is refused. A notice that is sent or
 * given up is left alone. Somebody whose account was shut is told what changes in it, and nothing else. A company's notice
 * goes to no address that was replaced meanwhile, and nowhere once it is closed.
 * @throws when the mail was not taken and is to be tried again: the queue waits, longer each time
 */
export async function sendNotice(world: MailingWorld, { noticeId }: { noticeId: string }): Promise<void> {
  const { count } = await world.db.notice.updateMany({
    where: { id: noticeId, sentAt: null, deadAt: null },
    data: { tries: { increment: 1 }, triedAt: world.clock() },
  });
  if (count === 0) return;
  const letter = await owedLetter(world.db, noticeId);
  const pointless = whyNotSend(letter, world.clock());
  if (pointless) return stopTrying(world, letter, pointless);
  const stays = letter.kind === 'vendorNotice' ? await whyLetterStays(world, noticeId) : null;
  if (stays) return stopTrying(world, letter, stays);

  let secrets: string[] = [];
  try {
    const composed = await composeNotice(world, letter);
    secrets = composed.secrets;
    await world.mailer.send(composed.message);
  } catch (error) {
    const { said, permanent } = failureOf(error, secrets);
    if (permanent || letter.tries >= mostTries) return stopTrying(world, letter, said);
    await world.db.notice.updateMany({
      where: { id: noticeId, sentAt: null, deadAt: null },
      data: { failure: said },
    });
    throw said === ('notWritten' satisfies OwnFailure) ? error : new NotTaken(said);
  }
  await markSent(world, letter);
}

function whyNotSend({ kind, user, owedAt }: OwedLetter, now: Date): OwnFailure | null {
  const letter = isNoticeKind(kind) ? notices[kind].letter : null;
  if (user?.disabledAt && letter !== 'account') return 'accountShut';
  if (letter === 'code' && now.getTime() - owedAt.getTime() > codeLife) return 'codeOver';
  return null;
}

const patientOf = ({ request, user }: OwedLetter) => request?.patientId ?? user?.patientId ?? null;

function stopTrying(world: World, letter: OwedLetter, failure: string): Promise<void> {
  return inTransaction(world.db, async (tx) => {
    const now = world.clock();
    const gaveUp = await giveUp(tx, { ...letter, patientId: patientOf(letter) }, { failure, now });
    if (gaveUp && failure === ('channelEnded' satisfies OwnFailure))
      await goOtherWay(tx, world, { letterId: letter.id, now });
  });
}

async function markSent(world: World, letter: OwedLetter): Promise<void> {
  const { id, kind, requestId, user, request } = letter;
  const patientId = patientOf(letter);
  const isWork = isNoticeKind(kind) && notices[kind].letter === 'work';
  await inTransaction(world.db, async (tx) => {
    const sentAt = world.clock();
    const { count } = await tx.notice.updateMany({
      where: { id, sentAt: null },
      // What it said beside its words is not kept longer than it is needed.
      data: { sentAt, deadAt: null, failure: null, detailsSealed: null },
    });
    if (count === 0) return;
    if (kind === 'vendorNotice') await letterOfNoticeSent(tx, id, sentAt);
    if (kind === 'choiceEnds' && requestId && user)
      await askedByMail(tx, { requestId, userId: user.id, sentAt });
    await appendEvent(tx, {
      type: 'notice.sent',
      actor: plainview,
      at: sentAt,
      subject: { kind: 'notice', id },
      ...(patientId ? { patientId } : {}),
      ...(requestId ? { requestId } : {}),
      after: { kind },
      visibleToPatient: !isWork && (request !== null || user?.role === 'patient'),
    });
  });
}
