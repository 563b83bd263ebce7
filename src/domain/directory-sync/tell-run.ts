import type { OrganizationId } from '#src/base/ids.ts'
import { type RunReport, tookMs } from './report.ts'

export type RunLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** Writes down how a run went, whoever began it, and each of its alerts as one. */
export function tellRun(log: RunLog, organization: OrganizationId, report: RunReport): void {
  const { run, outcome, decisions, blocked, alerts = [] } = report
  const note = { organization, run, outcome, decisions, ms: tookMs(report) }
  if (outcome === 'waiting')
    log.warn({ ...note, blocked }, 'A directory run waits for approval ("landbridge gal diff")')
  else if (outcome === 'dry-run') log.info(note, 'The address book was compared with its directory')
  else log.info(note, 'The address book was synchronised')
  // Nothing has happened, and the run that does it says so.
  if (outcome === 'dry-run') return
  for (const alert of alerts) log.warn({ organization, run }, `ALERT: ${alert}`)
}
