import { describe, expect, it } from 'vitest';
import { referenceTyped } from './reference.ts';

describe('a reference number as somebody typed it', () => {
  it.each(['PV-7K3M9Q', ' pv-7k3m9q ', 'pv 7k3 m9q', 'PV–7K3M9Q', 'PV7K3M9Q', '7k3m9q'])('%j', (typed) => {
    expect(referenceTyped(typed)).toBe('PV-7K3M9Q');
  });

  it('reads the letters that stand for digits', () => {
    expect(referenceTyped('PV-OIL000')).toBe('PV-011000');
  });

  it.each(['', 'PV-', 'PV-7K3M9', 'PV-7K3M9QQ', 'PV-7K3M9U', "PV-7K3M9'", '😀'])(
    '%j cannot be one',
    (typed) => {
      expect(referenceTyped(typed)).toBeNull();
    },
  );
});
