import type { CohortOutcome } from '#app/optouts/cohort-receipts.server.ts';
import type { Rows } from '#app/optouts/cohort-deciding.server.ts';
import type { AnsweredList } from '#app/optouts/cohorts.server.ts';
import type { DoorContext } from './context.ts';

/** Names of the headers that follow an answer. */
const listTrailers = [
  'Plainview-Rows',
  'Plainview-Permitted',
  'Plainview-Denied',
  'Plainview-Answered-Sha256',
] as const;

/**
 * A list's answer as it is made. It ends as an answer ends only when the receipt says that all of it went out; else the connection breaks,
 * so that nobody takes a part for the whole.
 */
export function listAnswer(
  { passage, logError }: Pick<DoorContext, 'passage' | 'logError'>,
  { rows, receiptId, checkedAt, validUntil, outcome }: AnsweredList,
  headers: Record<string, string> = {},
): Response {
  // Also where nobody reads on: a connection that is over asks for no next piece.
  passage.whenLost(() => void rows.return().catch(logError));
  return new Response(streamOf(rows, passage, outcome), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      Trailer: listTrailers.join(', '),
      'Plainview-Receipt': receiptId,
      'Plainview-Checked-At': checkedAt.toISOString(),
      'Plainview-Valid-Until': validUntil.toISOString(),
      ...headers,
    },
  });
}

function streamOf(
  rows: Rows,
  { whenDrained, addTrailers }: DoorContext['passage'],
  outcome: () => CohortOutcome,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          await whenDrained();
          const { done, value } = await rows.next();
          if (!done) return controller.enqueue(value);
          addTrailers(trailersOf(outcome()));
          controller.close();
        } catch (error) {
          await rows.return();
          controller.error(error);
        }
      },
      cancel: () => rows.return(),
    },
    { highWaterMark: 0 },
  );
}

function trailersOf({ rows, permitted, denied, answeredSha256 }: CohortOutcome): Record<string, string> {
  const reasons = Object.entries(denied).map(([reason, count]) => `${reason}=${count}`);
  return {
    'Plainview-Rows': `${rows}`,
    'Plainview-Permitted': `${permitted}`,
    'Plainview-Denied': reasons.join(', ') || 'none',
    'Plainview-Answered-Sha256': answeredSha256 ?? '',
  };
}

/** A body as the pieces in which it comes. */
export async function* piecesOf(request: Request): AsyncGenerator<Uint8Array, void> {
  const reader = request.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) return;
    yield next.value;
  }
}
