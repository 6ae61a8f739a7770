import { describe, expect, it } from 'vitest';
import { clockRule, ruleIds } from '#app/clocks/rules.ts';
import { citationIn } from './citations.ts';

describe('a citation', () => {
  it.each([
    ['GDPR Art. 15(4)', 'RGPD art. 15.4'],
    ['GDPR Art. 12(5)(b)', 'RGPD art. 12.5.b'],
    ['UK GDPR Art. 12A', 'RGPD del Reino Unido, art. 12A'],
    ['GDPR Art. 12(3); Reg. 1182/71 Art. 3', 'RGPD art. 12.3; Reglamento 1182/71, art. 3'],
    ['DPA 2018 Sch. 2 para. 16', 'DPA 2018, anexo 2, párr. 16'],
    ['45 CFR 164.524(b)(2)', '45 CFR 164.524(b)(2)'],
  ])('%s has its Spanish name', (kept, spanish) => {
    expect(citationIn('es', kept)).toBe(spanish);
    expect(citationIn('en', kept)).toBe(kept);
  });

  it('of no rule names the GDPR in English where the page is Spanish', () => {
    for (const id of ruleIds) expect(citationIn('es', clockRule(id).citation) ?? '').not.toMatch(/GDPR/);
  });
});
