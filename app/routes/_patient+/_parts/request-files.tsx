import { Link } from '@remix-run/react';
import { Icon } from '#app/components/icon.tsx';
import type { FileLine } from '#app/web/present-request-file.server.ts';

/** Files to download. They came from outside: no browser shows them in place. */
export function Files({ id, files, heading }: { id: string; files: readonly FileLine[]; heading?: string }) {
  return (
    <div>
      {heading && <h3>{heading}</h3>}
      <ul className="grid gap-1">
        {files.map((file) => (
          <li key={file.id}>
            <Link
              to={`/requests/${id}/files/${file.id}`}
              reloadDocument
              className="inline-flex min-h-(--target) max-w-full items-center gap-2"
            >
              <Icon name="download" />
              <span className="break-all">
                <bdi>{file.name}</bdi> ({file.size})
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
