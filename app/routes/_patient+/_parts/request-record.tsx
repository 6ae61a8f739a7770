import { Form, Link } from '@remix-run/react';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { Notice } from '#app/components/notice.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { T, useWords } from '#app/components/words.tsx';
import type { RequestPage } from '#app/web/request-page.server.ts';
import { Files } from './request-files.tsx';

/** Said once, after sending: the number, what happens next and by when. The same page later is the same receipt. */
export function Receipt({ request }: { request: RequestPage }) {
  const words = useWords();
  return (
    <Notice tone="good" heading={words('patient.done.sent')}>
      <p>
        <T id="patient.request.keepNumber" values={{ reference: request.reference }} />
      </p>
      {request.next && <p>{request.next}</p>}
      <p>
        <Link to={`/requests/${request.id}/receipt.pdf`} reloadDocument className="reach">
          {words('asking.receipt.download')}
        </Link>
      </p>
    </Notice>
  );
}

/** What the patient asked for, in their own words, with the files they sent. */
export function WhatIAsked({ request }: { request: RequestPage }) {
  const words = useWords();
  if (request.asked.length === 0 && request.files.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="asked">
      <h2 id="asked">{words('asking.asked.heading')}</h2>
      {request.asked.length > 0 && (
        <SummaryList
          rows={request.asked.map(({ term, value }) => ({
            term,
            value: (
              <span dir="auto" className="block max-w-measure wrap-anywhere whitespace-pre-line">
                {value}
              </span>
            ),
          }))}
        />
      )}
      {request.files.length > 0 && (
        <Files id={request.id} files={request.files} heading={words('asking.asked.files')} />
      )}
    </section>
  );
}

/** The letter that says that the answer takes longer. */
export function ExtensionLetter({ extension }: { extension: NonNullable<RequestPage['extension']> }) {
  const { dates, heading, locale, more, reason, why } = extension;
  return (
    <section className="stack" aria-labelledby="extension" lang={locale}>
      <h2 id="extension">{heading}</h2>
      <p>{dates}</p>
      {reason && (
        <>
          <p>{why}</p>
          <p
            dir="auto"
            className="border-act max-w-measure border-s-4 ps-4 wrap-anywhere whitespace-pre-line"
          >
            {reason}
          </p>
        </>
      )}
      {more.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </section>
  );
}

/** The request that is answered for this one too, and what to do where it is not the same. */
export function SameAs({
  request,
  twin,
}: {
  request: RequestPage;
  twin: NonNullable<RequestPage['duplicateOf']>;
}) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="same">
      <h2 id="same">{words('asking.same.heading')}</h2>
      <p>
        {words('asking.same.text')}{' '}
        <Link to={`/requests/${twin.id}`} className="reach">
          {words('patient.request.title', { reference: twin.reference })}
        </Link>
      </p>
      {request.canReopen && (
        <Form method="post" noValidate className="stack">
          <input type="hidden" name="move" value="notADuplicate" />
          <input type="hidden" name="version" value={request.version} />
          <p>{words('asking.same.not')}</p>
          <p>
            <Button variant="outline">{words('asking.same.act')}</Button>
          </p>
        </Form>
      )}
    </section>
  );
}

/** The way to a second look, and the requests that one led to the other. */
export function LookAgain({ request }: { request: RequestPage }) {
  const words = useWords();
  const { canAskAgain, followedBy } = request;
  if (!canAskAgain && followedBy.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="again">
      <h2 id="again">{words('asking.again.heading')}</h2>
      {followedBy.map(({ id, reference, over }) => (
        <p key={id}>
          {words(over ? 'asking.again.takenBack' : 'asking.again.asked')}{' '}
          <Link to={`/requests/${id}`} className="reach">
            {words('patient.request.title', { reference })}
          </Link>
        </p>
      ))}
      {canAskAgain && (
        <>
          <p>{words('asking.again.text')}</p>
          <p>
            <ButtonLink to={`/requests/${request.id}/again`} variant="outline">
              {words('asking.again.open')}
            </ButtonLink>
          </p>
        </>
      )}
    </section>
  );
}

/** All of a request to keep: as a paper, and for programs. */
export function KeepAll({ id }: { id: string }) {
  const words = useWords();
  return (
    <section className="stack no-print" aria-labelledby="keep">
      <h2 id="keep">{words('asking.file.heading')}</h2>
      <p>{words('asking.file.text')}</p>
      <ul className="flex flex-wrap gap-x-8 gap-y-2">
        {(
          [
            ['receipt.pdf', 'asking.receipt.download'],
            ['file.pdf', 'asking.file.pdf'],
            ['file.json', 'asking.file.json'],
          ] as const
        ).map(([name, label]) => (
          <li key={name}>
            <Link
              to={`/requests/${id}/${name}`}
              reloadDocument
              className="inline-flex min-h-(--target) items-center"
            >
              {words(label)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
