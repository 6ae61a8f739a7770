import { readdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { expect, scriptRuns, type BrowserSite } from './browser-site.ts';

/** A language, a theme, and the width at which axe looks; then the other width. */
export interface Look {
  locale: 'en' | 'es';
  theme: 'light' | 'dark';
  widths: readonly [number, number];
}

// Each page is looked at by axe twice, so that every language, theme and width is met: English in light on a wide page, Spanish in dark on
// a narrow one. Nothing may scroll sideways at either width in either language.
export const wide: Look = { locale: 'en', theme: 'light', widths: [1280, 390] };
export const narrow: Look = { locale: 'es', theme: 'dark', widths: [390, 1280] };

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const rooms = readdirSync('app/words/en').map((file) => file.replace(/\.json$/, ''));
const messageId = new RegExp(`\\b(${rooms.join('|')})\\.[a-z]+\\.[a-zA-Z]`);

/** Takes on a look as its buttons do, for the pages that are opened from now on. */
export async function takeLook(page: Page, site: BrowserSite, look: Look): Promise<void> {
  await page.setViewportSize({ width: look.widths[0], height: 900 });
  for (const [path, name] of [
    ['/language', 'locale'],
    ['/theme', 'theme'],
  ] as const) {
    const response = await page.request.post(path, {
      form: { [name]: look[name], returnTo: '/' },
      headers: { Origin: site.origin },
      maxRedirects: 0,
    });
    expect(response.status()).toBe(302);
  }
}

/** Puts axe into each page that is opened from now on: sending half a megabyte to one that is open takes as long as its answer. */
export const bringAxe = (page: Page): Promise<unknown> => page.addInitScript({ content: axe.source });

/** The page that is open, with its script running: axe finds nothing, it has its parts, speaks one language, and fits both widths. */
export async function expectSound(page: Page, look: Look): Promise<void> {
  const { locale, theme, widths } = look;
  const { pathname, search } = new URL(page.url());
  const where = `${pathname}${search} (${locale}, ${theme})`;
  await scriptRuns(page);
  if (page.viewportSize()?.width !== widths[0]) await page.setViewportSize({ width: widths[0], height: 900 });
  // Asked in one go: each question that goes to the browser and back takes its time, on a hundred and fifty pages.
  const { title, text, over, ...shown } = await page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
      if (!walker.currentNode.parentElement?.closest('script, noscript, style'))
        texts.push(walker.currentNode.nodeValue ?? '');
    return {
      lang: document.documentElement.lang,
      theme: document.documentElement.dataset.theme,
      headings: document.querySelectorAll('h1').length,
      mains: document.querySelectorAll('main').length,
      // axe is asked in the page's own frame alone.
      frames: document.querySelectorAll('iframe, frame, object, embed').length,
      title: document.title,
      text: texts.join(''),
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
  });
  expect(shown, where).toEqual({ lang: locale, theme, headings: 1, mains: 1, frames: 0 });
  expect(title, where).toMatch(/Plainview$/);
  expect(text, `${where} shows a message id`).not.toMatch(messageId);
  expect(await axeFinds(page), where).toEqual([]);
  expect(over, `${where} scrolls sideways at ${widths[0]}`).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: widths[1], height: 900 });
  const overThen = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overThen, `${where} scrolls sideways at ${widths[1]}`).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: widths[0], height: 900 });
}

/**
 * Asks axe in the page. Its builder for Playwright opens another page for each answer and carries every rule that passed back and forth,
 * which takes four times as long; the rules and what they look at are the same.
 */
async function axeFinds(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (values) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: { type: 'tag', values },
      resultTypes: ['violations'],
      selectors: false,
      elementRef: false,
    });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    );
  }, rules);
}
