/** A message that changes no indexed column costs a fraction: what is unread is read from the rows of the list. */
export function busyConversations(): string[] {
  return ['drop index conversation_unread'];
}
