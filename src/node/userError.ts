/** What a person can mend: shown as one line, without a stack. `hint` says what to do. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message)
    this.name = 'UserError'
  }
}
