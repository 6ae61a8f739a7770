import { expect, type Page } from '@playwright/test';

/** Goes on with Tab until the control with this name has the focus. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    // After the last control the focus leaves the page, and comes back at its top.
    if ((await focused.count()) === 0) continue;
    const label = await focused.evaluate((element) => {
      const labels = 'labels' in element ? Array.from((element as HTMLInputElement).labels ?? []) : [];
      return [...labels.map((one) => one.innerText), (element as HTMLElement).innerText].join(' ').trim();
    });
    if (typeof name === 'string' ? label.startsWith(name) : name.test(label)) {
      await expectFocusSeen(page);
      return;
    }
  }
  throw new Error(`Tab never came to ${String(name)}`);
}

/** WCAG 2.4.7 and 2.4.11: what has the focus shows it, and nothing covers it. */
async function expectFocusSeen(page: Page): Promise<void> {
  const seen = await page.locator(':focus').evaluate((element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
      ring:
        style.outlineStyle !== 'none' ||
        style.boxShadow !== 'none' ||
        element.matches('input[type="radio"], input[type="checkbox"]'),
      uncovered:
        on !== null && (element.contains(on) || on.contains(element) || on.closest('label') !== null),
    };
  });
  expect(seen).toEqual({ ring: true, uncovered: true });
}
