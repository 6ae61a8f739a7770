import { NoticeLetter, type NoticeProps } from './notice-letter.tsx';
import { sampleNotice } from './sample-notice.ts';

export default function PatientReplied(props: NoticeProps) {
  return <NoticeLetter {...props} title="mail.patientReplied.title" body="mail.patientReplied.body" />;
}

PatientReplied.PreviewProps = sampleNotice('patientReplied');
