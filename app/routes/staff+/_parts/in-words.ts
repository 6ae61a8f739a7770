import type { RequestKind } from '#app/requests/kinds/registry.ts';
import { resolutionWords } from '#app/requests/letters.ts';
import type { RequestResolution, RequestStatus } from '#app/requests/moves.ts';
import type { Words } from '#app/words/words.ts';

export type Turn = 'ours' | 'patient' | 'nobody';

interface Standing {
  status: RequestStatus;
  /** The patient has to choose about a cost first. */
  feeWaits: boolean;
}

/** Whose turn it is to do something. */
export function turnOf({ status, feeWaits }: Standing): Turn {
  if (feeWaits) return 'patient';
  switch (status) {
    case 'draft':
    case 'identityCheck':
    case 'waitingOnPatient':
      return 'patient';
    case 'responded':
    case 'closed':
      return 'nobody';
    default:
      return 'ours';
  }
}

const turns = {
  ours: 'staff.turn.ours',
  patient: 'staff.turn.patient',
  nobody: 'staff.turn.nobody',
} as const;

export function turnInWords(words: Words, standing: Standing): string {
  return words(turns[turnOf(standing)]);
}

/** A request's status as staff read it, with how it ended. */
export function statusInWords(
  words: Words,
  {
    kind,
    status,
    resolution,
  }: { kind: RequestKind | null; status: RequestStatus; resolution: RequestResolution | null },
): string {
  const said = words(
    status === 'waitingOnPatient' ? 'staff.status.waitingOnPatient' : `requests.status.${status}`,
  );
  return resolution
    ? words('staff.status.ended', { status: said, resolution: words(resolutionWords(kind, resolution)) })
    : said;
}
