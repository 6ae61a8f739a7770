import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function ChoiceEnds(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.choiceEnds.title" body="mail.choiceEnds.body" />;
}

ChoiceEnds.PreviewProps = sampleNotice('choiceEnds');
