import { describe, expect, it } from 'vitest';
import { matchReceiver, type Endpoint, type ReceiverKeys } from './match-endpoint.ts';

const endpoints: Endpoint[] = [
  { vendorId: 'northlight', kind: 'aeTitle', value: 'NORTHLIGHT_AI' },
  { vendorId: 'northlight', kind: 'ipCidr', value: '192.0.2.40/31' },
  { vendorId: 'northlight', kind: 'host', value: 'ingest.northlight.example' },
  { vendorId: 'kestrel', kind: 'host', value: 'stow.kestrel.example' },
  { vendorId: 'umbra', kind: 'uriPrefix', value: 'https://xds.umbra.example:8443/repo' },
  { vendorId: null, kind: 'aeTitle', value: 'WORKLIST1' },
];
const receiver = (keys: Partial<ReceiverKeys>): ReceiverKeys => ({
  aeTitles: [],
  host: null,
  ip: null,
  uri: null,
  login: null,
  ...keys,
});

describe('whose endpoint a receiver is', () => {
  it.each<[Partial<ReceiverKeys>, string]>([
    [{ aeTitles: ['NORTHLIGHT_AI'] }, 'northlight'],
    [{ aeTitles: [' NORTHLIGHT_AI '], ip: '192.0.2.41' }, 'northlight'],
    [{ aeTitles: ['NORTHLIGHT_AI'], host: 'somewhere.else.example' }, 'northlight'],
    [{ ip: '::ffff:192.0.2.40' }, 'northlight'],
    [{ host: 'STOW.kestrel.example' }, 'kestrel'],
    [{ uri: 'https://stow.kestrel.example/studies' }, 'kestrel'],
    [{ uri: 'https://xds.umbra.example:8443/repo/a' }, 'umbra'],
  ])('%j is %s', (keys, vendorId) => {
    expect(matchReceiver(receiver(keys), endpoints)).toEqual({ outcome: 'vendor', vendorId });
  });

  it.each<[Partial<ReceiverKeys>]>([
    [{}],
    [{ aeTitles: ['northlight_ai'] }],
    [{ aeTitles: ['N0RTHLIGHT_AI'] }],
    [{ ip: '192.0.2.42' }],
    [{ ip: 'not an address' }],
    [{ aeTitles: ['NORTHLIGHT_\u0410I'] }],
    [{ aeTitles: ['\uff2eORTHLIGHT_AI'] }],
    [{ aeTitles: ['NORTHLIGHT_AI\u00a0'] }],
    [{ host: 'stow.\u212aestrel.example' }],
    [{ host: 'stow.k\u0435strel.example' }],
    [{ uri: 'https://stow.\u212aestrel.example/studies' }],
    [{ uri: 'https://xds.\uff55mbra.example:8443/repo' }],
    [{ uri: 'https://xds.umbra.example:8443/repository' }],
    [{ uri: 'https://xds.umbra.example/repo' }],
    [{ uri: 'http://[' }],
  ])('%j is nobody known', (keys) => {
    expect(matchReceiver(receiver(keys), endpoints)).toEqual({
      outcome: 'unmatched',
      reason: 'recipientUnknown',
    });
  });

  it.each<[Partial<ReceiverKeys>]>([
    [{ aeTitles: ['NORTHLIGHT_AI'], host: 'stow.kestrel.example' }],
    [{ aeTitles: ['NORTHLIGHT_NEW'], ip: '192.0.2.40' }],
  ])('takes %j to a person: title and host do not agree', (keys) => {
    expect(matchReceiver(receiver(keys), endpoints)).toEqual({
      outcome: 'unmatched',
      reason: 'recipientAmbiguous',
    });
  });

  it('knows the facility’s own systems', () => {
    expect(matchReceiver(receiver({ aeTitles: ['WORKLIST1'] }), endpoints)).toEqual({ outcome: 'internal' });
  });
});

it('adding an endpoint of another owner never turns what was ambiguous into a match', () => {
  const owners = ['a', 'b', null];
  const parts = [
    { aeTitles: ['ONE'] },
    { host: 'one.example' },
    { ip: '192.0.2.1' },
    { uri: 'https://one.example/studies' },
    { login: 'one' },
  ];
  const values: Omit<Endpoint, 'vendorId'>[] = [
    { kind: 'aeTitle', value: 'ONE' },
    { kind: 'aeTitle', value: 'TWO' },
    { kind: 'host', value: 'one.example' },
    { kind: 'ipCidr', value: '192.0.2.0/24' },
    { kind: 'uriPrefix', value: 'https://one.example' },
    { kind: 'login', value: 'one' },
  ];
  const all = values.flatMap((value) => owners.map((vendorId): Endpoint => ({ ...value, vendorId })));
  const receivers = parts.flatMap((one, at) =>
    parts.slice(at).map((other) => receiver({ ...one, ...other })),
  );
  let ambiguous = 0;
  for (const keys of receivers) {
    for (const first of all) {
      for (const second of all) {
        const known = [first, second];
        const before = matchReceiver(keys, known);
        if (before.outcome !== 'unmatched' || before.reason !== 'recipientAmbiguous') continue;
        ambiguous++;
        const there = new Set(known.map(({ vendorId }) => vendorId));
        for (const added of all.filter(({ vendorId }) => !there.has(vendorId)))
          expect(matchReceiver(keys, [...known, added]).outcome).toBe('unmatched');
      }
    }
  }
  expect(ambiguous).toBeGreaterThan(100);
});
