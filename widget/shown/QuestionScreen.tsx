import type { VNode } from 'preact';
import type { ShownBoot } from '../../shared/api.ts';
import { Asked } from '../chat/Asked.tsx';
import { addChatStyles } from './styles.ts';

/** The cookie question as it stood under the talk; the talk itself is no part of the record. */
export function QuestionScreen({ boot }: { boot: ShownBoot }): VNode {
  addChatStyles();
  const { purpose, notice } = boot;
  return (
    <div class="pw">
      <main class="view">
        <div class="room">
          <div class="log" />
          <Asked doc={notice.doc} purpose={purpose ?? ''} isCookie failed={false} onAnswer={() => {}} />
        </div>
      </main>
    </div>
  );
}
