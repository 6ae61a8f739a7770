import { answerCheck, RecipientNotTheirs } from '#app/optouts/checks.server.ts';
import { studyCheckCall, studyPath, studyQuery } from './calls/checks.ts';
import type { DoorArgs } from './context.ts';
import { machineDoor, ProblemAnswer, readQuery } from './machine.server.ts';

/** How a number or issuer that the images do not carry is kept. It is nobody's, whoever may have it. */
const emptyPart = '(empty)';

/**
 * One study, answered in one word. The word "permit" stands in no other answer of this door: whoever asks may look for it anywhere.
 * @param addressKey the key, where it stands in the address
 */
export function studyCheck(
  args: DoorArgs,
  studyUid: string | undefined,
  addressKey?: string,
): Promise<Response> {
  return machineDoor(
    args,
    studyCheckCall,
    async ({ world, client, request, refuse }) => {
      const path = studyPath.safeParse({ studyUid });
      if (!path.success)
        throw new ProblemAnswer('bad-request', { detail: 'The study is digits and dots, 64 at most.' });
      const { purpose, recipient, patientId, issuer } = readQuery(request, studyQuery);
      try {
        const { results, receiptId, checkedAt, validUntil } = await answerCheck(world, client, {
          purpose,
          recipient,
          identifiable: true,
          at: null,
          items: [
            {
              patientId: patientId || emptyPart,
              issuer: issuer || emptyPart,
              studyUid: path.data.studyUid,
            },
          ],
        });
        const isOfNobody = patientId === '' || issuer === '';
        const result = isOfNobody ? ({ decision: 'deny', reason: 'patientUnknown' } as const) : results[0];
        const seconds = Math.floor((Date.parse(validUntil) - Date.parse(checkedAt)) / 1_000);
        return new Response(wordOf(result), {
          headers: {
            'Content-Type': 'text/plain; charset=utf-8',
            'Plainview-Receipt': receiptId,
            'Plainview-Valid-Seconds': `${seconds}`,
          },
        });
      } catch (error) {
        if (!(error instanceof RecipientNotTheirs)) throw error;
        return refuse('recipient-not-yours', {
          detail: 'Name your own company, or one of its endpoints, as the recipient.',
        });
      }
    },
    addressKey,
  );
}

function wordOf(result: { decision: 'permit' | 'deny'; reason: string } | undefined): string {
  if (result?.decision === 'permit') return 'permit\n';
  const reason = result?.reason ?? '';
  return /permit/i.test(reason) || !reason ? 'deny decided\n' : `deny ${reason}\n`;
}
