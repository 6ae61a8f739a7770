// Unicode TR39 confusables, as far as they look like what AE titles, hosts and logins are written in. Capitals first.
const lookLike: Readonly<Record<string, string>> = {
  А: 'A',
  В: 'B',
  Е: 'E',
  К: 'K',
  М: 'M',
  Н: 'H',
  О: 'O',
  Р: 'P',
  С: 'C',
  Т: 'T',
  Х: 'X',
  У: 'Y',
  І: 'I',
  Ѕ: 'S',
  Ј: 'J',
  Ԛ: 'Q',
  Ԝ: 'W',
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  х: 'x',
  у: 'y',
  і: 'i',
  ѕ: 's',
  ј: 'j',
  һ: 'h',
  ԁ: 'd',
  ԛ: 'q',
  ԝ: 'w',
  ӏ: 'l',
  Α: 'A',
  Β: 'B',
  Ε: 'E',
  Ζ: 'Z',
  Η: 'H',
  Ι: 'I',
  Κ: 'K',
  Μ: 'M',
  Ν: 'N',
  Ο: 'O',
  Ρ: 'P',
  Τ: 'T',
  Υ: 'Y',
  Χ: 'X',
  α: 'a',
  ο: 'o',
  ν: 'v',
  ρ: 'p',
  ι: 'i',
  κ: 'k',
  υ: 'u',
  ϲ: 'c',
  ı: 'i',
  ɑ: 'a',
  ɡ: 'g',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '․': '.',
  '。': '.',
};

// Told apart in few typefaces: 0 and O, 1 and l and I.
const plainTwins: Readonly<Record<string, string>> = { 0: 'O', 1: 'I', l: 'I', i: 'I' };

/**
 * What an identifier looks like to a reader. Two identifiers of one look are not one identifier: this ranks and warns, it never matches.
 */
export function lookOf(value: string): string {
  const plain = value.normalize('NFKD').replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
  return [...plain]
    .map((letter) => lookLike[letter] ?? letter)
    .map((letter) => plainTwins[letter] ?? letter)
    .join('')
    .toUpperCase()
    .trim();
}

/** Whether it holds characters that AE titles, hosts and logins are not written in, and may be taken for others. */
export function hasForeignCharacters(value: string): boolean {
  return /[^\x20-\x7e]/.test(value);
}

/** Letters that may be taken for others are told by their code points too. */
export function inPlainSight(value: string): string {
  if (!hasForeignCharacters(value)) return value;
  const foreign = [...value].filter(hasForeignCharacters);
  const codes = foreign.map(
    (letter) => `U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return `${value} (${codes.join(' ')})`;
}
