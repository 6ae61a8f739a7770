import { Form } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Button } from '#app/components/button.tsx';
import type { Intent } from './request-intents.ts';

/** Something that may be done, closed until somebody wants it. */
export function Fold({ title, open, children }: { title: string; open?: boolean; children: ReactNode }) {
  return (
    <details open={open}>
      <summary className="min-h-(--target) py-2 font-semibold">{title}</summary>
      <div className="pb-4">{children}</div>
    </details>
  );
}

/** A form with one button. */
export function Plain({
  version,
  intent,
  act,
  children,
}: {
  version: number;
  intent: Intent;
  act: string;
  children: ReactNode;
}) {
  return (
    <Form method="post" noValidate className="stack" key={version}>
      <input type="hidden" name="version" value={version} />
      {children}
      <p>
        <Button name="intent" value={intent} variant="outline">
          {act}
        </Button>
      </p>
    </Form>
  );
}
