import { useRevalidator } from '@remix-run/react';
import { useRef, useState, type DragEvent, type FormEvent } from 'react';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { SelectField, TextField } from '#app/components/field.tsx';
import { useScriptOnly } from '#app/components/use-scripted.ts';
import { useWords } from '#app/components/words.tsx';
import { listMistake, listPurposes, type ListMistake } from '#app/web/cleaned-list.ts';

type Progress =
  | { step: 'asking' | 'done' }
  | { step: 'sending'; percent: number }
  | { step: 'receiving'; size: number }
  | null;

const rowsPath = '/staff/list-cleaner/rows';

/** The form that takes a list and gives it back cleaned. Without script it is sent as any form, and the browser saves the answer. */
export function ListCleaner({
  vendors,
  mistaken: mistakenBefore,
}: {
  vendors: { slug: string; name: string }[];
  mistaken: string | null;
}) {
  const words = useWords();
  const form = useRef<HTMLFormElement>(null);
  const revalidator = useRevalidator();
  const scriptOnly = useScriptOnly();
  const [mistaken, setMistaken] = useState(mistakenBefore);
  const [progress, setProgress] = useState<Progress>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const mistake = listMistake(mistaken);
  const said = mistake ? words(mistake.id) : null;
  const errorOf = (field: string) => (mistake?.field === field && said ? said : undefined);
  const isBusy = progress !== null && progress.step !== 'done';

  const fail = (why: ListMistake) => {
    setProgress(null);
    setMistaken(why);
    revalidator.revalidate();
  };
  const clean = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy) return;
    const filled = new FormData(event.currentTarget);
    const file = filled.get('file');
    if (!filled.get('purpose')) return fail('purpose');
    if (!filled.get('vendor')) return fail('vendor');
    if (!(file instanceof File) || file.size === 0) return fail('file');
    filled.delete('file');
    setMistaken(null);
    setProgress({ step: 'sending', percent: 0 });
    const query = new URLSearchParams();
    for (const [name, value] of filled) if (typeof value === 'string') query.append(name, value);
    sendList(`${rowsPath}?${query}`, file, {
      onProgress: setProgress,
      onRefused: fail,
      onDone: (cleaned) => {
        save(cleaned, file.name);
        setProgress({ step: 'done' });
        revalidator.revalidate();
      },
    });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const input = form.current?.elements.namedItem('file');
    const file = event.dataTransfer.files[0];
    if (!(input instanceof HTMLInputElement) || !file) return;
    input.files = event.dataTransfer.files;
    setChosen(file.name);
  };

  return (
    <>
      <ErrorSummary errors={mistake && said ? [{ fieldId: mistake.field, message: said }] : []} />
      <form
        ref={form}
        method="post"
        action={rowsPath}
        encType="multipart/form-data"
        noValidate
        className="stack max-w-measure"
        onSubmit={clean}
      >
        <SelectField name="purpose" label={words('lists.purpose')} error={errorOf('purpose')} defaultValue="">
          <option value="">{words('lists.choose')}</option>
          {Object.entries(listPurposes).map(([code, purpose]) => (
            <option key={code} value={code}>
              {words(`optOuts.purpose.${purpose}`)}
            </option>
          ))}
        </SelectField>
        <SelectField name="vendor" label={words('lists.vendor')} error={errorOf('vendor')} defaultValue="">
          <option value="">{words('lists.choose')}</option>
          {vendors.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField name="named" label={words('lists.withName')} defaultValue="yes">
          <option value="yes">{words('lists.withNameYes')}</option>
          <option value="no">{words('lists.withNameNo')}</option>
        </SelectField>
        <TextField
          name="file"
          type="file"
          accept=".csv,.txt,text/csv"
          label={words('lists.file')}
          hint={words('lists.fileHint')}
          error={errorOf('file')}
          onChange={(event) => setChosen(event.currentTarget.files?.[0]?.name ?? null)}
        />
        <div
          role="presentation"
          className={`border-line rounded-sm border-2 border-dashed p-6 text-center ${scriptOnly}`}
          onDragOver={(event) => event.preventDefault()}
          onDrop={drop}
        >
          {chosen ? words('lists.chosen', { name: chosen }) : words('lists.drop')}
        </div>
        <p>
          <Button>{words('lists.clean')}</Button>
        </p>
        <div role="status">
          {progress?.step === 'sending' && (
            <label className="stack">
              {words('lists.sending', { percent: progress.percent })}
              <progress className="w-full" max={100} value={progress.percent} />
            </label>
          )}
          {progress?.step === 'receiving' && (
            <label className="stack">
              {words('lists.receiving', { size: inKilobytes(progress.size) })}
              <progress className="w-full" />
            </label>
          )}
          {progress?.step === 'done' && <p>{words('lists.done')}</p>}
        </div>
      </form>
    </>
  );
}

interface Told {
  onProgress(progress: Progress): void;
  onRefused(mistake: ListMistake): void;
  onDone(cleaned: Blob): void;
}

/** XMLHttpRequest, since fetch tells nothing of how far a file has gone. An answer that breaks off is an error, and is not saved. */
function sendList(address: string, file: File, { onProgress, onRefused, onDone }: Told): void {
  const call = new XMLHttpRequest();
  call.open('POST', address);
  call.setRequestHeader('Content-Type', 'text/csv');
  call.responseType = 'blob';
  call.upload.onprogress = ({ loaded, total }) =>
    onProgress({ step: 'sending', percent: Math.floor((100 * loaded) / Math.max(1, total)) });
  call.onprogress = ({ loaded }) => onProgress({ step: 'receiving', size: loaded });
  call.onerror = () => onRefused('broken');
  call.onload = () => {
    const answer = call.response as Blob;
    // Whoever is signed out meanwhile is led to sign in, which is no list.
    if (call.status === 200 && call.getResponseHeader('Plainview-Receipt')) return onDone(answer);
    void answer.text().then((text) => onRefused(refusalIn(text)));
  };
  call.send(file);
}

function refusalIn(text: string): ListMistake {
  try {
    const { mistake } = JSON.parse(text) as { mistake: ListMistake };
    return listMistake(mistake) ? mistake : 'broken';
  } catch {
    return 'broken';
  }
}

function save(cleaned: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(cleaned);
  link.download = name.replace(/(\.\w+)?$/, '-cleaned.csv');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function inKilobytes(size: number): string {
  return `${Math.ceil(size / 1024)} kB`;
}
