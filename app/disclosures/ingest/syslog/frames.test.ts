import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDeframer, type Taken } from './frames.ts';

const most = 1_048_576;
const text = new TextEncoder();
const sample = (name: string) => readFileSync(`tests/fixtures/syslog/syslog-${name}.bin`);

function framed(messages: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(messages.flatMap((one) => [text.encode(`${one.length} `), one]));
}

function takeAll(bytes: Uint8Array, cuts: readonly number[] = []): Taken & { held: number } {
  const deframer = openDeframer(most);
  const frames: Uint8Array[] = [];
  let last: Taken = { frames };
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    const taken = deframer.take(bytes.subarray(from, to));
    frames.push(...taken.frames);
    if (taken.fault) last = taken;
    from = to;
  }
  return { ...last, frames, held: deframer.held };
}

describe('openDeframer', () => {
  it('finds the same messages wherever the stream is cut', () => {
    const message = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.nat(3_000), { maxLength: 20 }),
        (messages, cuts) => {
          const { frames, fault, held } = takeAll(framed(messages), cuts);
          expect(frames.map((one) => Buffer.from(one))).toEqual(messages.map((one) => Buffer.from(one)));
          expect({ fault, held }).toEqual({ fault: undefined, held: 0 });
        },
      ),
    );
  });

  it('never throws and never holds more than came, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(400)), (bytes, cuts) => {
        expect(takeAll(bytes, cuts).held).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it('counts octets, not characters', () => {
    const message = text.encode('<85>1 - - - - - - Señorita Ñandú 😀');
    expect(takeAll(framed([message])).frames[0]).toEqual(message);
  });

  it.each([
    ['01-octet-counted-bom', 1, undefined],
    ['02-octet-counted-three-frames', 3, undefined],
    ['05-lf-terminated-rfc6587', 0, 'noLength'],
    ['h1-length-too-long', 0, undefined],
    ['h2-length-too-short', 1, 'noLength'],
    ['h3-length-huge', 0, 'tooLarge'],
    ['h4-length-not-a-number', 0, 'noLength'],
  ] as const)('%s: %i messages, %s', (name, count, fault) => {
    const bytes = sample(name);
    for (const cuts of [[], bytes.map((_, at) => at)].map((list) => [...list])) {
      const taken = takeAll(bytes, cuts);
      expect(taken.frames).toHaveLength(count);
      expect(taken.fault).toBe(fault);
    }
  });

  it.each(['0 a', '012 a', '-5 a', ' 5 a', '5a', '+5 a'])('takes %j for no length', (bytes) => {
    expect(takeAll(text.encode(bytes)).fault).toBe('noLength');
  });

  it('takes nothing after a fault', () => {
    const deframer = openDeframer(10);
    expect(deframer.take(text.encode('11 ')).fault).toBe('tooLarge');
    expect(deframer.take(text.encode('3 abc'))).toEqual({ frames: [] });
  });
});
