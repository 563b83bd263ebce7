import type { Progress, Report } from '#src/domain/organization/store.ts'
import type { Log } from '#src/platform/log/open-log.ts'

const everyMs = 10_000

/** A line of the log when data of an older version begins to be brought into the form of this one, now and then meanwhile, and at its end. */
export function upgradeLog(log: Log, now: () => number = Date.now): Report {
  let toldAt: number | undefined
  return ({ what, done, total }: Progress) => {
    const isLast = done >= total
    if (!isLast && toldAt !== undefined && now() - toldAt < everyMs) return
    log.info({ done, total }, toldAt === undefined ? `${what}: nothing is served until that is over` : what)
    toldAt = isLast ? undefined : now()
  }
}
