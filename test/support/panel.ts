import { said, type VisitorPage } from './stage.ts';

/** What a visitor's hand does in the chat and under Privacy. */

export async function press(visitor: VisitorPage, name: string): Promise<void> {
  await visitor.chat.getByRole('button', { name, exact: true }).click();
}

/** Opens Privacy, and resolves when what was agreed stands there. */
export async function openPanel(visitor: VisitorPage): Promise<void> {
  await press(visitor, said.frame('privacy'));
  await visitor.chat.locator('.purpose').first().waitFor();
}
