import { type Law, USUAL } from './common.ts';

/** LGPD: a consent clause of its own, for named purposes, with controller and encarregado (PR-90). */
export const BRAZIL: Law = {
  ...USUAL,
  jurisdiction: 'BR',
  authority: 'Autoridade Nacional de Proteção de Dados (ANPD)',
  authorityContact: 'https://www.gov.br/anpd',
  officer: { called: 'encarregado (data protection officer)', contact: '[Name and e-mail of your encarregado]' },
  minAge: 18,
  accessLog: 'P6M',
  area: 'Brazil',
  basis: 'LGPD, Article 7, I',
  use: (who) => `${who} uses what you write here only to answer you, and keeps it 90 days.`,
  label: (who) => `I consent that ${who} uses what I write to answer me, and for nothing else.`,
  rights: [
    'Under Article 18 of the LGPD: that we confirm whether we process your data; access; correction; anonymisation, blocking or erasure of what is unnecessary or unlawful; portability; erasure of what rests on your consent; with whom we shared it; what follows if you refuse; and to revoke your consent. You can also object, and ask that we restrict what we do. We answer within 15 days, free of charge.',
    'You can withdraw what you agreed at any time under Privacy in the chat, free and in one step; what was done before stays lawful.',
    'You can petition the Autoridade Nacional de Proteção de Dados (ANPD), gov.br/anpd.',
  ],
  sections: [
    {
      heading: 'Your consent, by itself',
      paragraphs: [
        'The box in the form is a clause of its own: it is for answering you and for nothing else, and no other agreement hangs on it. You may refuse; then we cannot answer you here.',
        'If purpose, duration, controller or sharing change, we tell you, and ask again before anything is done under the change (Article 8, §6 and Article 9, §2).',
      ],
    },
    {
      heading: 'What the law makes us keep',
      paragraphs: [
        'The Marco Civil da Internet, Article 15, makes us keep a log of access for 6 months: the time at which you started this chat and your IP address, and nothing else. It is sealed and kept apart, nobody who answers here can read it, and it is given to others by order of a court alone.',
      ],
    },
    {
      heading: 'Children and adolescents',
      paragraphs: ['This chat is not for them. Who is under 18 needs a parent or guardian who agrees for them (Article 14).'],
    },
  ],
};
