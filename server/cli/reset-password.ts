import { HOUR } from '../../shared/limits.ts';
import { recordAct } from '../audit/act.ts';
import type { Config } from '../config.ts';
import { newSecret } from '../ids.ts';
import { lastOrigin } from '../last-origin.ts';
import { tokenHash } from '../visitors/sessions.ts';
import { openBeside } from './open.ts';

/** Prints a one-time link for an agent who forgot the password; the relay may be running. */
export async function resetLinkCommand(config: Config, email: string): Promise<number> {
  const store = await openBeside(config);
  try {
    const agent = await store.read.agentByEmail(email.trim().toLowerCase());
    if (!agent) {
      console.error('No agent has this e-mail address.');
      return 1;
    }
    const token = newSecret();
    const now = Date.now();
    await store.write(async (tx) => {
      const agentId = agent.id;
      const expiresAt = now + HOUR;
      await tx.insertLink({ tokenHash: tokenHash(token), kind: 'reset', agentId, createdAt: now, expiresAt, usedAt: null });
      const detail = { kind: 'reset' };
      await recordAct(tx, { actor: { kind: 'operator' }, action: 'link.made', object: agentId, detail }, now);
    });
    console.log('Open this link within an hour to set a new password. It works once.');
    console.log(`${lastOrigin(config)}/console/#reset=${token}`);
    return 0;
  } finally {
    await store.close();
  }
}
