import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { DueDate, type DueDateState } from './due-date.tsx';
import { WordsProvider } from './words.tsx';

const text = (state: DueDateState, locale: 'en' | 'es', basis: 'law' | 'promise' = 'law') =>
  renderToStaticMarkup(
    <WordsProvider locale={locale}>
      <DueDate
        state={state}
        dueOn="2027-05-14"
        date={locale === 'en' ? 'May 14, 2027' : '14 de mayo de 2027'}
        basis={basis}
      />
    </WordsProvider>,
  ).replace(/<[^>]+>/g, '');

it.each<[DueDateState, string, string]>([
  ['running', 'Due May 14, 2027 · law', 'Vence el 14 de mayo de 2027 · ley'],
  ['atRisk', 'Due May 14, 2027 · law', 'Vence el 14 de mayo de 2027 · ley'],
  ['dueToday', 'Due today, May 14, 2027 · law', 'Vence hoy, 14 de mayo de 2027 · ley'],
  ['overdue', 'Was due May 14, 2027 · law', 'Venció el 14 de mayo de 2027 · ley'],
  [
    'paused',
    'Clock stopped. Due May 14, 2027 for now · law',
    'Plazo detenido. Por ahora vence el 14 de mayo de 2027 · ley',
  ],
  [
    'met',
    'Answered on time. Was due May 14, 2027 · law',
    'Contestado a tiempo. Vencía el 14 de mayo de 2027 · ley',
  ],
  [
    'metLate',
    'Answered late. Was due May 14, 2027 · law',
    'Contestado tarde. Venció el 14 de mayo de 2027 · ley',
  ],
])('says %s in words, with the whole date and who set it', (state, english, spanish) => {
  expect(text(state, 'en')).toBe(english);
  expect(text(state, 'es')).toBe(spanish);
});

it('never shows a promise as law', () => {
  expect(text('running', 'en', 'promise')).toBe('Due May 14, 2027 · facility promise');
});
