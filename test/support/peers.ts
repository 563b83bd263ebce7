/**
 * Peers: programs that are not ours (strace, SoftHSM, …) and that some tests need as the other side.
 * Where one is not installed, its tests are skipped with a reason that says how to get it; with
 * LANDBRIDGE_PEERS=required (as .ci/run sets it) its absence is a failed test, so that CI cannot go green by skipping.
 */
import assert from 'node:assert/strict'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'

/** Where the peer was found (a path, an address), or undefined when this machine has none. */
export type Probe = () => string | undefined

export type Peer = {
  /** For the options of a test: `test('…', { skip: strace.skip }, …)`; the reason, or false when the peer is here. */
  readonly skip: string | false
  /** What the probe found; throws when the peer is absent, which a skipped test never notices. */
  readonly found: string
}

/** Looks for a peer once, at the head of a test file. `remedy` ends the sentence "… is not here: ". */
export function peer(name: string, probe: Probe, remedy = `install ${name}`): Peer {
  const found = probe()
  if (found !== undefined) return { skip: false, found }
  const reason = `the peer ${name} is not here: ${remedy}`
  if (process.env.LANDBRIDGE_PEERS === 'required') {
    test(`the peer ${name} is here (LANDBRIDGE_PEERS=required)`, () => assert.fail(reason))
  }
  return {
    skip: reason,
    get found(): string {
      throw new Error(reason)
    },
  }
}

/** A command on PATH. */
export function command(name: string): Probe {
  return () => {
    const places = (process.env.PATH ?? '').split(delimiter).filter((place) => place !== '')
    return places.map((place) => join(place, name)).find(isExecutable)
  }
}

/** The first of these files that exists, for example the places where distributions put one library. */
export function firstFile(...paths: string[]): Probe {
  return () => paths.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
