import { Component, type VNode } from 'preact';
import type { NoticeInForce } from '../../shared/api.ts';
import type { NoticeFull } from '../../shared/notice.ts';
import type * as FullModule from '../full/index.tsx';
import { ask } from '../http.ts';
import { say } from '../i18n.ts';
import { Later } from '../ui/Later.tsx';
import { Reading } from '../ui/Reading.tsx';
import { type Frame, load } from './frame.ts';

interface Props {
  frame: Frame;
  notice: NoticeInForce;
  onBack: () => void;
}

interface State {
  drawn: VNode | null;
  title: string;
}

/** The whole notice, over the form. Its text, and the code that sets it, come when somebody wants to read it. */
export class NoticeInFull extends Component<Props, State> {
  override state: State = { drawn: null, title: this.props.notice.doc.words.form.readFull };

  private fetch = async (): Promise<void> => {
    const { frame, notice, onBack } = this.props;
    const [code, reply] = await Promise.all([
      load<typeof FullModule>(frame.boot.fullModule),
      ask<NoticeFull>(`/api/notice/${notice.hash}`),
    ]);
    if (!reply.ok) throw reply;
    const { data: full } = reply;
    const drawn = <code.FullText full={full} version={notice.doc.version} back={say('back')} onBack={onBack} />;
    this.setState({ drawn, title: full.title });
  };

  override render({ onBack }: Props, { drawn, title }: State): VNode {
    return (
      <Reading title={title} back={say('back')} onBack={onBack}>
        <Later fetch={this.fetch}>{drawn}</Later>
      </Reading>
    );
  }
}
