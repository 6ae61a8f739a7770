import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function AnswerReady(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.answerReady.title" body="mail.answerReady.body" />;
}

AnswerReady.PreviewProps = sampleNotice('answerReady');
