import { describe, expect, it } from 'vitest';
import { TaggedPaper } from '#app/disclosures/tagged-paper.server.ts';
import { textOfPdf } from './support/pdf-text.ts';

async function printed(text: string): Promise<{ text: string; missing: boolean }> {
  const paper = new TaggedPaper({ title: 'Letter', lang: 'en', createdAt: new Date('2026-11-29T00:00:00Z') });
  paper.heading(1, text);
  paper.paragraph(text);
  const { lettersMissing } = paper;
  return { text: await textOfPdf(await paper.finish(() => '')), missing: lettersMissing };
}

describe('a name on paper', () => {
  it.each([
    'Zoë Jiménez',
    'Łukasz Żółć',
    'Ђорђе Петровић',
    'Ілля Їжакевич',
    'Ωμέγα Παπαδοπούλου',
    'Nguyễn Thị Hằng',
  ])('%s is printed as it is written', async (name) => {
    const paper = await printed(name);
    expect(paper.missing).toBe(false);
    // This reader puts spaces between pieces in different fonts, and a sign for a part of a letter.
    const bare = (one: string) => one.normalize('NFC').replaceAll(/[\s\p{Cc}]/gu, '');
    expect(bare(paper.text).split(bare(name)).length - 1).toBe(2);
  });

  it.each(['محمد العربي', '李小龍'])('%s, which no font of ours has, is marked as missing', async (name) => {
    const paper = await printed(name);
    expect(paper.missing).toBe(true);
    expect(paper.text).toContain('?');
  });
});
