import { expect, it } from 'vitest';
import { contradicts, saidOf } from './contradiction.ts';

const ines = { familyName: 'Okafor', givenName: 'Ines', bornOn: '1971-03-02' };
const married = { familyName: 'Núñez-Okafor', givenName: 'Inés María', bornOn: '1971-03-02' };

it.each<[string, { name?: string; bornOn?: string }, boolean]>([
  ['the name', { name: 'Okafor^Ines' }, false],
  ['the other way round, in capitals', { name: 'INES^OKAFOR' }, false],
  ['another family name', { name: 'Miller^Ines' }, false],
  ['another given name', { name: 'OKAFOR^MARIA^^MRS' }, false],
  ['a short form', { name: 'Oka^I' }, false],
  ['marks', { name: 'Ökafor^X' }, false],
  ['a name of another person', { name: 'Miller^Anna' }, true],
  ['a name in ideographs beside it', { name: 'Okafor^Ines=洪^吉洞' }, false],
  ['a name in ideographs alone', { name: '洪^吉洞' }, false],
  ['initials', { name: 'M^A' }, false],
  ['no name', {}, false],
  ['the day of birth', { bornOn: '1971-03-02' }, false],
  ['another day of birth', { bornOn: '1971-02-03' }, true],
  ['the name, and another day of birth', { name: 'Okafor^Ines', bornOn: '1980-01-01' }, true],
  ['the day of birth, and another name', { name: 'Miller^Anna', bornOn: '1971-03-02' }, true],
])('%s', (_, { name = null, bornOn }, expected) => {
  const said = { name, ...(bornOn ? { bornOn } : {}) };
  expect(contradicts(said, [ines])).toBe(expected);
  expect(contradicts(said, [])).toBe(false);
});

it('takes what any record of the person says', () => {
  expect(contradicts({ name: 'nunez^maria' }, [ines, married])).toBe(false);
  expect(contradicts({ name: 'nunez^maria' }, [ines])).toBe(true);
});

it('says the same of the same name, in whatever order and case', () => {
  expect(saidOf({ name: 'MILLER^Anna', bornOn: '1980-01-01' })).toBe('anna miller, 1980-01-01');
  expect(saidOf({ name: 'anna^miller' })).toBe('anna miller');
});
