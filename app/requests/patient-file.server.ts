import { z } from 'zod';
import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { World } from '#app/db/world.ts';
import { readAnswer, type ReadAnswer } from './answer.server.ts';
import { attachmentsOf, type AttachmentFacts } from './attachments.server.ts';
import { readFee, type ToldFee } from './fees.server.ts';
import type { FollowsAs } from './follows.ts';
import { dateText } from './kept-clock.server.ts';
import type { AnswerLetter, ExtensionLetter } from './letter.ts';
import { messagesOf, type ReadMessage } from './messages.server.ts';
import { sentLetters } from './sent-letters.server.ts';

/** Another request of the same patient that looks at this one again, or that this one looks at. */
export interface LinkedRequest {
  id: string;
  reference: string;
  as: FollowsAs;
}

/** What a request holds besides its state, as its patient may read it. */
export interface PatientFile {
  /** By the name of the field; `reason` where an answered request is to be looked at again. */
  statement: Record<string, string>;
  messages: ReadMessage[];
  files: AttachmentFacts[];
  extension: { reason: string | null; newDueOn: string | null; toldAt: Date } | null;
  answer: ReadAnswer | null;
  fee: ToldFee | null;
  /** As they were sent; null where nothing was, or before what was sent was kept. */
  letters: { answer: AnswerLetter | null; extension: ExtensionLetter | null };
  follows: LinkedRequest | null;
  /** `over`: it was taken back, or ended otherwise without an answer. */
  followedBy: (LinkedRequest & { over: boolean })[];
}

/**
 * Everything of a request that its patient may read.
 * @param reader.sees false: a representative who may file but not see. They have what they wrote themselves, and no answer.
 */
export async function patientFile(
  world: World,
  requestId: string,
  reader: { id: string; sees: boolean },
): Promise<PatientFile> {
  const { sees } = reader;
  const [row, messages, files, answer, fee, letters] = await Promise.all([
    linksOf(world, requestId),
    messagesOf(world, requestId, 'patient'),
    attachmentsOf(world.db, requestId, 'patient'),
    sees ? readAnswer(world, requestId, 'sent') : null,
    readFee(world, requestId),
    sentLetters(world, requestId),
  ]);
  const { follows, followsAs, followedBy, statementSealed, clockEvents } = row;
  const extended = clockEvents[0];
  return {
    statement: statementSealed
      ? statementOf(open(world.keys, statementSealed, boundTo('privacy_request', requestId)))
      : {},
    messages: messages.filter(({ author }) => sees || author.id === reader.id),
    files: sees ? files : [],
    extension: extended
      ? {
          reason:
            extended.reasonSealed &&
            open(world.keys, extended.reasonSealed, boundTo('request_clock_event', extended.id)).toString(
              'utf8',
            ),
          newDueOn: extended.newDueOn && dateText(extended.newDueOn),
          toldAt: extended.at,
        }
      : null,
    answer,
    fee,
    letters: sees ? letters : { ...letters, answer: null },
    follows: follows && followsAs ? { ...follows, as: followsAs } : null,
    followedBy: followedBy.flatMap(({ followsAs: as, status, ...one }) =>
      as ? [{ ...one, as, over: status === 'closed' }] : [],
    ),
  };
}

function linksOf({ db }: World, id: string) {
  return db.privacyRequest.findUniqueOrThrow({
    where: { id },
    select: {
      statementSealed: true,
      followsAs: true,
      follows: { select: { id: true, reference: true } },
      followedBy: {
        orderBy: { receivedAt: 'asc' },
        select: { id: true, reference: true, followsAs: true, status: true },
      },
      clockEvents: {
        where: { type: { in: ['extensionNoticeSent', 'extensionNoticeWritten'] } },
        // Of one that was posted, when that was.
        orderBy: { at: 'desc' },
        take: 1,
        select: { id: true, at: true, newDueOn: true, reasonSealed: true },
      },
    },
  });
}

const statementFields = z.record(z.string(), z.string());

function statementOf(bytes: Uint8Array): PatientFile['statement'] {
  return statementFields.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}
