/**
 * Watches how long this thread works without a timer having a chance to run. `end` answers the most processor time of it in
 * milliseconds: others who use the machine do not count.
 */
export function processorStalls(): { end(): number } {
  let most = 0
  let last = process.threadCpuUsage()
  const timer = setInterval(() => {
    const now = process.threadCpuUsage()
    most = Math.max(most, now.user + now.system - last.user - last.system)
    last = now
  }, 1)
  return {
    end() {
      clearInterval(timer)
      return most / 1_000
    },
  }
}
