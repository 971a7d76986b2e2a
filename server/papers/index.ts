import { papersWords } from '../../shared/i18n/papers.en.ts';
import type { ListedPaper } from '../../shared/papers.ts';
import { cookieTable } from './cookies.ts';
import { impactSkeleton, vietnamDossier } from './impact.ts';
import { countBlanks, type Paper, type Section } from './paper.ts';
import { controllerRecord, processorRecord } from './record.ts';
import type { Running } from './running.ts';
import { madeFrom } from './said.ts';
import { interestStubs, processorTerms, subProcessors } from './terms.ts';

/** Every paper that is made from the running configuration, in the order in which an owner meets them. */
const MAKERS = {
  'record-controller': controllerRecord,
  'record-processor': processorRecord,
  cookies: cookieTable,
  'processor-terms': processorTerms,
  'sub-processors': subProcessors,
  impact: impactSkeleton,
  vietnam: vietnamDossier,
  interests: interestStubs,
} as const satisfies Record<string, (running: Running) => Section[]>;

export type PaperId = keyof typeof MAKERS;
export const PAPERS = Object.keys(MAKERS) as PaperId[];

export const isPaper = (id: string): id is PaperId => Object.hasOwn(MAKERS, id);

/** The paper as it stands now: the same configuration at the same time gives the same paper (PR-73). */
export function makePaper(id: PaperId, running: Running): Paper {
  const about = papersWords[`paper.${id}.for`];
  const paper: Paper = { title: papersWords[`paper.${id}`], about, sections: MAKERS[id](running), made: [] };
  return { ...paper, made: madeFrom(running, countBlanks(paper)) };
}

export function listPapers(running: Running): ListedPaper[] {
  return PAPERS.map((id) => {
    const paper = makePaper(id, running);
    return { id, title: paper.title, about: paper.about, blanks: countBlanks(paper) };
  });
}
