import PDFDocument from 'pdfkit';
import { PaperType, type Line, type TextStyle } from './paper-type.server.ts';

export interface Paragraph {
  text: string;
  style?: TextStyle;
}

export interface PaperTable {
  /** Widths in points, left to right. */
  widths: readonly number[];
  /** Column headers; without them the first cell of each row is its header. */
  headers?: readonly string[];
  rows: readonly (readonly Paragraph[])[][];
}

const ink = '#16222c';
const muted = '#475765';
export const textStyles = {
  h1: { weight: 'bold', size: 22, color: ink },
  h2: { weight: 'bold', size: 15, color: ink },
  h3: { weight: 'bold', size: 12.5, color: ink },
  body: { weight: 'regular', size: 11.5, color: ink },
  small: { weight: 'regular', size: 10.5, color: ink },
  smallStrong: { weight: 'bold', size: 10.5, color: ink },
  smallMuted: { weight: 'regular', size: 10.5, color: muted },
} as const satisfies Record<string, TextStyle>;

// US Letter, in points.
const page = { width: 612, height: 792, side: 54, top: 54, bottom: 68 };
const floor = page.height - page.bottom;
const padding = { x: 6, y: 5, between: 2 };
/** Milliseconds. */
const longestBreath = 20;
const linesAtOnce = 20;
const headerFill = '#e8edf1';
const ruleColor = '#b9c4cc';

export const contentWidth = page.width - 2 * page.side;

interface LaidCell {
  /** Lines of one paragraph, with the structure element they belong to. */
  left: { lines: Line[]; struct: PDFKit.PDFStructureElement }[];
}

/**
 * A document for print that programs can read too: PDF 1.7, tagged (PDF/UA-1), one flow of headings, paragraphs and tables on US
 * Letter. The same calls give the same bytes.
 */
export class TaggedPaper {
  readonly #doc: PDFKit.PDFDocument;
  readonly #type: PaperType;
  readonly #root: PDFKit.PDFStructureElement;
  readonly #bytes: Promise<Buffer>;
  #y = page.top;
  #worksSince = performance.now();

  /** @param options.lang BCP 47 tag of all its text */
  constructor({ title, lang, createdAt }: { title: string; lang: string; createdAt: Date }) {
    this.#doc = new PDFDocument({
      size: [page.width, page.height],
      margin: 0, // nothing may start a page but #newPage
      pdfVersion: '1.7',
      subset: 'PDF/UA' as string as PDFKit.Mixins.PDFSubsets, // supported; its types do not name it
      tagged: true,
      displayTitle: true,
      lang,
      bufferPages: true,
      info: { Title: title, CreationDate: createdAt, Creator: 'Plainview', Producer: 'Plainview' },
    });
    this.#bytes = collect(this.#doc);
    this.#type = new PaperType(this.#doc);
    this.#root = this.#doc.struct('Document');
    this.#doc.addStructure(this.#root);
  }

  async #breath(): Promise<void> {
    if (performance.now() - this.#worksSince < longestBreath) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#worksSince = performance.now();
  }

  /** Whether some letter could not be drawn as it is. */
  get lettersMissing(): boolean {
    return this.#type.lettersMissing;
  }

  /** A heading, kept on one page with what follows it. */
  heading(level: 1 | 2 | 3, text: string): void {
    const lines = this.#type.lines(text, textStyles[`h${level}`], contentWidth);
    if (this.#y > page.top) this.#y += level === 2 ? 18 : 14;
    const company = 110;
    if (this.#y + heightOf(lines) + company > floor) this.#newPage();
    this.#flow(this.#open(this.#root, `H${level}`), lines);
    this.#y += 5;
  }

  paragraph(text: string, style: TextStyle = textStyles.body): void {
    const lines = this.#type.lines(text, style, contentWidth);
    if (lines.length === 0) return;
    this.#flow(this.#open(this.#root, 'P'), lines);
    this.#y += style.size < textStyles.body.size ? 1 : style.size * 0.5;
  }

  /**
   * What somebody wrote, a paragraph a line. It may be as long as they may write: others are served meanwhile.
   */
  async written(text: string, style: TextStyle = textStyles.body): Promise<void> {
    for (const part of text.split('\n')) {
      let struct: PDFKit.PDFStructureElement | null = null;
      let laid: Line[] = [];
      for (const line of this.#type.oneByOne(part, style, contentWidth)) {
        laid.push(line);
        if (laid.length < linesAtOnce) continue;
        this.#flow((struct ??= this.#open(this.#root, 'P')), laid);
        laid = [];
        await this.#breath();
      }
      if (laid.length > 0) this.#flow((struct ??= this.#open(this.#root, 'P')), laid);
      if (struct) this.#y += style.size < textStyles.body.size ? 1 : style.size * 0.5;
      await this.#breath();
    }
  }

  /** A table. Rows stay whole where a page can hold them; column headers come again on each page. */
  table({ widths, headers, rows }: PaperTable): void {
    const table = this.#open(this.#root, 'Table');
    const headerCells = (headers ?? []).map((text) => [{ text, style: textStyles.smallStrong }]);
    const drawHeader = (struct: PDFKit.PDFStructureElement | null) => {
      if (headers) this.#headerRow(headerCells, widths, struct);
    };
    if (headers) this.#keepTogether([headerCells, rows[0] ?? []], widths);
    drawHeader(headers ? this.#open(table, 'TR') : null);
    for (const row of rows) {
      const tr = this.#open(table, 'TR');
      const cells = row.map((paragraphs, column) => {
        const isHeader = !headers && column === 0;
        const cell = this.#open(tr, isHeader ? 'TH' : 'TD', isHeader ? 'Row' : undefined);
        return this.#lay(paragraphs, this.#widthOf(widths, column), cell);
      });
      this.#row(cells, widths, () => drawHeader(null), headers !== undefined);
    }
    this.#y += 8;
  }

  /** Ends the document. @param footer the text at the foot of each page; pages count from 1 */
  finish(footer: (page: number, pages: number) => string): Promise<Buffer> {
    this.#root.end();
    const { start, count } = this.#doc.bufferedPageRange();
    for (let index = start; index < start + count; index += 1) {
      this.#doc.switchToPage(index);
      this.#artifact('Pagination', () => {
        const [line] = this.#type.lines(footer(index + 1, count), textStyles.smallMuted, contentWidth);
        this.#rule(floor + 14);
        if (line) this.#type.draw(line, page.side, floor + 20);
      });
    }
    this.#doc.end();
    return this.#bytes;
  }

  /** Starts a new page where these rows do not fit on this one, and do on a whole one. */
  #keepTogether(rows: readonly (readonly (readonly Paragraph[])[])[], widths: readonly number[]): void {
    const heights = rows.map((row) =>
      Math.max(
        0,
        ...row.map((cell, column) => heightOfCell(this.#linesOf(cell, this.#widthOf(widths, column)))),
      ),
    );
    const height = heights.reduce((sum, one) => sum + one + 2 * padding.y, 0);
    if (this.#y + height > floor && page.top + height <= floor) this.#newPage();
  }

  #headerRow(
    cells: readonly Paragraph[][],
    widths: readonly number[],
    tr: PDFKit.PDFStructureElement | null,
  ): void {
    const laid = cells.map((cell, column) =>
      cell.flatMap(({ text, style = textStyles.small }) =>
        this.#type.lines(text, style, this.#widthOf(widths, column)),
      ),
    );
    const height = Math.max(...laid.map(heightOf)) + 2 * padding.y;
    this.#artifact('Layout', () => {
      this.#doc.rect(page.side, this.#y, contentWidth, height).fill(headerFill);
    });
    laid.forEach((lines, column) => {
      const x = this.#leftOf(widths, column);
      const draw = () => this.#draw(lines, x, this.#y + padding.y);
      if (tr) this.#open(tr, 'TH', 'Column').add(draw);
      // The header was read once, where the table begins.
      else this.#artifact('Pagination', draw);
    });
    this.#y += height;
  }

  #row(cells: LaidCell[], widths: readonly number[], drawHeader: () => void, ruled: boolean): void {
    const height = Math.max(...cells.map(({ left }) => heightOfCell(left.map(({ lines }) => lines))));
    const pageHolds = floor - page.top - 60;
    if (height <= pageHolds && this.#y + height + 2 * padding.y > floor) {
      this.#newPage();
      drawHeader();
    }
    for (;;) {
      const top = this.#y + padding.y;
      const bottoms = cells.map((cell, column) => this.#fill(cell, this.#leftOf(widths, column), top));
      this.#y = Math.max(...bottoms) + padding.y;
      if (ruled) this.#artifact('Layout', () => this.#rule(this.#y));
      if (cells.every(({ left }) => left.length === 0)) return;
      this.#newPage();
      drawHeader();
    }
  }

  /** Draws what fits of a cell, takes it off the cell, and returns where it ended. */
  #fill(cell: LaidCell, x: number, top: number): number {
    let y = top;
    for (let next = cell.left[0]; next; next = cell.left[0]) {
      const fitting = linesThatFit(next.lines, y);
      if (fitting.length === 0) return y;
      const from = y;
      next.struct.add(() => this.#draw(fitting, x, from));
      y += heightOf(fitting);
      next.lines = next.lines.slice(fitting.length);
      if (next.lines.length > 0) return y;
      cell.left.shift();
      if (cell.left.length > 0) y += padding.between;
    }
    return y;
  }

  #lay(paragraphs: readonly Paragraph[], width: number, cell: PDFKit.PDFStructureElement): LaidCell {
    return {
      left: this.#linesOf(paragraphs, width).map((lines) => ({ lines, struct: this.#open(cell, 'P') })),
    };
  }

  /** The lines of each paragraph that has any. */
  #linesOf(paragraphs: readonly Paragraph[], width: number): Line[][] {
    return paragraphs
      .map(({ text, style = textStyles.small }) => this.#type.lines(text, style, width))
      .filter((lines) => lines.length > 0);
  }

  #flow(struct: PDFKit.PDFStructureElement, lines: Line[]): void {
    let left = lines;
    while (left.length > 0) {
      const fitting = linesThatFit(left, this.#y);
      if (fitting.length > 0) struct.add(() => this.#draw(fitting, page.side, this.#y));
      this.#y += heightOf(fitting);
      left = left.slice(fitting.length);
      if (left.length > 0) this.#newPage();
    }
  }

  #draw(lines: readonly Line[], x: number, y: number): void {
    let at = y;
    for (const line of lines) {
      this.#type.draw(line, x, at);
      at += line.height;
    }
  }

  #rule(y: number): void {
    this.#doc
      .moveTo(page.side, y)
      .lineTo(page.side + contentWidth, y)
      .lineWidth(0.75)
      .strokeColor(ruleColor)
      .stroke();
  }

  /** What a reader of the structure must not meet. */
  #artifact(type: 'Pagination' | 'Layout', draw: () => void): void {
    this.#doc.markContent('Artifact', { type });
    draw();
    this.#doc.endMarkedContent();
  }

  #open(
    parent: PDFKit.PDFStructureElement,
    type: string,
    scope?: 'Row' | 'Column',
  ): PDFKit.PDFStructureElement {
    const options: { title?: string; scope?: string } = scope ? { scope } : {};
    const element = this.#doc.struct(type, options);
    parent.add(element);
    return element;
  }

  #newPage(): void {
    this.#doc.addPage();
    this.#y = page.top;
  }

  #leftOf(widths: readonly number[], column: number): number {
    return page.side + padding.x + widths.slice(0, column).reduce((sum, width) => sum + width, 0);
  }

  #widthOf(widths: readonly number[], column: number): number {
    return (widths[column] ?? 0) - 2 * padding.x;
  }
}

function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.height, 0);
}

function heightOfCell(paragraphs: readonly Line[][]): number {
  const gaps = Math.max(0, paragraphs.length - 1) * padding.between;
  return paragraphs.reduce((sum, lines) => sum + heightOf(lines), gaps);
}

function linesThatFit(lines: readonly Line[], y: number): Line[] {
  let bottom = y;
  const end = lines.findIndex((line) => (bottom += line.height) > floor);
  return end === -1 ? [...lines] : lines.slice(0, end);
}

function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
}
