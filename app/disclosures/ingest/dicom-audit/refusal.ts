/** Why bytes could not be read as an audit message at all. The set is closed: a door switches over it exhaustively. */
export const refusalCodes = [
  'empty',
  'tooLarge',
  'encodingNotAllowed',
  'bytesDoNotFitEncoding',
  'notWellFormed',
  'doctypeNotAllowed',
  'wrongRoot',
  'wrongNamespace',
  'tooDeep',
  'tooManyAttributes',
  'valueTooLong',
  'tooManyParticipants',
  'tooManyInstances',
  'missingElement',
  'repeatedElement',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** Why a line of a file, or a resource, could not be read at all. */
export const furtherRefusalCodes = [
  'unknownColumns',
  'missingColumns',
  'repeatedColumns',
  'tooManyLines',
  'lineTooLong',
  'wrongColumnCount',
  'unterminatedQuote',
  'badQuoting',
  'notJson',
  'wrongResource',
  'tooManyEntries',
  'syslogFrame',
  'syslogHeader',
] as const;

export interface Refusal extends Omit<AuditMessageRefusal, 'code'> {
  code: RefusalCode | (typeof furtherRefusalCodes)[number];
}

/**
 * What every reader of this room answers when it refuses. `detail` is a technical note for the sender's operator
 * (positions, element names of the standard, encoding names): it never repeats a value of the message, so it may be
 * logged and sent back. `limit` is the bound that was passed, in the unit that `detail` names.
 */
export interface AuditMessageRefusal {
  code: RefusalCode;
  detail: string;
  limit?: number;
}

/**
 * Bounds on one message. DTD-free XML can still be made to cost memory and time; each bound is far above what
 * senders in the field write.
 */
export const limits = {
  /** The whole message, bytes as received. */
  messageBytes: 1_048_576,
  /** Open elements, the root counting as 1. */
  depth: 32,
  attributesPerElement: 256,
  /** One attribute value, or the text of an element that is kept, as UTF-8 bytes. */
  valueBytes: 4_096,
  /** The text of an element that is not kept (a base64 query, an outcome description), as UTF-8 bytes. */
  unreadTextBytes: 65_536,
  /** `ActiveParticipant` elements; `ParticipantObjectIdentification` elements have the same bound of their own. */
  participants: 1_000,
  instances: 10_000,
} as const;
