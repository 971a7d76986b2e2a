import type { Survivor, SurvivorEnd } from '../survivors.ts';
import { fill } from './translate.ts';

/** What is left after an erasure, why, and until when: for the person, the desk and the letter alike, so it says "you" to nobody. */
export const survivorsWords = {
  'what.ledger': 'Numbers in the ledger, which match nothing any more',
  'what.certificate': 'The certificate of the erasure with its entry in the ledger, which names nobody',
  'what.audit': 'Lines about what was done here and by whom of the staff. They name the erasure, and no person',
  'what.audit_copy': 'Copies of these lines outside this server. They name nobody',
  'what.request': 'That a request was made and how it was answered, under its number, without who asked and in which words',
  'what.access_log': 'The time and the IP address of each start of a chat, sealed and apart, tied to no name',
  'what.recipients': 'What {names} got. They are told to erase it, again and again',
  'what.backup_keys': 'Keys in copies against loss, by which those copies can be read',
  'what.backup_data': 'Copies against loss. Without their keys nobody can read what was erased',

  'ground.nobody': 'It shows that no other record was forged.',
  'ground.accountability': 'It shows that the law was kept to.',
  'ground.access_law': 'The Marco Civil da Internet, Article 15, demands it.',
  'ground.security': 'Against the loss of everybody’s data. What is put back is erased from again first.',
  'ground.told': 'They answer for it themselves.',

  'end.day': 'Until {day} at the latest.',
  'end.answered': 'Until {day}, or as much later as it is answered.',
  'end.good': 'It stays.',
  'end.confirmed': 'Until they confirm that it is done.',
  'end.keeper': 'For as long as they are kept there.',
} as const satisfies Record<`what.${Survivor['what']}` | `ground.${Survivor['ground']}` | `end.${SurvivorEnd}`, string>;

/** One of them in words: what it is, and why and until when. `day` writes a day as its reader does. */
export function survivorInWords(
  { what, ground, end, until, names = [] }: Survivor,
  day: (at: number) => string,
): { what: string; why: string } {
  return {
    what: `${fill(survivorsWords[`what.${what}`], { names: names.join(', ') })}.`,
    why: `${survivorsWords[`ground.${ground}`]} ${fill(survivorsWords[`end.${end}`], { day: until === null ? '' : day(until) })}`,
  };
}
