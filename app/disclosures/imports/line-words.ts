import type { MessageId, Words } from '#app/words/words.ts';
import { heldInWords } from '../held-words.ts';
import type { Refusal } from '../ingest/dicom-audit/refusal.ts';
import type { IngestState } from '../ingest/delivery.ts';

/** Why a line of a file could not be read. */
const refused: Partial<Record<Refusal['code'], MessageId>> = {
  lineTooLong: 'imports.refused.lineTooLong',
  wrongColumnCount: 'imports.refused.wrongColumnCount',
  unterminatedQuote: 'imports.refused.unterminatedQuote',
  badQuoting: 'imports.refused.badQuoting',
  valueTooLong: 'imports.refused.valueTooLong',
  bytesDoNotFitEncoding: 'imports.refused.bytesDoNotFitEncoding',
};

/** Why a line is no entry of the record yet, in words; empty where it is one. */
export function whyInWords(words: Words, state: IngestState, reason: string | null): string {
  switch (state) {
    case 'accepted':
    case 'duplicate':
      return '';
    case 'unmapped':
    case 'quarantined':
      return heldInWords(words, reason ?? '');
    case 'rejected':
      return words(refused[reason as Refusal['code']] ?? 'imports.refused.other');
    case 'ignored':
      return words(
        reason === 'internalDestination' ? 'imports.ignored.internalDestination' : 'imports.ignored.other',
      );
  }
}
