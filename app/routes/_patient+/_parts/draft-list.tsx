import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { useWords } from '#app/components/words.tsx';
import type { RequestKind } from '#app/requests/kinds/registry.ts';
import type { MessageId } from '#app/words/words.ts';

interface BegunForm {
  kind: RequestKind;
  title: MessageId;
  /** When it was kept last. */
  at: string;
}

/** Forms that were begun and not sent: to go on with, or to throw away. */
export function DraftList({ drafts, draftKey }: { drafts: readonly BegunForm[]; draftKey: string }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="drafts">
      <h2 id="drafts">{words('asking.draft.heading')}</h2>
      <ul className="stack">
        {drafts.map(({ kind, title, at }) => (
          <li key={kind} className="border-rule grid gap-1 border-t pt-4">
            <h3 className="text-h3">
              <Link to={`/requests/new/${kind}`} className="reach">
                {words('asking.draft.goOn', { kind: words(title) })}
              </Link>
            </h3>
            <p>{words('asking.draft.line', { at })}</p>
            <Form method="post" action={`/requests/new/${kind}`}>
              <input type="hidden" name="submissionKey" value={draftKey} />
              <Button name="intent" value="drop" variant="plain">
                {words('asking.draft.dropKind', { kind: words(title) })}
              </Button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}
