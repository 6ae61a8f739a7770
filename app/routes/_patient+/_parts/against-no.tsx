import { Link } from '@remix-run/react';
import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';

/** Images that left although the patient had said no, or had not said yes: told first, with what can be done. Renders nothing when there are none. */
export function AgainstNo({ sent }: { sent: readonly { id: string; text: string; lackedYes: boolean }[] }) {
  const words = useWords();
  if (sent.length === 0) return null;
  return (
    <Notice
      tone="late"
      heading={words(
        sent.every(({ lackedYes }) => lackedYes)
          ? 'patient.againstNo.withoutYes'
          : 'patient.againstNo.heading',
      )}
    >
      <ul>
        {sent.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ul>
      <p>{words('patient.againstNo.officer')}</p>
      <p>
        <Link to="/requests/new#complain" className="reach">
          {words('patient.againstNo.complain')}
        </Link>
      </p>
    </Notice>
  );
}
