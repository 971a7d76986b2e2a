import type { DeadlineProfile } from '../../shared/deadlines.ts';
import { answerWords } from '../../shared/i18n/answers.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import type { Ground, Outcome } from '../../shared/request-codes.ts';
import type { RequestRow } from '../store/requests.ts';

/** What a letter is made of, beside the request itself. */
export interface LetterFacts {
  controller: { name: string; address: string; contact: string };
  authority: string;
  /** As days. */
  received: string;
  due: string | null;
  name: string | null;
  /** Of what was carried out. */
  purposes: readonly string[];
  rows: number | null;
  /** What the erasure left, each as a line. */
  left: readonly string[];
}

export type LetterKind = 'answer' | 'acknowledgement' | 'identity' | 'extension';
type Key = keyof typeof answerWords;
type Request = Pick<RequestRow, 'number' | 'kind' | 'profile' | 'erasureId' | 'extensionReason'>;

/** Where somebody has to write: an answer with this in it is not finished. */
export const UNWRITTEN = [answerWords.fill, answerWords['fill.part']];

/** The answer to send: what was asked, what became of it and why, and to whom to complain (GDPR Art. 12(3) and (4)). */
export function answerLetter(request: Request, facts: LetterFacts, outcome: Outcome, ground: Ground | null): string {
  const say = sayer(request, facts);
  const parts = outcomeParts(request, facts, outcome, say);
  const isLess = outcome === 'partly' || outcome === 'refused';
  if (isLess && ground) parts.push(say('because', { ground: say(`ground.${ground}`, articles(request.profile)) }));
  return letter(request, facts, [...parts, say('complain')]);
}

/** The letters before the answer: that it came, that it is not known who it is, that it takes longer. */
export function interimLetter(request: Request, facts: LetterFacts, kind: Exclude<LetterKind, 'answer'>): string {
  const say = sayer(request, facts);
  if (kind === 'acknowledgement') return letter(request, facts, [say(facts.due ? kind : 'acknowledgement.standing')]);
  if (kind === 'identity') return letter(request, facts, [say(kind)]);
  const reason = say(`extension.${request.extensionReason ?? 'complex'}`);
  return letter(request, facts, [`${reason} ${say('extended')}`, say('complain')]);
}

type Say = (key: Key, values?: Record<string, string>) => string;

function sayer({ number, erasureId }: Request, facts: LetterFacts): Say {
  const values = {
    number,
    controller: facts.controller.name,
    address: facts.controller.address,
    contact: facts.controller.contact,
    authority: facts.authority,
    received: facts.received,
    due: facts.due ?? '',
    name: facts.name ?? '',
    purposes: facts.purposes.join(', '),
    rows: String(facts.rows ?? 0),
    erasure: erasureId ?? '',
    left: facts.left.map((line) => `- ${line}`).join('\n'),
    fill: answerWords.fill,
  };
  return (key, more = {}) => fill(answerWords[key], { ...values, ...more });
}

function outcomeParts(request: Request, { purposes, left }: LetterFacts, outcome: Outcome, say: Say): string[] {
  const { kind, profile } = request;
  switch (outcome) {
    case 'done':
      if (kind === 'erase') return left.length === 0 ? [say('done.erase')] : [say('done.erase'), say('done.erase.stays')];
      if (kind === 'withdraw' && purposes.length === 0) return [say('done.withdraw.none')];
      return [say(`done.${kind}`)];
    case 'partly':
      return [say('partly', { fill: answerWords['fill.part'] })];
    case 'not_identified':
      return [say('not_identified', articles(profile)), say('not_identified.help')];
    default:
      return [say(outcome)];
  }
}

/** The article beside a ground, where the law that applies has that article; elsewhere the words alone. */
function articles(profile: DeadlineProfile): Record<string, string> {
  const names = ['article11', 'a12', 'a15', 'a16', 'a17b', 'a17e', 'a21'] as const;
  const law = profile === 'eu' || profile === 'uk' ? answerWords[`law.${profile}`] : null;
  return Object.fromEntries(names.map((name) => [name, law === null ? '' : fill(answerWords[name], { law })]));
}

function letter(request: Request, facts: LetterFacts, parts: string[]): string {
  const say = sayer(request, facts);
  const paragraphs = [
    say('subject'),
    say(facts.name ? 'hello.name' : 'hello'),
    say(`asked.${request.kind}`),
    ...parts,
    say('sign'),
    say('reference'),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}
