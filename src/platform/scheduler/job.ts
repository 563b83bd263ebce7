/** Work started by the clock. It may be stopped at any point and run again. */
export type Job = {
  /** Kebab-case, as its file. */
  name: string
  /** Cron text of five fields, in the machine's time zone. A run that is due while one is under way is left out. */
  schedule: string
  /** Whether it also runs once when the service has started. */
  atStart?: true
  /** Ends soon after `signal` aborts, by throwing its reason. */
  run(signal: AbortSignal): Promise<void>
}
