import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { Icon } from '#app/components/icon.tsx';
import { useWords } from '#app/components/words.tsx';
import { FileList, TakeBack } from './file-list.tsx';
import { filledKey, ReadyWords } from './ready-words.tsx';
import type { MessageView } from './request-around.server.ts';
import type { WorkProps } from './work.tsx';

/** What patient and facility write to each other. */
export function Messages({ request, mistakes }: WorkProps) {
  const words = useWords();
  const { around, mayAct, moves, open } = request;
  return (
    <section className="stack" aria-labelledby="messages">
      <h2 id="messages">{words('desk.messages')}</h2>
      <Written messages={around.messages} requestId={request.id} none={words('desk.messages.none')} />
      {mayAct && (
        <Form
          method="post"
          encType="multipart/form-data"
          noValidate
          className="stack"
          key={`${around.messages.length} ${filledKey(mistakes.typed('message'))}`}
        >
          <input type="hidden" name="version" value={request.version} />
          <input type="hidden" name="submissionKey" value={around.keys.message} />
          <TextArea
            name="message"
            rows={4}
            label={words('desk.message.label', { patient: request.patient })}
            hint={words(
              request.readOnline
                ? open
                  ? 'desk.message.hint'
                  : 'desk.message.ended'
                : open
                  ? 'desk.message.byPost'
                  : 'desk.message.endedByPost',
            )}
            error={mistakes.error('message')}
            defaultValue={mistakes.typed('message')}
          />
          <ReadyWords templates={request.templates} uses={['message']} />
          <Document id="messageDocument" accept={request.accept} error={mistakes.error('messageDocument')} />
          {moves.includes('askPatient') && (
            <ChoiceGroup
              type="checkbox"
              name="waits"
              legend={words('desk.message.waitsLegend')}
              chosen={mistakes.chosen('waits')}
              choices={[
                {
                  value: 'waits',
                  label: words('desk.message.waits'),
                  hint: words(request.readOnline ? 'desk.message.waitsHint' : 'desk.message.waitsByPost'),
                },
              ]}
            />
          )}
          <p>
            <Button name="intent" value="message" variant="outline">
              {words('desk.message.send')}
            </Button>
          </p>
        </Form>
      )}
    </section>
  );
}

/** What staff write for staff. */
export function Notes({ request, mistakes }: WorkProps) {
  const words = useWords();
  const { around, mayAct } = request;
  return (
    <section className="stack" aria-labelledby="notes">
      <h2 id="notes" className="flex flex-wrap items-center gap-x-3">
        {words('desk.notes')}
        <span className="text-note text-paused inline-flex items-center gap-1 font-semibold">
          <Icon name="lock" />
          {words('site.timeline.staffOnly')}
        </span>
      </h2>
      <Written messages={around.notes} requestId={request.id} none={words('desk.notes.none')} />
      {mayAct && (
        <Form method="post" noValidate className="stack" key={around.notes.length}>
          <input type="hidden" name="version" value={request.version} />
          <input type="hidden" name="submissionKey" value={around.keys.remark} />
          <TextArea
            name="remark"
            rows={3}
            label={words('desk.note.label')}
            error={mistakes.error('remark')}
            defaultValue={mistakes.typed('remark')}
          />
          <p>
            <Button name="intent" value="remark" variant="outline">
              {words('desk.note.keep')}
            </Button>
          </p>
        </Form>
      )}
    </section>
  );
}

/** Files that came with no message. */
export function Files({ request, mistakes }: WorkProps) {
  const words = useWords();
  const { around, mayAct } = request;
  return (
    <section className="stack" aria-labelledby="files">
      <h2 id="files">{words('desk.files')}</h2>
      {around.files.length === 0 ? (
        <p className="text-muted">{words('desk.files.none')}</p>
      ) : (
        <FileList
          files={around.files}
          requestId={request.id}
          act={({ id, name, use }) =>
            mayAct &&
            request.open &&
            (use === 'forRelease' || use === 'scan') && <TakeBack request={request} fileId={id} name={name} />
          }
        />
      )}
      {mayAct && (
        <details open={Boolean(mistakes.error('document') ?? mistakes.error('fileUse'))}>
          <summary className="min-h-(--target) py-1 font-semibold">{words('desk.file.add')}</summary>
          <Form
            method="post"
            encType="multipart/form-data"
            noValidate
            className="stack pt-2"
            key={around.files.length}
          >
            <input type="hidden" name="version" value={request.version} />
            <Document id="document" accept={request.accept} error={mistakes.error('document')} />
            <ChoiceGroup
              type="radio"
              name="fileUse"
              legend={words('desk.file.for')}
              error={mistakes.error('fileUse')}
              chosen={mistakes.chosen('fileUse')}
              choices={[
                { value: 'internal', label: words('desk.file.use.internal') },
                ...(request.open ? [{ value: 'forRelease', label: words('desk.file.use.forRelease') }] : []),
              ]}
            />
            <p>
              <Button name="intent" value="file" variant="outline">
                {words('desk.file.keep')}
              </Button>
            </p>
          </Form>
        </details>
      )}
    </section>
  );
}

export function Document({ id, accept, error }: { id: string; accept: string; error?: string }) {
  const words = useWords();
  return (
    <TextField
      name="document"
      id={id}
      type="file"
      accept={accept}
      optional={id !== 'document'}
      label={words('desk.file.label')}
      hint={words('desk.file.hint')}
      error={error}
    />
  );
}

function Written({
  messages,
  requestId,
  none,
}: {
  messages: MessageView[];
  requestId: string;
  none: string;
}) {
  if (messages.length === 0) return <p className="text-muted">{none}</p>;
  return (
    <ol className="grid gap-4">
      {messages.map(({ id, by, at, about, text, files }) => (
        <li key={id} className="border-rule grid gap-1 border-s-4 ps-4">
          <p className="text-note text-muted flex flex-wrap gap-x-3">
            {about && <span className="text-text font-semibold">{about}</span>}
            <span className="text-text font-semibold">{by}</span>
            <span>{at}</span>
          </p>
          <p className="wrap-anywhere whitespace-pre-line">{text}</p>
          {files.length > 0 && <FileList files={files} requestId={requestId} />}
        </li>
      ))}
    </ol>
  );
}
