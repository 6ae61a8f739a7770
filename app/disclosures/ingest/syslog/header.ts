/** The header of a syslog message (RFC 5424, section 6); what is NILVALUE there is null here. */
export interface SyslogHeader {
  /** Facility × 8 + severity. IHE ATNA senders write 85 or 84; any is taken. */
  priority: number;
  timestamp: string | null;
  host: string | null;
  appName: string | null;
  processId: string | null;
  messageId: string | null;
  /** Of each element its id and its parameters; a name may stand more than once. */
  structuredData: { id: string; parameters: [name: string, value: string][] }[];
}

export type HeaderFault = 'noPriority' | 'notVersion1' | 'badField' | 'badStructuredData' | 'headerTooLong';

export type SyslogReading =
  | { ok: true; header: SyslogHeader; /** Without the byte order mark. */ message: Uint8Array }
  | { ok: false; fault: HeaderFault };

/** Octets that a header may have, structured data included: those of real senders have a few hundred. */
const mostHeaderBytes = 16_384;

/** Octets of HOSTNAME, APP-NAME, PROCID and MSGID (RFC 5424, section 6); and of TIMESTAMP, whose longest form has 32. */
const fieldLengths = { timestamp: 64, host: 255, appName: 48, processId: 128, messageId: 32 } as const;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const [space, quote, backslash, open, close, equals, dash] = [0x20, 0x22, 0x5c, 0x5b, 0x5d, 0x3d, 0x2d];
const byteOrderMark = [0xef, 0xbb, 0xbf];

class Fault extends Error {
  constructor(readonly fault: HeaderFault) {
    super(fault);
  }
}

/** Reads one message. Never throws; works in octets, so that a length is never one of characters. */
export function readSyslog(bytes: Uint8Array): SyslogReading {
  try {
    return readMessage(bytes);
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.fault };
    throw error;
  }
}

function readMessage(bytes: Uint8Array): SyslogReading {
  const head = bytes.subarray(0, mostHeaderBytes);
  const isCut = head.length < bytes.length;
  const start = /^<(0|[1-9]\d{0,2})>/.exec(utf8.decode(head.subarray(0, 5)));
  const priority = Number(start?.[1] ?? Number.NaN);
  if (!start || priority > 191) throw new Fault('noPriority');
  let at = start[0].length;
  if (utf8.decode(head.subarray(at, at + 2)) !== '1 ') throw new Fault('notVersion1');
  at += 2;

  const field = (most: number): string | null => {
    const end = head.indexOf(space, at);
    if (end < 0) throw new Fault(isCut ? 'headerTooLong' : 'badField');
    const part = head.subarray(at, end);
    if (part.length === 0 || part.length > most || part.some((byte) => byte < 0x21 || byte > 0x7e))
      throw new Fault('badField');
    at = end + 1;
    return part.length === 1 && part[0] === dash ? null : utf8.decode(part);
  };
  const header: SyslogHeader = {
    priority,
    timestamp: field(fieldLengths.timestamp),
    host: field(fieldLengths.host),
    appName: field(fieldLengths.appName),
    processId: field(fieldLengths.processId),
    messageId: field(fieldLengths.messageId),
    structuredData: [],
  };
  const data = readStructuredData(head, at, isCut);
  header.structuredData = data.elements;
  at = data.end;
  if (at < bytes.length) {
    if (bytes[at] !== space) throw new Fault('badStructuredData');
    at += 1;
  }
  const message = bytes.subarray(at);
  const isMarked = byteOrderMark.every((byte, index) => message[index] === byte);
  return { ok: true, header, message: isMarked ? message.subarray(byteOrderMark.length) : message };
}

function readStructuredData(
  head: Uint8Array,
  from: number,
  isCut: boolean,
): { elements: SyslogHeader['structuredData']; end: number } {
  const elements: SyslogHeader['structuredData'] = [];
  let at = from;
  const bad = () => new Fault(isCut && at >= head.length ? 'headerTooLong' : 'badStructuredData');
  // SD-NAME: 1 to 32 printable octets of ASCII without `=`, space, `]` and `"`.
  const name = (): string => {
    const start = at;
    while (at < head.length && isOfName(head[at]!)) at += 1;
    if (at === start || at - start > 32 || at >= head.length) throw bad();
    return utf8.decode(head.subarray(start, at));
  };
  const value = (): string => {
    const octets: number[] = [];
    for (; at < head.length; at += 1) {
      const byte = head[at]!;
      if (byte === quote) return utf8.decode(Uint8Array.from(octets));
      if (byte === close) throw bad();
      // A backslash before any other octet stands for itself.
      const next = head[at + 1];
      if (byte === backslash && (next === quote || next === backslash || next === close)) {
        octets.push(next);
        at += 1;
      } else octets.push(byte);
    }
    throw bad();
  };
  if (head[at] === dash) return { elements, end: at + 1 };
  while (head[at] === open) {
    at += 1;
    const element: SyslogHeader['structuredData'][number] = { id: name(), parameters: [] };
    while (head[at] === space) {
      at += 1;
      const parameter = name();
      if (head[at] !== equals || head[at + 1] !== quote) throw bad();
      at += 2;
      element.parameters.push([parameter, value()]);
      at += 1;
    }
    if (head[at] !== close) throw bad();
    at += 1;
    elements.push(element);
  }
  if (elements.length === 0) throw bad();
  return { elements, end: at };
}

function isOfName(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f && byte !== equals && byte !== close && byte !== quote;
}

/** What the sender counts its messages by (RFC 5424, section 7.3.1); null where it does not. */
export function sequenceIdOf({ structuredData }: SyslogHeader): number | null {
  const meta = structuredData.find(({ id }) => id === 'meta');
  const text = meta?.parameters.find(([name]) => name === 'sequenceId')?.[1];
  const id = text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null;
  return id !== null && id <= 2_147_483_647 ? id : null;
}
