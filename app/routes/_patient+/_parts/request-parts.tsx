import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ClockBar, type ClockBarProps } from '#app/components/clock-bar.tsx';
import { Dialog } from '#app/components/dialog.tsx';
import type { DueDateProps } from '#app/components/due-date.tsx';
import { useWords } from '#app/components/words.tsx';
import type { ComplaintContact } from '#app/web/present-complaint.server.ts';
import type { RequestKind } from '#app/requests/kinds/registry.ts';
import type { MessageId } from '#app/words/words.ts';

interface OpenRequest {
  kindOf: RequestKind;
  late: boolean;
  next: string | null;
  /** Whether the facility waits for the patient. */
  waits: boolean;
  fee: { mayChoose: boolean } | null;
}

function stepsOf(kind: RequestKind): MessageId[] {
  if (kind === 'optOut') return ['patient.steps.counts', 'patient.steps.mail'];
  if (kind === 'optOutWithdrawal') return ['patient.steps.takenBack', 'patient.steps.mail'];
  return [kind === 'accounting' ? 'patient.steps.work' : 'asking.steps.work', 'patient.steps.mail'];
}

/** What the facility does now and by when. */
export function NextSteps({ request }: { request: OpenRequest }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="next">
      <h2 id="next">{words('site.timeline.next')}</h2>
      {!request.waits && !request.fee?.mayChoose && <p>{words('patient.home.nothing')}</p>}
      <ul className="grid list-disc gap-2 ps-5">
        {request.next && (
          <li>
            {request.next}{' '}
            {request.late && (
              <a href="#complain" className="reach">
                {words('patient.request.howToComplain')}
              </a>
            )}
          </li>
        )}
        {stepsOf(request.kindOf).map((step) => (
          <li key={step}>{words(step)}</li>
        ))}
      </ul>
    </section>
  );
}

interface ClockFacts {
  bar: ClockBarProps | null;
  working: string[];
  citation: string | null;
}

/** The clock from receipt to the last day, and how that day was worked out. */
export function HowLong({ clock, due }: { clock: ClockFacts; due: DueDateProps }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="clock">
      <h2 id="clock">{words('patient.request.clock')}</h2>
      <p>
        {due.basis === 'law'
          ? words('clocks.basis.law', { citation: clock.citation ?? '' })
          : words('clocks.basis.promise')}
      </p>
      {clock.bar && <ClockBar {...clock.bar} />}
      <details>
        <summary className="text-link w-fit py-2.5 font-semibold underline underline-offset-[0.17em]">
          {words('requests.clock.working')}
        </summary>
        <ol className="mt-2 grid list-decimal gap-2 ps-6">
          {clock.working.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </details>
    </section>
  );
}

/** Ends a request that nobody has answered. Not for a "no": taking that back is a choice of its own. */
export function TakeBack({ version, answersToo }: { version: number; answersToo: string[] }) {
  const words = useWords();
  const others = answersToo.length > 0 && (
    <p>{words('patient.takeBack.others', { references: answersToo.join(', ') })}</p>
  );
  return (
    <section className="stack" aria-labelledby="take-back">
      <h2 id="take-back">{words('patient.takeBack.heading')}</h2>
      <p>{words('patient.takeBack.text')}</p>
      {others}
      <Dialog trigger={words('patient.takeBack.open')} title={words('patient.takeBack.question')}>
        <p>{words('patient.takeBack.text')}</p>
        {others}
        <Form method="post" noValidate className="mt-4">
          <input type="hidden" name="move" value="withdraw" />
          <input type="hidden" name="version" value={version} />
          <Button>{words('patient.takeBack.send')}</Button>
        </Form>
      </Dialog>
    </section>
  );
}

/** The ways to complain: to the facility, and to the regulator. */
export function Complain({ facility }: { facility: ComplaintContact }) {
  const words = useWords();
  const { name, regulators, ...contact } = facility;
  return (
    <section className="stack" aria-labelledby="complain">
      <h2 id="complain">{words('disclosures.accounting.complain.heading')}</h2>
      <p>{words('disclosures.accounting.complain.facility', { ...contact, facility: name })}</p>
      {regulators.map((id) => (
        <p key={id}>{words(id)}</p>
      ))}
    </section>
  );
}
