import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ChoiceGroup } from './choice-group.tsx';
import { CodeField, TextField } from './field.tsx';
import { WordsProvider } from './words.tsx';
import type { ReactElement } from 'react';

const html = (element: ReactElement, locale: 'en' | 'es' = 'en') =>
  renderToStaticMarkup(<WordsProvider locale={locale}>{element}</WordsProvider>);

/** Every id that an aria or label attribute points at must exist, once. */
function danglingIds(markup: string): string[] {
  const ids = [...markup.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
  const pointers = [...markup.matchAll(/ (?:aria-describedby|for)="([^"]+)"/g)].flatMap((match) =>
    match[1]!.split(' '),
  );
  return pointers.filter((pointer) => ids.filter((id) => id === pointer).length !== 1);
}

describe('TextField', () => {
  it('ties hint and error to the control and says it is invalid', () => {
    const markup = html(
      <TextField name="email" label="E-mail" hint="The one on file" error="Enter your e-mail" />,
    );
    expect(markup).toMatch(/<input[^>]+aria-describedby="email-hint email-error"[^>]*aria-invalid="true"/);
    expect(danglingIds(markup)).toEqual([]);
    expect(markup).toContain('Error:');
  });

  it('says nothing about errors when there are none', () => {
    const markup = html(<TextField name="email" label="E-mail" />);
    expect(markup).not.toMatch(/ aria-(invalid|describedby)=/);
  });

  it('marks what may be left out, in the language of the page', () => {
    expect(html(<TextField name="x" label="Más" optional />, 'es')).toContain('(opcional)');
  });
});

it('asks the device for a one-time code', () => {
  expect(html(<CodeField name="code" label="Code" />)).toMatch(/autoComplete="one-time-code"/i);
});

describe('ChoiceGroup', () => {
  const choices = [
    { value: 'yes', label: 'Yes', hint: 'From today' },
    { value: 'no', label: 'No' },
  ];

  it('ticks nothing by itself', () => {
    expect(html(<ChoiceGroup type="radio" name="stop" legend="Stop?" choices={choices} />)).not.toContain(
      'checked',
    );
  });

  it('gives the first choice the id that an error summary links to, and every label its own control', () => {
    const markup = html(
      <ChoiceGroup
        type="radio"
        name="stop"
        legend="Stop?"
        hint="Both are fine"
        error="Choose one"
        choices={choices}
      />,
    );
    expect(markup).toMatch(/<input[^>]+id="stop"[^>]+value="yes"/);
    expect(danglingIds(markup)).toEqual([]);
  });

  it('keeps what was chosen before', () => {
    const markup = html(
      <ChoiceGroup type="checkbox" name="who" legend="Who?" choices={choices} chosen={['no']} />,
    );
    expect(markup.match(/<input[^>]+checked=""[^>]*>/g)).toHaveLength(1);
    expect(markup).toMatch(/<input[^>]+checked=""[^>]*value="no"/);
  });
});
