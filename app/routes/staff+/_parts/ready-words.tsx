import { Button } from '#app/components/button.tsx';
import { useWords } from '#app/components/words.tsx';
import type { TemplateUse } from '#app/facility/templates.ts';

/** Puts the facility's own words into the form that it stands in, after what was typed. Nothing is kept or sent by it. */
export function ReadyWords({
  templates,
  uses,
}: {
  templates: readonly TemplateUse[];
  uses: readonly TemplateUse[];
}) {
  const words = useWords();
  const here = templates.filter((use) => uses.includes(use));
  if (here.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-4">
      {words('desk.ready.put')}{' '}
      {here.map((use) => (
        <Button key={use} name="fill" value={use} variant="plain">
          {words(`settings.templates.use.${use}`)}
        </Button>
      ))}
    </p>
  );
}

/** A form whose words were put in is another form to the browser: what stands in it is shown. */
export const filledKey = (text: string | undefined) => text?.length ?? 0;
