import { openStore } from '../../server/store/index.ts';
import { send } from './seed.ts';

/** Sends into a conversation for ever and prints each seq once it is acknowledged; the test kills it. */
const [file = '', conversationId = ''] = process.argv.slice(2);
const store = await openStore({ kind: 'sqlite', file });
for (;;) {
  const seqs = await Promise.all(Array.from({ length: 7 }, () => send(store, conversationId)));
  process.stdout.write(seqs.map((seq) => `${seq}\n`).join(''));
}
