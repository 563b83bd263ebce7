import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '#src/domain/refusal.ts'

/** Told when the key of an organisation cannot be used any more, and why, or can be used again: then with null. */
export type KeyReachChanged = (organization: OrganizationId, why: string | null) => void

/**
 * Organisations whose key could not be used when it was asked for last. Everything that happens in one asks for its key, so
 * that only the change is worth a word.
 */
export class KeyReach {
  readonly #changed: KeyReachChanged
  readonly #out = new Set<OrganizationId>()

  constructor(changed: KeyReachChanged) {
    this.#changed = changed
  }

  /** How many there are. */
  get outOfReach(): number {
    return this.#out.size
  }

  /** Passes on what was opened with the key of this organisation, or why it was not. */
  async noted<T>(organization: OrganizationId, opening: Promise<T>): Promise<T> {
    try {
      const opened = await opening
      if (this.#out.delete(organization)) this.#changed(organization, null)
      return opened
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'key-unavailable') this.#lost(organization, error)
      if (error instanceof Refusal && error.reason === 'no-such-organization') this.#out.delete(organization)
      throw error
    }
  }

  #lost(organization: OrganizationId, { message }: Refusal): void {
    if (this.#out.has(organization)) return
    this.#out.add(organization)
    this.#changed(organization, message)
  }
}
