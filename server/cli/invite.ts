import { ROLES, type Role } from '../../shared/api.ts';
import { DAY } from '../../shared/limits.ts';
import { nameFrom, newAgent } from '../agents/login.ts';
import { hashPassword } from '../agents/passwords.ts';
import { recordAct } from '../audit/act.ts';
import type { Config } from '../config.ts';
import { newSecret } from '../ids.ts';
import { lastOrigin } from '../last-origin.ts';
import { tokenHash } from '../visitors/sessions.ts';
import { openBeside } from './open.ts';

const isRole = (word: string): word is Role => (ROLES as readonly string[]).includes(word);

/**
 * Gives an e-mail address a role. A new one gets an account and a one-time link to set its password; who is there already
 * keeps theirs. The relay may be running: a role counts from the next request on.
 */
export async function inviteCommand(config: Config, address: string, role: string): Promise<number> {
  const email = address.trim().toLowerCase();
  if (!isRole(role) || !/^[^\s@]+@[^\s@]+$/.test(email)) {
    console.error(`parley invite takes an e-mail address and a role: ${ROLES.join(', ')}.`);
    return 2;
  }
  const store = await openBeside(config);
  try {
    const now = Date.now();
    const token = newSecret();
    // Nobody knows this password: the link alone leads in.
    const agent = newAgent(email, nameFrom(email), role, await hashPassword(newSecret()), now);
    const known = await store.write(async (tx) => {
      const there = await tx.agentByEmail(email);
      const { id } = there ?? agent;
      if (there?.role === role) return there;
      if (there) await tx.updateAgent(id, { role });
      else {
        await tx.insertAgent(agent);
        const expiresAt = now + DAY;
        await tx.insertLink({ tokenHash: tokenHash(token), kind: 'reset', agentId: id, createdAt: now, expiresAt, usedAt: null });
      }
      await recordAct(tx, { actor: { kind: 'operator' }, action: 'role.changed', object: id, detail: { role } }, now);
      return there;
    });
    if (known) {
      console.log(
        known.role === role ? 'This account has that role already.' : `The account is there, and has the role ${role} now.`,
      );
      return 0;
    }
    console.log('Open this link within a day to set a password. It works once.');
    console.log(`${lastOrigin(config)}/console/#reset=${token}`);
    return 0;
  } finally {
    await store.close();
  }
}
