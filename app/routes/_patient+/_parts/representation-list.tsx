import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { Dialog } from '#app/components/dialog.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { useWords } from '#app/components/words.tsx';
import type { RepresentationView } from '#app/web/present-representations.server.ts';

/** Those a person acts for, acted for, or asked to act for. */
export function IActFor({
  list,
  actingId,
}: {
  list: readonly RepresentationView[];
  actingId: string | null;
}) {
  const words = useWords();
  return (
    <ul className="grid gap-6">
      {list.map((one) => (
        <li key={one.id} className="border-rule grid gap-2 border-t pt-4">
          <h3>{one.patient}</h3>
          <Facts one={one} />
          {one.standing === 'refused' && one.reason && (
            <p>{words('records.mine.why', { reason: one.reason })}</p>
          )}
          {one.standing === 'asked' && <p className="text-muted">{words('records.mine.waiting')}</p>}
          {one.standing === 'counts' &&
            (one.id === actingId ? (
              <p className="font-semibold">{words('records.mine.actingNow')}</p>
            ) : (
              <Form method="post">
                <input type="hidden" name="intent" value="act" />
                <input type="hidden" name="representation" value={one.id} />
                <Button>{words('records.mine.act', { patient: one.patient })}</Button>
              </Form>
            ))}
        </li>
      ))}
    </ul>
  );
}

/** Those who act or acted for the person, and how each can be ended. */
export function ActsForMe({ list, phone }: { list: readonly RepresentationView[]; phone: string }) {
  const words = useWords();
  return (
    <ul className="grid gap-6">
      {list.map((one) => (
        <li key={one.id} className="border-rule grid gap-2 border-t pt-4">
          <h3>{one.representative}</h3>
          <Facts one={one} />
          {one.standing === 'counts' && !one.patientMayEnd && (
            <p>{words('records.mine.endAskUs', { phone })}</p>
          )}
          {one.standing === 'counts' && one.patientMayEnd && (
            <div>
              <Dialog
                trigger={words('records.mine.end', { name: one.representative })}
                title={words('records.mine.endTitle', { name: one.representative })}
              >
                <p>{words('records.mine.endText')}</p>
                <Form method="post" className="mt-4">
                  <input type="hidden" name="intent" value="end" />
                  <input type="hidden" name="representation" value={one.id} />
                  <Button>{words('records.mine.endNow')}</Button>
                </Form>
              </Dialog>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Facts({ one }: { one: RepresentationView }) {
  return (
    <div className="grid gap-1">
      <p>
        <StatusBadge tone={one.tone}>{one.standingInWords}</StatusBadge>
      </p>
      <p>{one.basisInWords}</p>
      <p>{one.scopeInWords}</p>
      {one.until && <p className="text-muted">{one.until}</p>}
    </div>
  );
}
