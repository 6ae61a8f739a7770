import { describe, expect, it } from 'vitest';
import {
  contentOf,
  givesMore,
  officerOrderFor,
  refusalToConfirm,
  refusalToRefuse,
  rowOf,
  type OfficerOrderContent,
  type OrderInWaiting,
} from './officer-orders.ts';

const askedAt = new Date('2026-11-22T15:00:00Z');
const order = (over: Partial<OrderInWaiting> = {}): OrderInWaiting => ({
  state: 'waiting',
  expiresAt: new Date(askedAt.getTime() + officerOrderFor),
  askedById: 'amara',
  askedBy: { role: 'privacyOfficer', disabledAt: null },
  userId: 'dana',
  ...over,
});
const officer = (id: string) => ({ id, role: 'privacyOfficer' as const });

describe('who may decide an order', () => {
  it.each([
    ['another officer', officer('bo'), order(), null, null],
    ['who asked: takes it back alone', officer('amara'), order(), 'asker', null],
    ['whom it is about', officer('dana'), order(), 'subject', 'subject'],
    ['an auditor', { id: 'bo', role: 'auditor' as const }, order(), 'notFound', 'notFound'],
    ['decided before', officer('bo'), order({ state: 'done' }), 'notWaiting', 'notWaiting'],
    [
      'asker shut out',
      officer('bo'),
      order({ askedBy: { role: 'privacyOfficer', disabledAt: askedAt } }),
      'askerGone',
      null,
    ],
    [
      'asker lost the role',
      officer('bo'),
      order({ askedBy: { role: 'staff', disabledAt: null } }),
      'askerGone',
      null,
    ],
  ])('%s', (_who, decider, waiting, toConfirm, toRefuse) => {
    expect(refusalToConfirm(waiting, decider, askedAt)).toBe(toConfirm);
    expect(refusalToRefuse(waiting, decider, askedAt)).toBe(toRefuse);
  });

  it('is over at the end of three days, not a moment before', () => {
    const at = (later: number) => new Date(Date.parse('2026-11-25T15:00:00Z') + later);
    expect(refusalToConfirm(order(), officer('bo'), at(-1))).toBeNull();
    expect(refusalToConfirm(order(), officer('bo'), at(0))).toBe('notWaiting');
  });
});

it.each([
  ['staff', 'privacyOfficer', true],
  ['staff', 'auditor', true],
  ['auditor', 'staff', true],
  ['privacyOfficer', 'staff', false],
  ['staff', 'staff', false],
] as const)('from %s to %s gives more: %s', (from, to, more) => expect(givesMore(from, to)).toBe(more));

it.each<OfficerOrderContent>([
  { kind: 'role', userId: 'dana', from: 'staff', to: 'auditor' },
  { kind: 'invite', name: 'Noor', role: 'staff' },
  {
    kind: 'key',
    name: 'Gateway',
    scopes: ['checks:read'],
    vendorId: null,
    days: 30,
    networks: ['10.20.0.0/24'],
    sources: ['dcm4chee-arc'],
  },
])('an order of kind $kind comes out of its row as it went in', (content) => {
  expect(contentOf(rowOf(content))).toEqual(content);
  expect(() => contentOf({ ...rowOf(content), role: 'patient', days: null })).toThrow('not whole');
});
