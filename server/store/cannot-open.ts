/** The database cannot be used as it stands. The message is one line for the operator and says what to do. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';
}
