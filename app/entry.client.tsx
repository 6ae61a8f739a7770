import { RemixBrowser } from '@remix-run/react';
import { startTransition, StrictMode, type FunctionComponent } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { loadCatalogue } from '#app/words/catalogues.browser.ts';
import { defaultLocale, isLocale } from '#app/words/locales.ts';

/**
 * RemixBrowser suspends at the root until the data that came with the page are decoded, before it calls any hook. React 18 cannot answer
 * a key or a click at a root that is suspended: it throws error 345 ("Root did not complete"), and the page stays without script. So the
 * data are decoded first; until then the page is plain HTML, whose links and forms work.
 */
async function dataDecoded(): Promise<void> {
  try {
    (RemixBrowser as FunctionComponent)({});
  } catch (suspendedOn) {
    // Anything else that was thrown is thrown again below, inside React, where the page's error boundary shows it.
    if (suspendedOn instanceof Promise) await suspendedOn;
  }
}

const spoken = new Set(
  [...document.querySelectorAll<HTMLElement>('[lang]')].map(({ lang }) =>
    isLocale(lang) ? lang : defaultLocale,
  ),
);

void Promise.all([dataDecoded(), ...[...spoken].map(loadCatalogue)]).then(() => {
  startTransition(() => {
    hydrateRoot(
      document,
      <StrictMode>
        <RemixBrowser />
      </StrictMode>,
    );
  });
});
