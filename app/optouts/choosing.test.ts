import { describe, expect, it } from 'vitest';
import {
  answerFields,
  answersOf,
  choiceMade,
  firstUnanswered,
  readAnswers,
  type Offered,
} from './choosing.ts';

const offered: Offered = {
  companies: [
    { id: 'id-kestrel', slug: 'kestrel' },
    { id: 'id-umbra', slug: 'umbra' },
  ],
  studies: ['1.2', '1.3'],
  permission: ['research'],
};
const noTo = { purposes: ['research' as const], vendors: 'all' as const, coversDeidentified: true };
const read = (query: string) => readAnswers(new URLSearchParams(query), offered);

describe('the next question', () => {
  it.each([
    ['', 'everything'],
    ['everything=yes', null],
    ['everything=choose', 'purposes'],
    ['everything=choose&purpose=research', 'companies'],
    ['everything=choose&purpose=research&companies=some', 'companies'],
    ['everything=choose&purpose=research&companies=some&company=umbra', 'studies'],
    ['everything=choose&purpose=research&companies=all&studies=some', 'studies'],
    ['everything=choose&purpose=research&companies=all&studies=some&study=1.2', 'name'],
    ['everything=choose&purpose=research&companies=all&studies=all&withoutName=allow', null],
    // A "yes" is asked for what the facility asks permission for, and covers images without the name too.
    ['say=yes', 'purposes'],
    ['say=yes&purpose=aiTraining', 'purposes'],
    ['say=yes&purpose=research&companies=all&studies=all', null],
    // Not one of the answers offered.
    ['everything=maybe', 'everything'],
    ['everything=yes&everything=choose', 'everything'],
    ['everything=choose&purpose=treatment', 'purposes'],
    ['everything=choose&purpose=research&companies=some&company=nobody', 'companies'],
    ['everything=choose&purpose=research&companies=all&studies=some&study=9.9', 'studies'],
  ])('after %j is %s', (query, next) => {
    expect(firstUnanswered(read(query), offered)).toBe(next);
  });
});

describe('what the answers come to', () => {
  it('asks for no study where none is known', () => {
    const answers = read('everything=choose&purpose=research&companies=all&withoutName=stop');
    expect(firstUnanswered(answers, { ...offered, studies: [] })).toBeNull();
    expect(choiceMade(answers, { ...offered, studies: [] })?.choice.studies).toBe('all');
  });

  it('is a "no" to everything, for images without a name too', () => {
    expect(choiceMade(read('everything=yes&purpose=research'), offered)?.choice).toEqual({
      purposes: ['aiTraining', 'research', 'commercialSharing'],
      vendors: 'all',
      studies: 'all',
      coversDeidentified: true,
    });
  });

  it('is what was chosen, with companies as the register knows them', () => {
    const query =
      'everything=choose&purpose=research&companies=some&company=umbra&studies=some&study=1.3&withoutName=allow';
    expect(choiceMade(read(query), offered)).toEqual({
      act: 'denied',
      replaces: null,
      choice: {
        purposes: ['research'],
        vendors: ['id-umbra'],
        studies: ['1.3'],
        coversDeidentified: false,
      },
    });
  });

  it('does not count companies that were picked before "all"', () => {
    const query =
      'everything=choose&purpose=research&companies=all&company=umbra&studies=all&withoutName=stop';
    expect(choiceMade(read(query), offered)?.choice.vendors).toBe('all');
  });

  it('is nothing while an answer is missing', () => {
    expect(choiceMade(read('everything=choose&purpose=research'), offered)).toBeNull();
  });
});

describe('answers on their way through the pages', () => {
  it('come back as they were', () => {
    const answers = read(
      'everything=choose&purpose=aiTraining&purpose=research&companies=some&company=kestrel&company=umbra&studies=some&study=1.2&withoutName=stop',
    );
    expect(read(new URLSearchParams(answerFields(answers)).toString())).toEqual(answers);
  });

  it.each([
    'everything=yes',
    'say=yes&purpose=research&companies=all&studies=some&study=1.2',
    'everything=choose&purpose=research&companies=some&company=umbra&studies=all&withoutName=allow',
  ])('are found again in the choice that they made: %s', (query) => {
    const made = choiceMade(read(query), offered);
    expect(made && choiceMade(answersOf(made, offered), offered)).toEqual(made);
  });

  it('keep the studies of the choice that is replaced, also those that the ledger has lost', () => {
    const replaces = '0199a000-0000-7000-8000-000000000001';
    const named = new Map([[replaces, ['1.2', '9.9']]]);
    const made = { act: 'denied' as const, choice: { ...noTo, studies: ['1.2', '9.9'] } };
    for (const studies of [offered.studies, []]) {
      const now = { ...offered, studies, named };
      const fields = answerFields({ ...answersOf(made, now), replaces });
      const again = readAnswers(new URLSearchParams(fields), now);
      expect(choiceMade(again, now)).toEqual({ ...made, replaces });
      const { replaces: _replaces, ...alone } = again;
      const stranger = readAnswers(new URLSearchParams(answerFields(alone)), now);
      expect(stranger.study).toEqual(studies.length > 0 ? ['1.2'] : undefined);
    }
    // "Some" without one is never a choice.
    const none = { ...offered, studies: [] };
    const some = read('everything=choose&purpose=research&companies=all&studies=some&withoutName=stop');
    expect(firstUnanswered(some, none)).toBe('studies');
    expect(choiceMade(some, none)).toBeNull();
  });

  it('leave out the question that is asked again', () => {
    const answers = read('everything=choose&purpose=research&companies=some&company=umbra');
    expect(answerFields(answers, 'companies')).toEqual([
      ['everything', 'choose'],
      ['purpose', 'research'],
    ]);
  });
});
