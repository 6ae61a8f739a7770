/** Why a stream cannot be read on: what follows has no known beginning. */
export type FrameFault = 'noLength' | 'tooLarge';

export interface Taken {
  /** Whole messages, in their order. */
  frames: Uint8Array[];
  /** Set once; nothing is taken after it. */
  fault?: FrameFault;
  /** With a fault: the bytes it stands at, as far as they were there. */
  at?: Uint8Array;
}

export interface Deframer {
  take(chunk: Uint8Array): Taken;
  /** Bytes of a message whose end has not come. */
  readonly held: number;
}

const zero = 0x30;
const nine = 0x39;
const space = 0x20;

/**
 * Cuts a stream into messages by RFC 5425: `MSG-LEN SP SYSLOG-MSG`, where MSG-LEN is NONZERO-DIGIT *DIGIT and counts octets. Nothing is
 * set aside for a length that was only announced.
 * @param most octets that a message may have
 */
export function openDeframer(most: number): Deframer {
  let length = 0;
  let body: { parts: Uint8Array[]; missing: number } | null = null;
  let broken = false;

  /** @returns how many bytes of the length were read, or that it is none */
  function readLength(bytes: Uint8Array): { read: number } | { fault: FrameFault } {
    for (let read = 0; read < bytes.length; read += 1) {
      const byte = bytes[read]!;
      if (byte === space && length > 0) {
        body = { parts: [], missing: length };
        return { read: read + 1 };
      }
      if (byte < zero || byte > nine || (byte === zero && length === 0)) return { fault: 'noLength' };
      length = length * 10 + (byte - zero);
      if (length > most) return { fault: 'tooLarge' };
    }
    return { read: bytes.length };
  }

  return {
    get held() {
      return body ? length - body.missing : 0;
    },
    take(chunk) {
      const frames: Uint8Array[] = [];
      let rest = broken ? chunk.subarray(chunk.length) : chunk;
      while (rest.length > 0) {
        if (!body) {
          const found = readLength(rest);
          if ('fault' in found) {
            broken = true;
            return { frames, fault: found.fault, at: rest };
          }
          rest = rest.subarray(found.read);
          continue;
        }
        const part = rest.subarray(0, body.missing);
        body.parts.push(part);
        body.missing -= part.length;
        // A message that comes byte by byte is not kept as a million arrays.
        if (body.parts.length > 256) body.parts = [joined(body.parts, length - body.missing)];
        rest = rest.subarray(part.length);
        if (body.missing > 0) break;
        frames.push(joined(body.parts, length));
        body = null;
        length = 0;
      }
      return { frames };
    },
  };
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
