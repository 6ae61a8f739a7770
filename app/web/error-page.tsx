import { isRouteErrorResponse, useRouteError } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import type { MessageId } from '#app/words/words.ts';
import { useSiteFrame } from './site.ts';

/** What a person sees when a page cannot be shown: what it means for them, and a way on. Never the error itself. */
export function ErrorPage() {
  const error = useRouteError();
  const words = useWords();
  const frame = useSiteFrame();
  const { title, text } = errorWords(error, frame !== null);
  return (
    <>
      <PageHeader title={words(title)} lead={words(text)} />
      <ButtonLink to="/">{words('errors.toStart')}</ButtonLink>
    </>
  );
}

/** @param framed whether the root could load: if not, the records are out of reach */
export function errorWords(error: unknown, framed: boolean): { title: MessageId; text: MessageId } {
  const status = isRouteErrorResponse(error) ? error.status : framed ? 500 : 503;
  if (status === 404) return { title: 'errors.notFoundTitle', text: 'errors.notFoundText' };
  if (status === 403) return { title: 'errors.forbiddenTitle', text: 'errors.forbiddenText' };
  // The records are there, or the frame could not have been loaded: it is the sign-in that has too much to do.
  if (status === 503 && framed) return { title: 'errors.busyTitle', text: 'errors.busyText' };
  if (status === 503) return { title: 'errors.downTitle', text: 'errors.downText' };
  return { title: 'errors.brokenTitle', text: 'errors.brokenText' };
}
