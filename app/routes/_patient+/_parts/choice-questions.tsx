import { Link } from '@remix-run/react';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { useWords } from '#app/components/words.tsx';
import type { ChoiceAnswers, ChoiceQuestion } from '#app/optouts/choosing.ts';
import { optOutPurposes, type OptOutPurpose } from '#app/optouts/purposes.ts';

export interface QuestionProps {
  question: ChoiceQuestion;
  answers: ChoiceAnswers;
  companies: readonly { slug: string; name: string }[];
  studies: readonly { key: string; name: string; recipients: string[] }[];
  /** What the facility asks a "yes" for. */
  permission: readonly OptOutPurpose[];
  error: (field: string) => string | undefined;
}

/** One question of an opt-out: its legend is the page's heading, and nothing is ticked for the reader. */
export function Question(props: QuestionProps) {
  switch (props.question) {
    case 'everything':
      return <Everything {...props} />;
    case 'purposes':
      return <Purposes {...props} />;
    case 'companies':
      return <Companies {...props} />;
    case 'studies':
      return <Studies {...props} />;
    case 'name':
      return <WithoutName {...props} />;
  }
}

function Everything({ answers, error }: QuestionProps) {
  const words = useWords();
  return (
    <ChoiceGroup
      type="radio"
      name="everything"
      legend={words('optOuts.ask.everything')}
      legendIsHeading
      error={error('everything')}
      chosen={answers.everything}
      choices={[
        { value: 'yes', label: words('optOuts.ask.yesAll'), hint: words('optOuts.ask.yesAllHint') },
        {
          value: 'choose',
          label: words('optOuts.ask.letMeChoose'),
          hint: words('optOuts.ask.letMeChooseHint'),
        },
      ]}
    />
  );
}

function Purposes({ answers, permission, error }: QuestionProps) {
  const words = useWords();
  return (
    <ChoiceGroup
      type="checkbox"
      name="purpose"
      legend={words(answers.say ? 'optOuts.ask.yesPurposes' : 'optOuts.ask.purposes')}
      legendIsHeading
      hint={words('optOuts.ask.purposesHint')}
      error={error('purpose')}
      chosen={answers.purposes}
      choices={(answers.say ? permission : optOutPurposes).map((purpose) => ({
        value: purpose,
        label: words(`optOuts.purpose.${purpose}`),
        hint: words(`optOuts.ask.${purpose}Hint`),
      }))}
    />
  );
}

function Companies({ answers, companies, error }: QuestionProps) {
  const words = useWords();
  return (
    <>
      <ChoiceGroup
        type="radio"
        name="companies"
        legend={words('optOuts.ask.companies')}
        legendIsHeading
        error={error('companies')}
        chosen={answers.companies}
        choices={[
          {
            value: 'all',
            label: words('optOuts.companies.all'),
            hint: words('optOuts.ask.allCompaniesHint'),
          },
          { value: 'some', label: words('optOuts.ask.someCompanies') },
        ]}
      />
      <div className={error('company') ? undefined : 'border-rule border-s-4 ps-4'}>
        <ChoiceGroup
          type="checkbox"
          name="company"
          legend={words('optOuts.ask.company')}
          error={error('company')}
          chosen={answers.company}
          choices={companies.map(({ slug, name }) => ({
            value: slug,
            label: name,
            hint: (
              <Link to={`/vendors/${slug}`} className="reach">
                {words('labels.list.read')}
                <span className="sr-only">: {name}</span>
              </Link>
            ),
          }))}
        />
      </div>
    </>
  );
}

function Studies({ answers, studies, error }: QuestionProps) {
  const words = useWords();
  return (
    <>
      <ChoiceGroup
        type="radio"
        name="studies"
        legend={words('optOuts.ask.studies')}
        legendIsHeading
        error={error('studies')}
        chosen={answers.studies}
        choices={[
          { value: 'all', label: words('optOuts.studies.all') },
          { value: 'some', label: words('optOuts.ask.someStudies') },
        ]}
      />
      <div className={error('study') ? undefined : 'border-rule border-s-4 ps-4'}>
        <ChoiceGroup
          type="checkbox"
          name="study"
          legend={words('optOuts.ask.study')}
          hint={words('optOuts.ask.studyHint')}
          error={error('study')}
          chosen={answers.study}
          choices={studies.map(({ key, name, recipients }) => ({
            value: key,
            label: name,
            ...(recipients.length > 0
              ? { hint: words('optOuts.study.sentTo', { companies: recipients.join(', ') }) }
              : {}),
          }))}
        />
      </div>
    </>
  );
}

function WithoutName({ answers, error }: QuestionProps) {
  const words = useWords();
  return (
    <ChoiceGroup
      type="radio"
      name="withoutName"
      legend={words('optOuts.ask.name')}
      legendIsHeading
      hint={words('optOuts.ask.nameHint')}
      error={error('withoutName')}
      chosen={answers.withoutName}
      choices={[
        { value: 'stop', label: words('optOuts.ask.nameStop') },
        { value: 'allow', label: words('optOuts.ask.nameAllow') },
      ]}
    />
  );
}
