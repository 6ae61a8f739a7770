import { useId, useRef, type ReactNode } from 'react';
import { Button, type ButtonVariant } from './button.tsx';
import { Icon } from './icon.tsx';
import { useScripted } from './use-scripted.ts';
import { useWords } from './words.tsx';

export interface DialogProps {
  /** Words of the button that opens it. */
  trigger: string;
  triggerVariant?: ButtonVariant;
  title: string;
  /** What to read, and the form that acts. A form in here posts as any other. */
  children: ReactNode;
}

/** A question asked before an act. Without script it is a `<details>` that opens in place, with the same form in it. */
export function Dialog({ trigger, triggerVariant = 'outline', title, children }: DialogProps) {
  const words = useWords();
  const headingId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const scripted = useScripted();

  if (!scripted) {
    return (
      <details className="group">
        <summary className="border-act bg-bg text-act inline-flex min-h-(--target) items-center gap-2 rounded-sm border-2 px-(--button-inset) py-1.5 font-semibold">
          {trigger}
          <Icon name="arrowDown" className="group-open:rotate-180" />
        </summary>
        <div className="border-line mt-4 border-s-4 ps-4 sm:ps-6">
          <h2 className="text-h3 mb-3">{title}</h2>
          {children}
        </div>
      </details>
    );
  }
  return (
    <>
      <Button type="button" variant={triggerVariant} onClick={() => dialog.current?.showModal()}>
        {trigger}
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby={headingId}
        className="bg-bg text-text border-line m-auto w-[calc(100%-2rem)] max-w-xl rounded-sm border p-5 sm:p-8"
      >
        <div className="mb-4 flex items-start justify-between gap-4">
          <h2 id={headingId}>{title}</h2>
          <Button type="button" variant="plain" icon="cross" onClick={() => dialog.current?.close()}>
            {words('site.dialog.close')}
          </Button>
        </div>
        {children}
      </dialog>
    </>
  );
}
