import type { MessageId, Words } from '#app/words/words.ts';
import type { Refusal } from './ingest/dicom-audit/refusal.ts';

/** A refusal that is new does not compile until it has words here. */
const refused: Record<Refusal['code'], MessageId> = {
  empty: 'matching.refused.why.empty',
  tooLarge: 'matching.refused.why.tooLarge',
  encodingNotAllowed: 'matching.refused.why.encodingNotAllowed',
  bytesDoNotFitEncoding: 'matching.refused.why.bytesDoNotFitEncoding',
  notWellFormed: 'matching.refused.why.notWellFormed',
  doctypeNotAllowed: 'matching.refused.why.doctypeNotAllowed',
  wrongRoot: 'matching.refused.why.wrongRoot',
  wrongNamespace: 'matching.refused.why.wrongNamespace',
  tooDeep: 'matching.refused.why.tooDeep',
  tooManyAttributes: 'matching.refused.why.tooManyAttributes',
  valueTooLong: 'matching.refused.why.valueTooLong',
  tooManyParticipants: 'matching.refused.why.tooManyParticipants',
  tooManyInstances: 'matching.refused.why.tooManyInstances',
  missingElement: 'matching.refused.why.missingElement',
  repeatedElement: 'matching.refused.why.repeatedElement',
  unknownColumns: 'matching.refused.why.unknownColumns',
  missingColumns: 'matching.refused.why.missingColumns',
  repeatedColumns: 'matching.refused.why.repeatedColumns',
  tooManyLines: 'matching.refused.why.tooManyLines',
  lineTooLong: 'matching.refused.why.lineTooLong',
  wrongColumnCount: 'matching.refused.why.wrongColumnCount',
  unterminatedQuote: 'matching.refused.why.unterminatedQuote',
  badQuoting: 'matching.refused.why.badQuoting',
  notJson: 'matching.refused.why.notJson',
  wrongResource: 'matching.refused.why.wrongResource',
  tooManyEntries: 'matching.refused.why.tooManyEntries',
  syslogFrame: 'matching.refused.why.syslogFrame',
  syslogHeader: 'matching.refused.why.syslogHeader',
};

/** Why bytes could not be read as a report, in words; as it is kept where a later release wrote a code that this one does not know. */
export function refusalInWords(words: Words, reason: string): string {
  return Object.hasOwn(refused, reason) ? words(refused[reason as Refusal['code']]) : reason;
}
