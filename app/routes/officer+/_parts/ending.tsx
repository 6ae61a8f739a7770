import { Link } from '@remix-run/react';
import { StatusBadge } from '#app/components/status-badge.tsx';
import type { Tone } from '#app/components/tones.ts';
import { useWords } from '#app/components/words.tsx';
import { endingStandings, type EndingStanding } from '#app/optouts/ending.ts';

interface Counts {
  choices: number;
  patients: number;
  by: Partial<Record<EndingStanding, { choices: number; patients: number }>>;
}

const tones: Record<EndingStanding, Tone> = {
  asked: 'info',
  onItsWay: 'none',
  undelivered: 'late',
  nobody: 'soon',
  later: 'none',
};

export function EndingBadge({ standing }: { standing: EndingStanding }) {
  const words = useWords();
  return <StatusBadge tone={tones[standing]}>{words(`officer.ending.standing.${standing}`)}</StatusBadge>;
}

/** How many choices end in the next weeks, and what became of asking about them; each number opens its list. */
export function EndingCountsList({ counts, current }: { counts: Counts; current?: EndingStanding | null }) {
  const words = useWords();
  const { choices, patients, by } = counts;
  if (choices === 0) return <p>{words('officer.ending.none')}</p>;
  const shown = endingStandings.filter((standing) => by[standing] !== undefined);
  return (
    <div className="grid gap-2">
      <p>
        <Link
          to="/officer/choices"
          className="reach font-semibold"
          aria-current={current === null ? 'page' : undefined}
        >
          {words('officer.ending.count', { choices, patients })}
        </Link>
      </p>
      <ul className="flex flex-wrap gap-x-6 gap-y-2">
        {shown.map((standing) => (
          <li key={standing}>
            <Link
              to={`/officer/choices?standing=${standing}`}
              className="reach"
              aria-current={current === standing ? 'page' : undefined}
            >
              {words(`officer.ending.of.${standing}`, {
                choices: by[standing]?.choices ?? 0,
                patients: by[standing]?.patients ?? 0,
              })}
            </Link>
          </li>
        ))}
      </ul>
      {(by.undelivered?.choices ?? 0) > 0 && (
        <p>
          <Link to="/officer/notices?state=dead" className="reach">
            {words('officer.ending.deadMail')}
          </Link>
        </p>
      )}
    </div>
  );
}
