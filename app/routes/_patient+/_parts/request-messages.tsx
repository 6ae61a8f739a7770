import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { MessageView } from '#app/web/present-request-file.server.ts';
import type { RequestPage } from '#app/web/request-page.server.ts';
import { KeptWhileTyping } from './kept-while-typing.tsx';
import { Files } from './request-files.tsx';

/** What patient and facility wrote to each other, oldest first. */
export function Messages({ id, messages }: { id: string; messages: readonly MessageView[] }) {
  return (
    <ol className="stack gap-y-4">
      {messages.map(({ id: messageId, who, at, about, text, byFacility, files }) => (
        <li
          key={messageId}
          className={byFacility ? 'border-act border-s-4 ps-4' : 'border-rule border-s-4 ps-4'}
        >
          <p className="text-note text-muted flex flex-wrap gap-x-3">
            {about && <b className="text-text">{about}</b>}
            <b className="text-text">{who}</b>
            <time dateTime={at.iso}>{at.words}</time>
          </p>
          <p dir="auto" className="max-w-measure wrap-anywhere whitespace-pre-line">
            {text}
          </p>
          {files.length > 0 && <Files id={id} files={files} />}
        </li>
      ))}
    </ol>
  );
}

/** Where an answer to a message goes once the request is over. */
export function Ended({ request }: { request: { id: string; canAskAgain: boolean } }) {
  const words = useWords();
  const { id, canAskAgain } = request;
  return (
    <p>
      {words('asking.message.ended')}{' '}
      {words(canAskAgain ? 'asking.message.endedAgain' : 'asking.message.endedNew')}{' '}
      <Link to={canAskAgain ? `/requests/${id}/again` : '/requests/new/question'} className="reach">
        {words(canAskAgain ? 'asking.again.open' : 'asking.message.endedAsk')}
      </Link>
    </p>
  );
}

/** A place for the patient's own statement that they disagree with a denied correction. */
export function Disagree({ request, mistakes }: Omit<Writing, 'isReply'>) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="disagree">
      <h2 id="disagree">{words('asking.disagree.heading')}</h2>
      <p>{words('asking.disagree.text')}</p>
      <details open={mistakes.any || undefined}>
        <summary className="text-link w-fit py-2.5 font-semibold underline underline-offset-[0.17em]">
          {words('asking.disagree.open')}
        </summary>
        <Form
          method="post"
          encType="multipart/form-data"
          noValidate
          key={request.submissionKey}
          id="disagreement"
          className="stack mt-4 gap-y-6"
        >
          <input type="hidden" name="move" value="disagree" />
          <input type="hidden" name="submissionKey" value={request.submissionKey} />
          <TextArea
            name="text"
            dir="auto"
            rows={6}
            autoComplete="off"
            label={words('asking.disagree.why')}
            error={mistakes.error('text')}
            defaultValue={mistakes.typed('text') ?? request.kept.disagree}
          />
          <FileChoice accept={request.accept} error={mistakes.error('files')} />
          <p>
            <Button variant="outline">{words('asking.disagree.send')}</Button>
          </p>
          <KeptWhileTyping formId="disagreement" draft={`${request.id}/draft?of=disagree`} />
        </Form>
      </details>
    </section>
  );
}

function FileChoice({ accept, error }: { accept: string; error: string | undefined }) {
  const words = useWords();
  return (
    <TextField
      name="files"
      type="file"
      multiple
      optional
      accept={accept}
      label={words('asking.message.files')}
      hint={words('asking.files.hint')}
      error={error}
    />
  );
}

interface Writing {
  request: Pick<RequestPage, 'id' | 'submissionKey' | 'accept' | 'kept'>;
  mistakes: ReturnType<typeof useMistakes>;
  /** Where the facility waits for it: an answer, not a message out of the blue. */
  isReply: boolean;
}

/** A message to the facility, with files. */
export function WriteMessage({ request, mistakes, isReply }: Writing) {
  const words = useWords();
  return (
    <Form
      method="post"
      encType="multipart/form-data"
      noValidate
      key={request.submissionKey}
      id="message"
      className="stack gap-y-6"
    >
      <input type="hidden" name="move" value="message" />
      <input type="hidden" name="submissionKey" value={request.submissionKey} />
      <TextArea
        name="text"
        dir="auto"
        autoComplete="off"
        label={words(isReply ? 'asking.message.reply' : 'asking.message.text')}
        error={mistakes.error('text')}
        defaultValue={mistakes.typed('text') ?? request.kept.message}
      />
      <FileChoice accept={request.accept} error={mistakes.error('files')} />
      <p>
        <Button variant={isReply ? 'act' : 'outline'}>
          {words(isReply ? 'asking.message.sendReply' : 'asking.message.send')}
        </Button>
      </p>
      <KeptWhileTyping formId="message" draft={`${request.id}/draft?of=message`} />
    </Form>
  );
}
