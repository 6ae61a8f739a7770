import type { ShouldRevalidateFunction } from '@remix-run/react';

/**
 * What a page shows is read again when its form is refused because it was out of date (409): the refusal speaks of what stands there now,
 * and without script the page shows it. Remix by itself keeps what it loaded before, its hidden version too, so that the same form would
 * be refused again and again. For a page's `shouldRevalidate`.
 */
export const afterRefusal: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) =>
  defaultShouldRevalidate || actionStatus === 409;
