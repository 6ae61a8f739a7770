import { Link } from '@remix-run/react';
import { T } from './words.tsx';

/** Says on every page of a demo that nobody in it is real. */
export function DemoBanner() {
  return (
    <div className="bg-soon-tint text-soon">
      <p className="page text-note py-2">
        <T
          id="site.demo"
          values={{
            a: (text) => (
              <Link to="/demo" className="text-soon visited:text-soon inline-block min-h-6 font-semibold">
                {text}
              </Link>
            ),
          }}
        />
      </p>
    </div>
  );
}
