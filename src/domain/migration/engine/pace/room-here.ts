import { NoRoom } from '../../../refusal.ts'
import type { Clock } from './clock.ts'

/** Between looks whether there is room again. */
const ROOM_LOOK_MS = 30_000
/** Fewer free octets take in nothing, whatever a small write says. */
export const LEAST_FREE = 64 * 1024 * 1024

/** What an error says of room that this service lacks, its own files included; undefined for any other error. */
export function noRoomIn(error: unknown): string | undefined {
  if (error instanceof NoRoom) return error.message
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? `There is no room for what comes over (${message}). Make room, and it goes on.`
    : undefined
}

/** Whether this service has room for what comes over: while it has none nothing is asked for. */
export class RoomHere {
  readonly #clock: Clock
  readonly #freeBytes: (() => Promise<number | null>) | undefined
  readonly #alert: (message: string) => void
  #missing: { message: string; lookAt: number } | undefined

  constructor(
    clock: Clock,
    freeBytes: (() => Promise<number | null>) | undefined,
    alert: (message: string) => void,
  ) {
    this.#clock = clock
    this.#freeBytes = freeBytes
    this.#alert = alert
  }

  /** Why nothing comes over; null while there is room. */
  get trouble(): string | null {
    return this.#missing?.message ?? null
  }

  /** Takes note of an error that says that there is none; answers whether it is one. */
  note(error: unknown): boolean {
    const message = noRoomIn(error)
    if (message === undefined) return false
    if (this.#missing === undefined) this.#alert(message)
    this.#missing = { message, lookAt: this.#clock.now() + ROOM_LOOK_MS }
    return true
  }

  /** Milliseconds until it is looked for again; 0: there is some, as far as anybody knows. */
  async wait(): Promise<number> {
    if (this.#missing === undefined) return 0
    const now = this.#clock.now()
    if (this.#missing.lookAt > now) return this.#missing.lookAt - now
    const free = (await this.#freeBytes?.()) ?? null
    if (free === null || free >= LEAST_FREE) {
      this.#missing = undefined
      return 0
    }
    this.#missing = { ...this.#missing, lookAt: now + ROOM_LOOK_MS }
    return ROOM_LOOK_MS
  }
}
