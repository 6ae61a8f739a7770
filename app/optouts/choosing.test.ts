import { describe, expect, it } from 'vitest';
import { answerFields, choiceMade, firstUnanswered, readAnswers } from './choosing.ts';

const register = [
  { id: 'id-kestrel', slug: 'kestrel' },
  { id: 'id-umbra', slug: 'umbra' },
];
const read = (query: string) => readAnswers(new URLSearchParams(query), register);

describe('the next question', () => {
  it.each([
    ['', 'everything'],
    ['everything=yes', null],
    ['everything=choose', 'purposes'],
    ['everything=choose&purpose=research', 'companies'],
    ['everything=choose&purpose=research&companies=some', 'companies'],
    ['everything=choose&purpose=research&companies=some&company=umbra', 'name'],
    ['everything=choose&purpose=research&companies=all&withoutName=allow', null],
    // Not one of the answers offered.
    ['everything=maybe', 'everything'],
    ['everything=yes&everything=choose', 'everything'],
    ['everything=choose&purpose=treatment', 'purposes'],
    ['everything=choose&purpose=research&companies=some&company=nobody', 'companies'],
  ])('after %j is %s', (query, next) => {
    expect(firstUnanswered(read(query))).toBe(next);
  });
});

describe('what the answers come to', () => {
  it('is a "no" to everything, for images without a name too', () => {
    expect(choiceMade(read('everything=yes&purpose=research'), register)).toEqual({
      purposes: ['aiTraining', 'research', 'commercialSharing'],
      vendors: 'all',
      studies: 'all',
      coversDeidentified: true,
    });
  });

  it('is what was chosen, with companies as the register knows them', () => {
    const query = 'everything=choose&purpose=research&companies=some&company=umbra&withoutName=allow';
    expect(choiceMade(read(query), register)).toEqual({
      purposes: ['research'],
      vendors: ['id-umbra'],
      studies: 'all',
      coversDeidentified: false,
    });
  });

  it('does not count companies that were picked before "all"', () => {
    const query = 'everything=choose&purpose=research&companies=all&company=umbra&withoutName=stop';
    expect(choiceMade(read(query), register)?.vendors).toBe('all');
  });

  it('is nothing while an answer is missing', () => {
    expect(choiceMade(read('everything=choose&purpose=research'), register)).toBeNull();
  });
});

describe('answers on their way through the pages', () => {
  it('come back as they were', () => {
    const answers = read(
      'everything=choose&purpose=aiTraining&purpose=research&companies=some&company=kestrel&company=umbra&withoutName=stop',
    );
    expect(read(new URLSearchParams(answerFields(answers)).toString())).toEqual(answers);
  });

  it('leave out the question that is asked again', () => {
    const answers = read('everything=choose&purpose=research&companies=some&company=umbra');
    expect(answerFields(answers, 'companies')).toEqual([
      ['everything', 'choose'],
      ['purpose', 'research'],
    ]);
  });
});
