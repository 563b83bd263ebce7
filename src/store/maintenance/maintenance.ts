import type { Maintenance } from '#src/domain/maintenance/store.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Segments } from '../bodies/segments.ts'
import { destroyNotedKeys } from '../destroyed-keys.ts'
import type { Dialect, Driver } from '../driver/driver.ts'
import type { Keyring } from '../keyring.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { compact } from './compact.ts'
import { Keepers } from './keepers.ts'
import { purge } from './purge.ts'
import { statistics } from './statistics.ts'

/** Soon after the start for what a crash left, then now and then. */
const FIRST_MS = 10_000
const EVERY_MS = 5 * 60_000

type MaintenanceParts = {
  /** The data folder. */
  folder: string
  driver: Driver
  dialect: Dialect
  keys: Keyring
  bodies: Bodies
  segments: Segments
  now: () => number
  /** Told when work in the background fails; it is tried again later. */
  trouble?: (message: string) => void
}

/** `tidy` is what runs in the background: purging, compaction, keys that are to go. It refuses to run twice at once by waiting. */
export type StoreCare = Maintenance & { tidy(): Promise<void>; stop(): Promise<void> }

export function maintenance(parts: MaintenanceParts): StoreCare {
  const { driver, segments } = parts
  const keepers = new Keepers(segments)
  const stopping = new AbortController()
  const running = new Set<Promise<unknown>>()
  let tidying: Promise<void> | undefined

  /** Runs until done, called off by its caller, or stopped with the store. */
  const track = <T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const ended = work(signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal)
    running.add(ended)
    const forget = () => running.delete(ended)
    ended.then(forget, forget)
    return ended
  }
  const tidy = (): Promise<void> => {
    tidying ??= track(async (signal) => {
      await purge(driver, signal)
      await compact({ driver, segments, keepers }, signal)
      await destroyNotedKeys({ driver, keys: parts.keys }, signal)
    }).finally(() => {
      tidying = undefined
    })
    return tidying
  }
  const inBackground = () => {
    tidy().catch((error: unknown) => {
      if (!stopping.signal.aborted)
        parts.trouble?.(`Tidying the store: ${error instanceof Error ? error.message : String(error)}`)
    })
  }
  const first = setTimeout(inBackground, FIRST_MS).unref()
  const every = setInterval(inBackground, EVERY_MS).unref()

  return {
    check: (options, report, signal) =>
      track((both) => check({ ...parts, keepers }, options, report, both), signal),
    backup: (folder, options, report, signal) =>
      track((both) => backup({ ...parts, keepers }, folder, options, report, both), signal),
    statistics: async () => ({
      ...(await statistics(parts.folder, driver.read, segments)),
      keysOutOfReach: parts.keys.reach.outOfReach,
    }),
    tidy,

    async stop() {
      clearTimeout(first)
      clearInterval(every)
      stopping.abort(new Error('The store is closing'))
      await Promise.allSettled(running)
    },
  }
}
