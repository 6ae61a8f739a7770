import { Form, Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Button } from '#app/components/button.tsx';
import { Icon } from '#app/components/icon.tsx';
import { useWords } from '#app/components/words.tsx';
import type { FileView } from './request-around.server.ts';
import type { RequestView } from './request-view.server.ts';

/** Files to download, each with what may be done with it. */
export function FileList({
  files,
  requestId,
  act,
}: {
  files: FileView[];
  requestId: string;
  act?: (file: FileView) => ReactNode;
}) {
  return (
    <ul className="grid gap-1">
      {files.map((file) => (
        <li key={file.id} className="flex flex-wrap items-baseline gap-x-3">
          <Link
            to={`/staff/requests/${requestId}/files/${file.id}`}
            reloadDocument
            className="reach inline-flex items-center gap-1.5 break-all"
          >
            <Icon name="download" />
            {file.name}
          </Link>
          <span className="text-note text-muted">{file.about}</span>
          {act?.(file)}
        </li>
      ))}
    </ul>
  );
}

/** The files that go to the patient with the answer, as its preview has them. */
export function GoingFiles({ request }: { request: RequestView }) {
  const words = useWords();
  const files = request.around.files.filter(({ use }) => use === 'forRelease');
  if (files.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="going">
      <h3 id="going">{words('desk.file.going')}</h3>
      <FileList files={files} requestId={request.id} />
    </section>
  );
}

/** The way back for a file that should not go out, or was scanned into the wrong request. */
export function TakeBack({ request, fileId, name }: { request: RequestView; fileId: string; name: string }) {
  const words = useWords();
  return (
    <Form method="post" noValidate>
      <input type="hidden" name="version" value={request.version} />
      <input type="hidden" name="fileId" value={fileId} />
      <Button name="intent" value="takeFileBack" variant="plain">
        {words('desk.file.takeBack')}
        <span className="sr-only">{`: ${name}`}</span>
      </Button>
    </Form>
  );
}
