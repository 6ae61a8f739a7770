import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** How a text looks on paper. Sizes in points. */
export interface TextStyle {
  weight: 'regular' | 'bold';
  size: number;
  color: string;
}

/** A piece of a line that one font file can draw. */
interface Run {
  font: FontName;
  text: string;
  /**
   * What the piece stands for, said to programs that read the paper: where no font has its letters and others stand in for them, and where
   * a script is drawn by signs that are not its letters one by one.
   */
  standsFor: string | null;
}

export interface Line {
  runs: Run[];
  style: TextStyle;
  /** Points from the top of this line to the top of the next. */
  height: number;
}

/**
 * Which files have a letter is asked in this order: the typeface of the house (Latin, and the letters of Central Europe), then Noto for
 * scripts that the house's has not. Those that are written from right to left, or have thousands of signs, are not among them.
 */
const letterFiles = [
  'atkinson-hyperlegible-next-latin',
  'atkinson-hyperlegible-next-latin-ext',
  'noto-sans-vietnamese',
  'noto-sans-greek',
  'noto-sans-greek-ext',
  'noto-sans-cyrillic',
  'noto-sans-cyrillic-ext',
  'noto-sans-devanagari',
] as const;
const weights = { regular: 400, bold: 700 } as const;
type FontName = `${(typeof letterFiles)[number]}-${(typeof weights)[keyof typeof weights]}`;

const fontsOf = (weight: keyof typeof weights): FontName[] =>
  letterFiles.map((file) => `${file}-${weights[weight]}` as const);

let fontBytes: Map<FontName, Buffer> | undefined;

/** Static `.woff` files: pdfkit reads them, and refuses the variable `.woff2`. */
function fonts(): Map<FontName, Buffer> {
  const { resolve } = createRequire(import.meta.url);
  fontBytes ??= new Map(
    [...fontsOf('regular'), ...fontsOf('bold')].map((name) => {
      const typeface = name.startsWith('noto') ? 'noto-sans' : 'atkinson-hyperlegible-next';
      return [name, readFileSync(resolve(`@fontsource/${typeface}/files/${name}-normal.woff`))];
    }),
  );
  return fontBytes;
}

// pdfkit's types leave out the font that is open; only it knows which letters it has.
interface WithOpenFont {
  _font: { font: { hasGlyphForCodePoint(codePoint: number): boolean } };
}

const lineSpacing = 1.4;

/** Breaks text into lines and draws them, in the house typeface, on one pdfkit document. */
export class PaperType {
  /** Whether a letter was met that no font has: it was drawn as its base letter, or as a question mark. */
  lettersMissing = false;
  readonly #doc: PDFKit.PDFDocument;
  readonly #known = new Map<string, boolean>();
  readonly #graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc;
    for (const [name, bytes] of fonts()) doc.registerFont(name, bytes);
  }

  /** The lines of one paragraph, none wider than `width` points. A word that is wider by itself breaks inside. */
  lines(text: string, style: TextStyle, width: number): Line[] {
    return [...this.oneByOne(text, style, width)];
  }

  /** The same, each when it is asked for: a long one takes its time. */
  *oneByOne(text: string, style: TextStyle, width: number): Generator<Line> {
    const height = style.size * lineSpacing;
    const made = (one: string): Line => ({ runs: this.#runs(one, style.weight), style, height });
    let line = '';
    for (const word of this.#words(text, style, width)) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && this.#width(longer, style) > width) {
        yield made(line);
        line = word;
      } else {
        line = longer;
      }
    }
    if (line !== '') yield made(line);
  }

  *#words(text: string, style: TextStyle, width: number): Generator<string> {
    for (const word of printable(text).split(' ')) yield* this.#fit(word, style, width);
  }

  /** Draws a line with its top left corner at (x, y). */
  draw({ runs, style }: Line, x: number, y: number): void {
    let at = x;
    for (const { font, text, standsFor } of runs) {
      this.#doc.font(font).fontSize(style.size).fillColor(style.color);
      if (standsFor !== null) this.#doc.markContent('Span', { actual: standsFor });
      this.#doc.text(text, at, y, { lineBreak: false });
      if (standsFor !== null) this.#doc.endMarkedContent();
      at += this.#doc.widthOfString(text);
    }
  }

  /** A word in pieces that each fit: as much of it in each as does, or up to the last stroke in it (of an address, or a name of a zone). */
  *#fit(word: string, style: TextStyle, width: number): Generator<string> {
    if (this.#width(word, style) <= width) {
      yield word;
      return;
    }
    const letters = Array.from(this.#graphemes.segment(word), ({ segment }) => segment);
    // A piece holds about as many as the one before it.
    let count = 1;
    for (let from = 0; from < letters.length;) {
      const fits = (count: number) =>
        count <= 1 || this.#width(letters.slice(from, from + count).join(''), style) <= width;
      count = mostThatFit(letters.length - from, count, fits);
      const isLast = from + count >= letters.length;
      const stroke = isLast ? 0 : letters.slice(from, from + count).lastIndexOf('/') + 1;
      const piece = letters.slice(from, from + (stroke || count));
      yield piece.join('');
      from += piece.length;
    }
  }

  #width(text: string, { weight, size }: TextStyle): number {
    return this.#runs(text, weight).reduce(
      (sum, run) => sum + this.#doc.font(run.font).fontSize(size).widthOfString(run.text),
      0,
    );
  }

  #runs(text: string, weight: TextStyle['weight']): Run[] {
    const runs: Run[] = [];
    for (const { segment } of this.#graphemes.segment(text)) {
      const run = this.#runOf(segment, weight);
      const last = runs.at(-1);
      if (last?.font === run.font && isAsWritten(last) && isAsWritten(run)) {
        last.text += run.text;
        if (last.standsFor !== null) last.standsFor = last.text;
      } else runs.push(run);
    }
    return runs;
  }

  #runOf(segment: string, weight: TextStyle['weight']): Run {
    const files = fontsOf(weight);
    const having = files.find((font) => this.#has(font, segment));
    if (having) return { font: having, text: segment, standsFor: having.startsWith('noto') ? segment : null };
    this.lettersMissing = true;
    const base = segment.normalize('NFKD').replace(/\p{M}/gu, '');
    const standing = base === '' ? undefined : files.find((font) => this.#has(font, base));
    return standing
      ? { font: standing, text: base, standsFor: segment }
      : { font: files[0]!, text: '?', standsFor: segment };
  }

  #has(font: FontName, segment: string): boolean {
    const key = `${font} ${segment}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const open = (this.#doc.font(font) as unknown as WithOpenFont)._font.font;
    const has = [...segment].every((letter) => open.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0));
    this.#known.set(key, has);
    return has;
  }
}

const isAsWritten = ({ text, standsFor }: Run) => standsFor === null || standsFor === text;

/** How many of so many fit, one at least. It asks of few, near the guess first: each asking measures a text. */
function mostThatFit(all: number, guess: number, fits: (count: number) => boolean): number {
  let fitting = 1;
  let tooMany = all + 1;
  for (let [at, step] = [Math.min(guess, all), 1]; ; step *= 2) {
    if (fits(at)) fitting = at;
    else tooMany = at;
    const next = fitting === at ? at + step : at - step;
    if (next <= fitting || next >= tooMany) break;
    at = next;
  }
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(middle)) fitting = middle;
    else tooMany = middle;
  }
  return fitting;
}

/** One line of plain text: composed letters, single spaces, nothing that steers the direction or the device. */
function printable(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}
