/** What was to be taken away is not there, or what was to be made is (exit code 1). The message says so, and what to do. */
export class NothingChanged extends Error {
  override readonly name = 'NothingChanged'
}
