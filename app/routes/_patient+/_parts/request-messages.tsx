import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { MessageView } from '#app/web/present-request-file.server.ts';
import { Files } from './request-files.tsx';

/** What patient and facility wrote to each other, oldest first. */
export function Messages({ id, messages }: { id: string; messages: readonly MessageView[] }) {
  return (
    <ol className="stack gap-y-4">
      {messages.map(({ id: messageId, who, at, text, byFacility, files }) => (
        <li
          key={messageId}
          className={byFacility ? 'border-act border-s-4 ps-4' : 'border-rule border-s-4 ps-4'}
        >
          <p className="text-note text-muted flex flex-wrap gap-x-3">
            <b className="text-text">{who}</b>
            <time dateTime={at.iso}>{at.words}</time>
          </p>
          <p dir="auto" className="max-w-measure break-words whitespace-pre-line">
            {text}
          </p>
          {files.length > 0 && <Files id={id} files={files} />}
        </li>
      ))}
    </ol>
  );
}

interface Writing {
  request: { submissionKey: string; accept: string };
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
        defaultValue={mistakes.typed('text')}
      />
      <TextField
        name="files"
        type="file"
        multiple
        optional
        accept={request.accept}
        label={words('asking.message.files')}
        hint={words('asking.files.hint')}
        error={mistakes.error('files')}
      />
      <p>
        <Button variant={isReply ? 'act' : 'outline'}>
          {words(isReply ? 'asking.message.sendReply' : 'asking.message.send')}
        </Button>
      </p>
    </Form>
  );
}
