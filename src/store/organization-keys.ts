import type { OrganizationId } from '#src/base/ids.ts'
import { formatKeyRef, type KeyProvider, type KeyRef } from '#src/domain/keys/provider.ts'
import type { OrganizationStore } from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Driver } from './driver/driver.ts'
import { rotate } from './key-rotation.ts'
import { providersOf, versionsInUse } from './key-versions.ts'
import { asRefusal, type Keyring } from './keyring.ts'
import { Turns } from './turns.ts'

type Answers = Pick<OrganizationStore, 'keyState' | 'rotateKey' | 'disableKey' | 'enableKey'>

type OrganizationKeys = Answers & {
  /** Runs `work` when nothing else is done to the keys of that organisation; a rotation is called off for it. */
  alone<T>(id: OrganizationId, why: string, work: () => Promise<T>): Promise<T>
}

/**
 * What is done to the keys of organisations. Of one organisation one thing is done at a time: a rotation refuses to
 * run beside another, and ends early for who switches the key off or destroys it.
 */
export function organizationKeys(driver: Driver, keys: Keyring): OrganizationKeys {
  const turns = new Turns()
  const rotations = new Map<OrganizationId, AbortController>()

  const alone: OrganizationKeys['alone'] = (id, why, work) => {
    rotations.get(id)?.abort(calledOff(why))
    return turns.take(id, work)
  }

  /** Does it to every one, whatever becomes of the others; then refuses with the first failure. */
  const toEach = async (
    id: OrganizationId,
    versions: Iterable<string>,
    act: (provider: KeyProvider, ref: KeyRef) => Promise<void>,
  ): Promise<void> => {
    const failures: unknown[] = []
    for (const text of versions) {
      try {
        await keys.withProvider(text, act)
      } catch (error) {
        failures.push(error)
      }
    }
    await keys.lookAgain(id)
    if (failures.length > 0) throw failures[0]
  }

  return {
    alone,

    async keyState(id) {
      const versions = await versionsInUse(driver.read, id)
      try {
        const states = await Promise.all(
          versions.map((text) => keys.withProvider(text, (provider, ref) => provider.state(ref))),
        )
        return (
          states.find((state) => state === 'missing') ?? states.find((s) => s === 'disabled') ?? 'enabled'
        )
      } catch (error) {
        if (error instanceof Refusal) return 'unreachable'
        throw error
      }
    },

    async rotateKey(id, report, signal) {
      if (rotations.has(id)) {
        throw new Refusal('try-later', 'A rotation of this key is under way. Wait until it has ended.')
      }
      const calledOff = new AbortController()
      rotations.set(id, calledOff)
      const either = signal ? AbortSignal.any([signal, calledOff.signal]) : calledOff.signal
      try {
        await turns.take(id, () => rotate({ driver, keys, id, ...(report && { report }), signal: either }))
      } finally {
        rotations.delete(id)
      }
    },

    // Also versions that nothing refers to: the one left on by accident opens older backups.
    disableKey: (id) =>
      alone(id, 'switched off', async () => {
        const inUse = await versionsInUse(driver.read, id)
        const versions = new Set<string>(inUse)
        for (const kind of providersOf(inUse, keys)) {
          for (const ref of await keys.provider(kind).list(id).catch(asRefusal))
            versions.add(formatKeyRef(ref))
        }
        await toEach(id, versions, (provider, ref) => provider.disable(ref))
      }),

    // Only what is in use: versions that a rotation has switched off stay off.
    enableKey: (id) =>
      turns.take(id, async () => {
        const inUse = await versionsInUse(driver.read, id)
        await toEach(id, inUse, (provider, ref) => provider.enable(ref))
      }),
  }
}

const calledOff = (why: string): Refusal =>
  new Refusal(
    'key-unavailable',
    `The rotation of the key was called off, because the key was ${why}. Once it is enabled, rotate it again: that goes on where it was.`,
  )
