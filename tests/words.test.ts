import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';
import { locales, type Locale } from '#app/words/locales.ts';

type Catalogue = Record<string, string>;

const folder = (locale: Locale) => path.join('app', 'words', locale);
const areas = readdirSync(folder('en'))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''));

const read = (locale: Locale, area: string) =>
  JSON.parse(readFileSync(path.join(folder(locale), `${area}.json`), 'utf8')) as Catalogue;
const catalogues = Object.fromEntries(
  locales.map((locale) => [
    locale,
    Object.assign({}, ...areas.map((area) => read(locale, area))) as Catalogue,
  ]),
) as Record<Locale, Catalogue>;
const keys = Object.keys(catalogues.en);

/** Every quoted text in the sources that is written like a key, and the fixed beginnings of computed ones (`errors.${…}`). */
const quoted = new Set<string>();
const computed = new Set<string>();
for (const file of sources(['app', 'emails', 'prisma'])) {
  const text = readFileSync(file, 'utf8');
  for (const [, , key = ''] of text.matchAll(/(['"`])([a-zA-Z]+(?:\.[a-zA-Z0-9-]+)+)\1/g)) quoted.add(key);
  for (const [, prefix = ''] of text.matchAll(/`([a-zA-Z]+\.(?:[a-zA-Z0-9-]+\.)*)\$\{/g))
    computed.add(prefix);
}

function* sources(folders: string[]): Generator<string> {
  for (const at of folders) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const file = path.join(at, entry.name);
      if (file === path.join('app', 'db', 'generated')) continue;
      if (entry.isDirectory()) yield* sources([file]);
      else if (/\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)) yield file;
    }
  }
}

/** The arguments and tags of a message: what a translation has to keep. One language may inflect by a count where another does not. */
function parts(message: string): string[] {
  const found = new Set<string>();
  const visit = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
      if (element.type === TYPE.tag) {
        found.add(`<${element.value}>`);
        visit(element.children);
      } else if (element.type === TYPE.select) {
        found.add(`${element.value} select ${Object.keys(element.options).sort().join('|')}`);
        Object.values(element.options).forEach(({ value }) => visit(value));
      } else if (element.type === TYPE.plural) {
        found.add(element.value);
        Object.values(element.options).forEach(({ value }) => visit(value));
      } else {
        const isAmount = element.type === TYPE.argument || element.type === TYPE.number;
        found.add(isAmount ? element.value : `${element.value} ${TYPE[element.type]}`);
      }
    }
  };
  visit(parse(message));
  return [...found].sort();
}

/** Text that two languages share as it is: names, codes, and words spelt alike. */
const hasWords = (message: string) => /\p{L}{3,}/u.test(message.replace(/\{[^}]*\}|<[^>]*>/g, ''));

describe.each(areas)('the catalogue %s', (area) => {
  it('has the same keys in every language, in one order', () => {
    for (const locale of locales)
      expect(Object.keys(read(locale, area))).toEqual(Object.keys(read('en', area)));
  });

  it('has each key once: of two the first is lost without a word', () => {
    for (const locale of locales) {
      const text = readFileSync(path.join(folder(locale), `${area}.json`), 'utf8');
      const written = [...text.matchAll(/^  "([^"]+)":/gm)].map(([, key]) => key);
      expect(written).toEqual(Object.keys(read(locale, area)));
    }
  });

  it('holds only keys of its own', () => {
    expect(Object.keys(read('en', area)).filter((key) => !key.startsWith(`${area}.`))).toEqual([]);
  });

  it('is valid ICU, with the same arguments and tags in every language', () => {
    for (const [key, message] of Object.entries(read('en', area))) {
      for (const locale of locales) {
        const translated = catalogues[locale][key] ?? '';
        expect(translated.trim(), `${locale} ${key}`).not.toBe('');
        expect(parts(translated), `${locale} ${key}`).toEqual(parts(message));
      }
    }
  });
});

describe('keys', () => {
  it('are all used', () => {
    const unused = keys.filter(
      (key) => !quoted.has(key) && ![...computed].some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });

  it('all exist: errors.…, which form schemas name without a type, and beginnings of computed ones', () => {
    const missing = [...quoted].filter((text) => text.startsWith('errors.') && !(text in catalogues.en));
    expect(missing).toEqual([]);
    const ofWords = [...computed].filter((prefix) => areas.some((area) => prefix.startsWith(`${area}.`)));
    expect(ofWords.filter((prefix) => !keys.some((key) => key.startsWith(prefix)))).toEqual([]);
  });

  it('are in no two catalogues', () => {
    const all = areas.flatMap((area) => Object.keys(read('en', area)));
    expect(all.length).toBe(new Set(all).size);
  });
});

describe('Spanish', () => {
  it('is translated: sentences differ from the English ones', () => {
    const same = keys.filter((key) => {
      const english = catalogues.en[key] ?? '';
      return english === catalogues.es[key] && hasWords(english) && english.split(/\s+/).length > 3;
    });
    expect(same).toEqual([]);
  });

  it('says usted', () => {
    const informal = keys.filter((key) =>
      /(^|[\s¿¡(])(tú|tus|tu|contigo|puedes|tienes|quieres)([\s,.?!]|$)/i.test(catalogues.es[key] ?? ''),
    );
    expect(informal).toEqual([]);
  });
});
