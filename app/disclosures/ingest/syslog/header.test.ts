import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSyslog, sequenceIdOf, type SyslogReading } from './header.ts';

const text = new TextEncoder();
const read = (line: string) => readSyslog(text.encode(line));
const head = '<85>1 2026-03-02T14:05:09.123-05:00 archive.riverbend.example dcm4chee 77 IHE+RFC-3881';

function taken(reading: SyslogReading) {
  if (!reading.ok) throw new Error(reading.fault);
  return { ...reading, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(reading.message) };
}

const anyText = fc.string({
  unit: fc.constantFrom('"', '\\', ']', '[', ' ', 'a', 'ñ', '😀', '\u0000', '\n'),
});
const escaped = (value: string) => value.replace(/["\\\]]/g, (character) => `\\${character}`);

describe('readSyslog', () => {
  it('reads every field', () => {
    expect(taken(read(`${head} - <AuditMessage/>`))).toMatchObject({
      header: {
        priority: 85,
        timestamp: '2026-03-02T14:05:09.123-05:00',
        host: 'archive.riverbend.example',
        appName: 'dcm4chee',
        processId: '77',
        messageId: 'IHE+RFC-3881',
        structuredData: [],
      },
      text: '<AuditMessage/>',
    });
  });

  it('takes the byte order mark off, and nothing else', () => {
    expect(taken(read(`<84>1 - - - - - - \ufeff<AuditMessage/> \n`)).text).toBe('<AuditMessage/> \n');
  });

  it('reads structured data with escapes, and a name that stands twice', () => {
    const { header, text: message } = taken(
      read(
        `${head} [meta sequenceId="7" ip="10.0.0.1" ip="10.0.0.2"][x@32473 say="a \\"b\\" \\\\ \\] \\n ]`.slice(
          0,
          -2,
        ) + `"] m`,
      ),
    );
    expect(header.structuredData).toEqual([
      {
        id: 'meta',
        parameters: [
          ['sequenceId', '7'],
          ['ip', '10.0.0.1'],
          ['ip', '10.0.0.2'],
        ],
      },
      { id: 'x@32473', parameters: [['say', 'a "b" \\ ] \\n']] },
    ]);
    expect(message).toBe('m');
    expect(sequenceIdOf(header)).toBe(7);
  });

  it('gives back any value that was escaped', () => {
    fc.assert(
      fc.property(anyText, anyText, (value, message) => {
        // The mark would be taken off the message.
        fc.pre(!message.startsWith('\ufeff'));
        const reading = taken(read(`<85>1 - - - - - [a b="${escaped(value)}"] ${message}`));
        expect(reading.header.structuredData[0]?.parameters[0]?.[1]).toBe(value);
        expect(reading.text).toBe(message);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readSyslog(bytes)));
    fc.assert(fc.property(fc.string(), (rest) => void read(`<85>1 - - - - - ${rest}`)));
  });

  it.each([
    ['<85>1 - - - - - -', ''],
    ['<0>1 - - - - - [a]', ''],
    ['<191>1 - - - - - [a][b c=""] x', 'x'],
  ])('takes %j', (line, message) => {
    expect(taken(read(line)).text).toBe(message);
  });

  it.each([
    ['', 'noPriority'],
    ['<192>1 - - - - - -', 'noPriority'],
    ['<085>1 - - - - - -', 'noPriority'],
    ['<85>2 - - - - - -', 'notVersion1'],
    ['<85>Mar  2 14:05:09 archive dcm4chee: <AuditMessage/>', 'notVersion1'],
    ['<85>1 - - - -', 'badField'],
    [`<85>1 - ${'h'.repeat(256)} - - - - x`, 'badField'],
    ['<85>1  - - - - - -', 'badField'],
    ['<85>1 - - - - - x', 'badStructuredData'],
    ['<85>1 - - - - - [a b="c]"] x', 'badStructuredData'],
    ['<85>1 - - - - - [a b="c"', 'badStructuredData'],
    ['<85>1 - - - - - []', 'badStructuredData'],
    ['<85>1 - - - - - -x', 'badStructuredData'],
    [`<85>1 - - - - - [a b="${'c'.repeat(20_000)}"] x`, 'headerTooLong'],
  ])('refuses %j', (line, fault) => {
    expect(read(line)).toEqual({ ok: false, fault });
  });

  it('reads the samples as their README says', () => {
    const sample = (name: string) => readSyslog(readFileSync(`tests/fixtures/syslog/syslog-${name}.bin`));
    expect(taken(sample('04-udp-datagram')).text).toMatch(/^<\?xml|^<AuditMessage/);
    expect(sample('h5-bsd-rfc3164')).toMatchObject({ ok: false });
  });
});

describe('sequenceIdOf', () => {
  it.each([
    ['[meta sequenceId="2147483647"]', 2_147_483_647],
    ['[meta sequenceId="2147483648"]', null],
    ['[meta sequenceId="0"]', null],
    ['[meta sequenceId="1e3"]', null],
    ['[other sequenceId="3"]', null],
    ['-', null],
  ])('%s is %s', (data, id) => {
    expect(sequenceIdOf(taken(read(`<85>1 - - - - - ${data} x`)).header)).toBe(id);
  });
});
