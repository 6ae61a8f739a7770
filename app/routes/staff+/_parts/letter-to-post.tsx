import { Form } from '@remix-run/react';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { TextField } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';
import type { WorkProps } from './work.tsx';

/** What was told where nobody reads it on a page: the letter to print, and that it was posted. */
export function LetterToPost({ request, mistakes }: WorkProps) {
  const words = useWords();
  const { toPost, id, patient, mayAct, readOnline } = request;
  if (!toPost) return null;
  const letter = (
    <ButtonLink to={`/staff/requests/${id}/letter.pdf`} variant="outline" icon="download" reloadDocument>
      {words('staff.pdf.post')}
    </ButtonLink>
  );
  if (toPost.postedOn)
    return (
      <div className="stack">
        <p>{words('desk.post.posted', { date: toPost.postedOn })}</p>
        <p>{letter}</p>
      </div>
    );
  return (
    <Notice tone="soon" heading={words(readOnline ? 'desk.post.owedSince' : 'desk.post.owed')}>
      <p>
        {readOnline ? words('desk.post.whySince') : words('desk.post.why', { patient, date: toPost.toldOn })}
      </p>
      {toPost.extendsFrom && <p>{words('desk.post.extends', { date: toPost.extendsFrom })}</p>}
      {toPost.stopsBy && <p>{words('desk.post.stops', { date: toPost.stopsBy })}</p>}
      {toPost.costsBy && <p>{words('desk.post.costs', { date: toPost.costsBy })}</p>}
      <p>{letter}</p>
      {mayAct && (
        <Form method="post" noValidate className="stack">
          <input type="hidden" name="version" value={request.version} />
          <TextField
            name="postedOn"
            type="date"
            width="date"
            autoComplete="off"
            label={words('desk.post.on')}
            error={mistakes.error('postedOn')}
            defaultValue={mistakes.typed('postedOn') ?? toPost.today}
          />
          <p>
            <Button name="intent" value="posted" variant="outline">
              {words('desk.post.act')}
            </Button>
          </p>
        </Form>
      )}
    </Notice>
  );
}
