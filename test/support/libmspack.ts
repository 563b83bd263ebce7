/** Unpacks an offline address book with libmspack, which is not ours. */
import { spawnSync } from 'node:child_process'
import { peer } from './peers.ts'

const python = '/usr/bin/python3'

/** The first member of `struct msoab_decompressor` is `decompress(self, input, output)`. */
const program = `
import ctypes, sys
lib = ctypes.CDLL('libmspack.so.0')
if len(sys.argv) > 1:
    lib.mspack_create_oab_decompressor.restype = ctypes.c_void_p
    lib.mspack_create_oab_decompressor.argtypes = [ctypes.c_void_p]
    made = lib.mspack_create_oab_decompressor(None)
    call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)
    decompress = call(ctypes.cast(made, ctypes.POINTER(ctypes.c_void_p))[0])
    error = decompress(made, sys.argv[1].encode(), sys.argv[2].encode())
    if error != 0: sys.exit('libmspack: error %d' % error)
`

export const libmspack = peer(
  'libmspack',
  () => (spawnSync(python, ['-c', program]).status === 0 ? python : undefined),
  'install libmspack0',
)

/** Writes what is in `container` to `file`; what libmspack says against it, or an empty text. */
export function unpackByLibmspack(container: string, file: string): string {
  const { status, stderr } = spawnSync(libmspack.found, ['-c', program, container, file], {
    encoding: 'utf8',
  })
  return status === 0 ? '' : stderr
}
